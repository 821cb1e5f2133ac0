package flow

import (
	"context"
	"slices"
	"sync"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

// outcome is what the calls of one step returned, by the position of the value
// they were made for.
type outcome[U any] struct {
	values  []U
	drops   []int // positions whose value was skipped, sorted
	refused []refusedValue
}

// dropped reports whether the value at a position was skipped.
func (o outcome[U]) dropped(i int) bool {
	_, found := slices.BinarySearch(o.drops, i)
	return found
}

// callAll makes one call for each value, as many at a time as the stage has
// workers. After an error that fails the batch no further call begins; of
// several such errors it returns the one of the first value.
func callAll[T, U any](ctx context.Context, s *Stage, values []T, call func(context.Context, T) (U, error)) (outcome[U], error) {
	out := outcome[U]{values: make([]U, len(values))}
	var mu sync.Mutex
	err := inParallel(s.workers, len(values), func(i int) error {
		if ctx.Err() != nil {
			return run.ScopeOf(ctx).Fail(s.name, "", ctx.Err())
		}
		u, err := invoke(ctx, s, values[i], call)
		if err == nil {
			out.values[i] = u
			return nil
		}
		if failed := s.settle(ctx, err, values[i]); failed != nil {
			return failed
		}
		mu.Lock()
		defer mu.Unlock()
		out.drops = append(out.drops, i)
		out.refused = noteRefusal(out.refused, i, err)
		return nil
	})
	slices.Sort(out.drops)
	return out, err
}

// inParallel calls do for the positions up to n, in order, at most workers at a
// time. After an error none begins any more; it waits for those that have begun
// and returns the error of the first position.
func inParallel(workers, n int, do func(i int) error) error {
	if workers = min(workers, n); workers <= 1 {
		for i := range n {
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	q := positions{size: n, failed: n}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i, ok := q.next(); ok; i, ok = q.next() {
				if err := do(i); err != nil {
					q.fail(i, err)
				}
			}
		})
	}
	group.Wait()
	return q.err
}

// positions hands out positions to workers.
type positions struct {
	mu     sync.Mutex
	size   int
	at     int
	failed int // the first position that failed; size: none
	err    error
}

// next returns the next position; false where there is none, or one failed.
func (q *positions) next() (i int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.at == q.size || q.err != nil {
		return 0, false
	}
	q.at++
	return q.at - 1, true
}

func (q *positions) fail(i int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if i < q.failed {
		q.failed, q.err = i, err
	}
}

// invoke makes one call, by the short way where the stage has no settings that
// need the long one: it costs a record a few nanoseconds and no allocation.
func invoke[T, U any](ctx context.Context, s *Stage, v T, call func(context.Context, T) (U, error)) (u U, err error) {
	if s.timeout == 0 && s.attempts <= 1 && s.rate == nil {
		defer fail.Catch(&err)
		return call(ctx, v)
	}
	err = s.call(ctx, func(ctx context.Context) error {
		u, err = call(ctx, v)
		return err
	})
	return u, err
}
