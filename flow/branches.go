package flow

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Branches runs the branches of a group at the same time and waits for all.
// A branch that fails does not end the others: a receiver that is down is no
// reason to keep an alert from the next.
func Branches(ctx context.Context, branches ...func(context.Context) error) error {
	errs := make([]error, len(branches))
	var group sync.WaitGroup
	for i, branch := range branches {
		group.Go(func() {
			defer fail.Catch(&errs[i])
			errs[i] = branch(ctx)
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

// Pair is what two branches made of one source record. Three branches are a
// pair of the first and a pair of the others.
type Pair[A, B any] struct {
	First  A
	Second B
}

// Join pairs the results of two branches by the source record they came from.
// A record that one branch skipped, or whose list lost an item in one, does
// not reach the join.
func Join[A, B any](a Batch[A], b Batch[B]) Batch[Pair[A, B]] {
	var out Batch[Pair[A, B]]
	out.origin = []int{}
	for i, j := 0, 0; i < len(a.Values) && j < len(b.Values); {
		from, other := a.Origin(i), b.Origin(j)
		switch {
		case from < other:
			i++
			continue
		case from > other:
			j++
			continue
		case !slices.Contains(a.lost, from) && !slices.Contains(b.lost, from):
			out.Values = append(out.Values, Pair[A, B]{a.Values[i], b.Values[j]})
			out.origin = append(out.origin, from)
		}
		i, j = i+1, j+1
	}
	return out
}

// JoinItems pairs the lists that two branches made of one source record, item
// by item. Both went item by item over the same list, which flowc has checked,
// so they are equally long.
func JoinItems[A, B any](a Batch[[]A], b Batch[[]B]) Batch[[]Pair[A, B]] {
	joined := Join(a, b)
	out := Batch[[]Pair[A, B]]{Values: make([][]Pair[A, B], len(joined.Values)), origin: joined.origin}
	for i, lists := range joined.Values {
		pairs := make([]Pair[A, B], len(lists.First))
		for k := range lists.First {
			pairs[k] = Pair[A, B]{lists.First[k], lists.Second[k]}
		}
		out.Values[i] = pairs
	}
	return out
}

// Split takes apart what Join paired, for stages behind a joined one that
// passed on what arrived.
func Split[A, B any](in Batch[Pair[A, B]]) (Batch[A], Batch[B]) {
	a, b := newBuilder[A](in, len(in.Values)), newBuilder[B](in, len(in.Values))
	for i, v := range in.Values {
		a.add(i, v.First)
		b.add(i, v.Second)
	}
	return a.batch(), b.batch()
}

// SplitItems is Split for what JoinItems paired.
func SplitItems[A, B any](in Batch[[]Pair[A, B]]) (Batch[[]A], Batch[[]B]) {
	a, b := newBuilder[[]A](in, len(in.Values)), newBuilder[[]B](in, len(in.Values))
	for i, pairs := range in.Values {
		first, second := make([]A, len(pairs)), make([]B, len(pairs))
		for k, p := range pairs {
			first[k], second[k] = p.First, p.Second
		}
		a.add(i, first)
		b.add(i, second)
	}
	return a.batch(), b.batch()
}
