package load

import (
	"context"
	"slices"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// Journal is a store that knows the order of its saves, and that keeps for each
// of its readers how far it has come. A save makes every record that it stores
// new, also one that takes the place of another.
type Journal[T any] interface {
	// Follow prepares the store for a reader: it is called once at the start.
	Follow(ctx context.Context, o FeedOptions) (Feed[T], error)
	// Readers returns the stages of a service for which a position is kept, once
	// the store is prepared.
	Readers(ctx context.Context, service string) ([]string, error)
}

// FeedOptions say who reads the new records of a store, and which of them.
// Positions are kept by service and stage.
type FeedOptions struct {
	Service string
	Stage   string
	Where   []record.Match // all of them hold for what is read; empty: all records
}

// Feed is what is new in a store to one reader. A position counts saves in the
// order in which they became visible: what lies before one that was seen never
// changes, but that records leave it.
type Feed[T any] interface {
	// Next returns the first records after the position that is kept, in the
	// order of their saves, at most limit of them, and none that lies behind
	// to; a to of 0 stands for all that is saved.
	Next(ctx context.Context, to int64, limit int) (Chunk[T], error)
	// Keep makes a position durable: what lies before it is through.
	Keep(ctx context.Context, position int64) error
}

// Chunk is records of a feed that follow each other.
type Chunk[T any] struct {
	Records []T
	From    int64 // the position that was kept
	To      int64 // the position behind the records
	End     int64 // the position behind all that was asked for
}

// FollowOptions are the settings of a stage store.load with new, as the spec
// has them.
type FollowOptions[T any] struct {
	Stage flow.StageOptions
	Store flow.Store[T]
	Where []Condition[struct{}]
	// Others are the other stages of the service that read what is new in the
	// store.
	Others []string
}

// maxNew is how many records a run gets at most: the next one follows at once.
const maxNew = 10_000

// Follower loads what was saved to a store since the last time. It is a
// [flow.Poller].
type Follower[T any] struct {
	*flow.Stage
	feed Feed[T]
	end  int64     // of what is new to the present run; 0: that begins
	out  *Chunk[T] // was given out and is not acknowledged
}

// NewFollower resolves the settings of a stage that loads what is new.
func NewFollower[T any](s *flow.Setup, o FollowOptions[T]) *Follower[T] {
	f := &Follower[T]{Stage: flow.NewStage(s, o.Stage)}
	place := "stage." + o.Stage.Name
	feed := FeedOptions{Service: s.Service(), Stage: o.Stage.Name}
	for _, c := range o.Where {
		value, _ := c.resolve(s, place).value(struct{}{}) // what is wrong with it is noted
		feed.Where = append(feed.Where, record.Match{Field: c.Field, Value: value})
	}
	if o.Store == nil {
		return f // which is noted
	}
	journal, ok := o.Store.(Journal[T])
	if !ok {
		s.Errorf(place, "new: its store cannot tell what is new; use sqlite:, or jsonl: in mode append")
		return f
	}
	driver.AddPart(s, driver.Part{Name: place, Connect: func(ctx context.Context) (err error) {
		if f.feed, err = journal.Follow(ctx, feed); err != nil {
			return err
		}
		return reportRenamed(ctx, s, journal, feed, o.Others)
	}})
	return f
}

// reportRenamed tells of a stage that has no position while one has that no
// longer exists: it may be the same under another name, and would load all
// records again.
func reportRenamed[T any](ctx context.Context, s *flow.Setup, j Journal[T], o FeedOptions, others []string) error {
	readers, err := j.Readers(ctx, o.Service)
	if err != nil || slices.Contains(readers, o.Stage) {
		return err
	}
	for _, gone := range readers {
		if !slices.Contains(others, gone) {
			s.Logger().Warn("the stage has no position in its store, so all records are new to it; a stage that is gone has one: was it renamed?", "stage", o.Stage, "gone", gone)
		}
	}
	return nil
}

// Poll returns the records that were saved since the last time, at most 10000
// of them, in the order of their saves. The list is empty where there are none.
func (f *Follower[T]) Poll(ctx context.Context) (flow.Batch[[]T], error) {
	f.out = nil
	return flow.CallList(ctx, f.Stage, func(ctx context.Context) ([]T, error) {
		chunk, err := f.feed.Next(ctx, f.end, maxNew)
		if err != nil {
			return nil, err
		}
		f.end, f.out = chunk.End, &chunk
		return chunk.Records, nil
	})
}

// Ack keeps the position behind the records of the last Poll. A run ends with
// what was new when it began: what is saved meanwhile is new to the next one.
func (f *Follower[T]) Ack(ctx context.Context) (more bool, err error) {
	if f.out == nil { // the call was skipped
		return false, nil
	}
	if f.out.To != f.out.From {
		keep := func(ctx context.Context) error { return f.feed.Keep(ctx, f.out.To) }
		if err := f.Attempt(ctx, keep); err != nil {
			return false, err
		}
	}
	more = f.out.To < f.end
	f.out = nil
	if !more {
		f.end = 0
	}
	return more, nil
}
