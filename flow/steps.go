package flow

import (
	"context"
	"slices"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Call makes the one call of a first stage that a trigger runs. A skipped call
// yields an empty batch.
func Call[U any](ctx context.Context, s *Stage, call func(context.Context) (U, error)) (Batch[U], error) {
	return Map(ctx, s, Batch[struct{}]{Values: make([]struct{}, 1)}, func(ctx context.Context, _ struct{}) (U, error) {
		return call(ctx)
	})
}

// CallList is Call for a stage that gives a list: each item counts as a record.
func CallList[U any](ctx context.Context, s *Stage, call func(context.Context) ([]U, error)) (Batch[[]U], error) {
	out, err := Call(ctx, s, call)
	for _, list := range out.Values {
		run.ScopeOf(ctx).Stage(s.name).Out.Add(int64(len(list) - 1))
	}
	return out, err
}

// Map makes one call for each value and hands on the results, in order. Skipped
// values are missing from the result.
func Map[T, U any](ctx context.Context, s *Stage, in Batch[T], call func(context.Context, T) (U, error)) (Batch[U], error) {
	step := s.begin(ctx)
	results, err := callAll(ctx, s, in.Values, call)
	if err != nil {
		return Batch[U]{}, err
	}
	out := newBuilder[U](in, len(in.Values))
	for i, u := range results.values {
		if !results.dropped(i) {
			out.add(i, u)
		}
	}
	s.tell(ctx, results.refused, in.Origin)
	step.end(len(in.Values), len(out.values))
	return out.batch(), nil
}

// MapItems makes one call for each item of each list; the results form lists
// in the same order.
func MapItems[T, U any](ctx context.Context, s *Stage, in Batch[[]T], call func(context.Context, T) (U, error)) (Batch[[]U], error) {
	return mapItems(ctx, s, in, call, func(list []U, u U) []U { return append(list, u) })
}

// MapItemLists makes one call for each item of each list, where a call returns
// a list: the lists of one list's items are joined.
func MapItemLists[T, U any](ctx context.Context, s *Stage, in Batch[[]T], call func(context.Context, T) ([]U, error)) (Batch[[]U], error) {
	return mapItems(ctx, s, in, call, func(list []U, more []U) []U { return append(list, more...) })
}

func mapItems[T, U, L any](ctx context.Context, s *Stage, in Batch[[]T], call func(context.Context, T) (L, error), add func([]U, L) []U) (Batch[[]U], error) {
	step := s.begin(ctx)
	results, err := callAll(ctx, s, items(in), call)
	if err != nil {
		return Batch[[]U]{}, err
	}
	out := newBuilder[[]U](in, len(in.Values))
	next, given := 0, 0
	for i, list := range in.Values {
		made := make([]U, 0, len(list))
		for range list {
			if results.dropped(next) {
				out.lose(i)
			} else {
				made = add(made, results.values[next])
			}
			next++
		}
		out.add(i, made)
		given += len(made)
	}
	s.tell(ctx, results.refused, func(position int) int { return in.Origin(listOf(in, position)) })
	step.end(next, given)
	return out.batch(), nil
}

// listOf returns the list that holds the item at a position of all items.
func listOf[T any](in Batch[[]T], position int) int {
	i := 0
	for ; position >= len(in.Values[i]); i++ {
		position -= len(in.Values[i])
	}
	return i
}

// items returns the items of all lists, one after the other.
func items[T any](in Batch[[]T]) []T {
	if len(in.Values) == 1 {
		return in.Values[0]
	}
	return slices.Concat(in.Values...)
}

// Do makes one call for each value, for its effect: what arrived goes on,
// less what was skipped.
func Do[T any](ctx context.Context, s *Stage, in Batch[T], call func(context.Context, T) error) (Batch[T], error) {
	out, err := Map(ctx, s, in, passing(call))
	if s.sends {
		countSent(ctx, s, len(out.Values))
	}
	return out, err
}

// DoItems makes one call for each item of each list, for its effect: what
// arrived goes on, less what was skipped.
func DoItems[T any](ctx context.Context, s *Stage, in Batch[[]T], call func(context.Context, T) error) (Batch[[]T], error) {
	out, err := MapItems(ctx, s, in, passing(call))
	if s.sends {
		countSent(ctx, s, len(items(out)))
	}
	return out, err
}

// countSent counts records that a stage has stored or sent.
func countSent(ctx context.Context, s *Stage, n int) {
	run.ScopeOf(ctx).Stage(s.name).Sent.Add(int64(n))
}

func passing[T any](call func(context.Context, T) error) func(context.Context, T) (T, error) {
	return func(ctx context.Context, v T) (T, error) { return v, call(ctx, v) }
}
