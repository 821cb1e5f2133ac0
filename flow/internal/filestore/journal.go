package filestore

import (
	"context"
	"fmt"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/load"
)

// Journal is a store whose file grows at its end only, so that a place in it
// tells what is new. It is a [load.Journal].
type Journal[T any] struct {
	*Store[T]
	positions positions // belongs to who holds the file
	known     bool      // the positions have been read
}

// OpenJournal is Open for a store that appends.
func OpenJournal[T any](s *flow.Setup, o flow.StoreOptions[T], url string, with Options[T]) flow.Store[T] {
	st, ok := Open(s, o, url, with).(*Store[T])
	if !ok {
		return nil // what is wrong is noted
	}
	return &Journal[T]{Store: st}
}

// feed is what is new in a journal to one reader.
type feed[T any] struct {
	*Journal[T]
	reader reader
	fits   func(*T) (bool, error)
}

// Follow reads the positions that are kept beside the file.
func (j *Journal[T]) Follow(ctx context.Context, o load.FeedOptions) (load.Feed[T], error) {
	f := &feed[T]{Journal: j, reader: reader{o.Service, o.Stage}}
	var err error
	if f.fits, err = j.Schema.Filter(o.Where); err != nil {
		return nil, j.failed(err)
	}
	if err := j.file.Hold(ctx); err != nil {
		return nil, j.failed(err)
	}
	defer j.file.Release()
	if j.file.data == nil {
		return nil, j.failed(driver.ErrNotOpen)
	}
	if err := j.readPositions(); err != nil {
		return nil, j.failed(err)
	}
	return f, nil
}

// readPositions reads the positions, once. Those that are no places in this file
// any more are given up.
func (j *Journal[T]) readPositions() error {
	if j.known {
		return nil
	}
	list, err := j.file.readPositions()
	if err != nil {
		return err
	}
	for _, p := range list {
		if !j.file.isPlace(p) {
			j.logger.Warn("the file is not the one that was read before, so all of its records are new",
				"store", j.Name, "file", j.file.Path(), "stage", p.Stage, "position", p.Place)
			continue
		}
		j.positions = append(j.positions, p)
	}
	j.known = true
	return nil
}

// Readers returns the stages of a service that have a position.
func (j *Journal[T]) Readers(ctx context.Context, service string) (stages []string, err error) {
	if err := j.file.Hold(ctx); err != nil {
		return nil, j.failed(err)
	}
	defer j.file.Release()
	for _, p := range j.positions {
		if p.Service == service {
			stages = append(stages, p.Stage)
		}
	}
	return stages, nil
}

// Next returns the first records after the position of the reader.
func (f *feed[T]) Next(ctx context.Context, to int64, limit int) (chunk load.Chunk[T], err error) {
	chunk.Records = []T{}
	snapshot, err := f.begin(ctx, &chunk)
	if err != nil {
		return load.Chunk[T]{}, f.failed(err)
	}
	defer snapshot.Close()
	if chunk.End = to; to == 0 {
		chunk.End = snapshot.Place(snapshot.Size)
	}
	if err := f.read(ctx, snapshot, &chunk, limit); err != nil {
		return load.Chunk[T]{}, f.failed(err)
	}
	return chunk, nil
}

// begin opens the file as it stands now, and notes where the chunk begins.
func (f *feed[T]) begin(ctx context.Context, chunk *load.Chunk[T]) (*Snapshot, error) {
	if err := f.file.Hold(ctx); err != nil {
		return nil, err
	}
	defer f.file.Release()
	chunk.From = f.positions.of(f.reader).Place
	return f.file.Snapshot()
}

// read reads the records of a chunk from its position on, and one more, which
// tells where they end.
func (f *feed[T]) read(ctx context.Context, snapshot *Snapshot, chunk *load.Chunk[T], limit int) error {
	chunk.To = chunk.End
	begin := f.Store.begin()
	records := f.with.Format.Read(snapshot, max(snapshot.Offset(chunk.From), begin), max(snapshot.Offset(chunk.End), begin))
	before := f.expiry.Before(time.Now())
	for records.Next() {
		if len(chunk.Records) == limit {
			chunk.To = snapshot.Place(records.Start())
			return nil
		}
		var record T
		err := ctx.Err()
		if err == nil {
			err = records.Decode(&record)
		}
		fits := false
		if err == nil && !f.expiry.Over(&record, before) {
			fits, err = f.fits(&record)
		}
		if err != nil {
			return fmt.Errorf("%s, at byte %d: %w", f.file.Path(), records.Start(), err)
		}
		if fits {
			chunk.Records = append(chunk.Records, record)
		}
	}
	return records.Err()
}

// Keep makes a position durable.
func (f *feed[T]) Keep(ctx context.Context, place int64) error {
	if err := f.file.Hold(ctx); err != nil {
		return f.failed(err)
	}
	defer f.file.Release()
	kept := append(f.positions.without(f.reader), position{f.reader, place, f.file.print(place)})
	if err := f.file.writePositions(kept); err != nil {
		return f.failed(err)
	}
	f.positions = kept
	return nil
}
