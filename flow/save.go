package flow

import (
	"context"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Save stores each value and hands on what arrived, less what was skipped. The
// values of one batch are one save of the store. Where it refuses some of them
// for good, these are singled out and the others are stored.
func Save[T any](ctx context.Context, s *Stage, w Writer[T], in Batch[T]) (Batch[T], error) {
	out := newBuilder[T](in, len(in.Values))
	step := s.begin(ctx)
	stored, err := saveAll(ctx, s, w, in.Values)
	if err != nil {
		return Batch[T]{}, err
	}
	step.end(len(in.Values), countStored(ctx, s, stored, len(in.Values)))
	if stored == nil {
		return in, nil
	}
	for i, v := range in.Values {
		if stored[i] {
			out.add(i, v)
		}
	}
	return out.batch(), nil
}

// SaveItems stores the items of each list and hands on what arrived, less the
// items that were skipped.
func SaveItems[T any](ctx context.Context, s *Stage, w Writer[T], in Batch[[]T]) (Batch[[]T], error) {
	var items []T
	for _, list := range in.Values {
		items = append(items, list...)
	}
	step := s.begin(ctx)
	stored, err := saveAll(ctx, s, w, items)
	if err != nil {
		return Batch[[]T]{}, err
	}
	step.end(len(items), countStored(ctx, s, stored, len(items)))
	if stored == nil {
		return in, nil
	}
	return keepItems(in, stored), nil
}

// keepItems returns the lists without the items that kept, which counts over
// all lists, does not name.
func keepItems[T any](in Batch[[]T], kept []bool) Batch[[]T] {
	out := newBuilder[[]T](in, len(in.Values))
	next := 0
	for i, list := range in.Values {
		rest := make([]T, 0, len(list))
		for _, v := range list {
			if kept[next] {
				rest = append(rest, v)
			}
			next++
		}
		if len(rest) < len(list) {
			out.lose(i)
		}
		out.add(i, rest)
	}
	return out.batch()
}

// Replace is Save for a store that holds its last save only: each value is a
// save of its own, so only the last one of a batch is written.
func Replace[T any](ctx context.Context, s *Stage, w Writer[T], in Batch[T]) (Batch[T], error) {
	if len(in.Values) == 0 {
		return in, nil
	}
	return in, replaceAll(ctx, s, w, in.Values[len(in.Values)-1:])
}

// ReplaceItems is SaveItems for a store that holds its last save only: each
// list is a save of its own, an empty one empties the store.
func ReplaceItems[T any](ctx context.Context, s *Stage, w Writer[T], in Batch[[]T]) (Batch[[]T], error) {
	if len(in.Values) == 0 {
		return in, nil
	}
	return in, replaceAll(ctx, s, w, in.Values[len(in.Values)-1])
}

// replaceAll makes records the content of the store.
func replaceAll[T any](ctx context.Context, s *Stage, w Writer[T], records []T) error {
	step := s.begin(ctx)
	err := s.call(ctx, func(ctx context.Context) error { return w.Save(ctx, records...) })
	if err != nil {
		return s.settle(ctx, err, records)
	}
	step.end(len(records), countStored(ctx, s, nil, len(records)))
	return nil
}

// countStored counts the records of one save that are stored; a nil stored
// means all.
func countStored(ctx context.Context, s *Stage, stored []bool, all int) int {
	n := all
	for _, ok := range stored {
		if !ok {
			n--
		}
	}
	countSent(ctx, s, n)
	return n
}

// saveAll stores records as one save. The result says which of them are stored;
// nil means all.
func saveAll[T any](ctx context.Context, s *Stage, w Writer[T], records []T) ([]bool, error) {
	if len(records) == 0 {
		return nil, nil
	}
	err := s.call(ctx, func(ctx context.Context) error { return w.Save(ctx, records...) })
	if err == nil {
		return nil, nil
	}
	if len(records) == 1 || !fail.IsPermanent(err) {
		return make([]bool, len(records)), settleAll(ctx, s, err, records)
	}
	return saveHalves(ctx, s, w, records)
}

// saveHalves singles out the records that the store refuses: it costs a save
// for each halving, not one for each record.
func saveHalves[T any](ctx context.Context, s *Stage, w Writer[T], records []T) ([]bool, error) {
	stored := make([]bool, 0, len(records))
	middle := len(records) / 2
	for _, half := range [][]T{records[:middle], records[middle:]} {
		part, err := saveAll(ctx, s, w, half)
		if err != nil {
			return nil, err
		}
		if part == nil {
			part = allTrue(len(half))
		}
		stored = append(stored, part...)
	}
	return stored, nil
}

func allTrue(n int) []bool {
	list := make([]bool, n)
	for i := range list {
		list[i] = true
	}
	return list
}

// settleAll applies on_error to each of the records that one call failed for.
func settleAll[T any](ctx context.Context, s *Stage, err error, records []T) error {
	for _, r := range records {
		if err := s.settle(ctx, err, r); err != nil {
			return err
		}
	}
	return nil
}
