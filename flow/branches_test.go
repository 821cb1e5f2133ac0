package flow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

func batch[T any](origin []int, values ...T) Batch[T] {
	return Batch[T]{Values: values, origin: origin}
}

func TestJoin(t *testing.T) {
	a := batch([]int{0, 2, 3, 5}, "a0", "a2", "a3", "a5")
	b := batch([]int{0, 1, 3, 4, 5}, "b0", "b1", "b3", "b4", "b5")
	b.lost = []int{5}
	out := Join(a, b)
	same(t, "pairs", out.Values, []Pair[string, string]{{"a0", "b0"}, {"a3", "b3"}})
	same(t, "origins", origins(out), []int{0, 3})
	first, second := Split(out)
	same(t, "first", first.Values, []string{"a0", "a3"})
	same(t, "second", second.Values, []string{"b0", "b3"})
	same(t, "origins of the second", origins(second), []int{0, 3})
	equal(t, "of nothing", len(Join(Batch[int]{}, b).Values), 0)
}

func TestJoinOfThree(t *testing.T) {
	out := Join(batchOf(1, 2), Join(batchOf("a", "b"), batch([]int{1}, 2.5)))
	same(t, "pairs", out.Values, []Pair[int, Pair[string, float64]]{{2, Pair[string, float64]{"b", 2.5}}})
	same(t, "origins", origins(out), []int{1})
}

func TestJoinItems(t *testing.T) {
	s := stageOf(t, StageOptions{Name: "odd"})
	in := batchOf([]int{1, 3}, []int{1, 2}, []int{})
	a, err := MapItems(t.Context(), s, Fork(in, nil), odd)
	if err != nil {
		t.Fatal(err)
	}
	b, err := MapItems(t.Context(), s, Fork(in, nil), func(_ context.Context, v int) (int, error) { return -v, nil })
	if err != nil {
		t.Fatal(err)
	}
	out := JoinItems(a, b)
	same(t, "pairs", out.Values, [][]Pair[string, int]{{{"1", -1}, {"3", -3}}, {}})
	same(t, "origins", origins(out), []int{0, 2})
	first, second := SplitItems(out)
	same(t, "first", first.Values, [][]string{{"1", "3"}, {}})
	same(t, "second", second.Values, [][]int{{-1, -3}, {}})
}

func TestForkCopiesAndForgetsLosses(t *testing.T) {
	in := Batch[[]int]{Values: [][]int{{1}}, lost: []int{0}}
	out := Fork(in, slices.Clone[[]int])
	out.Values[0][0] = 9
	equal(t, "original", in.Values[0][0], 1)
	equal(t, "losses", len(out.lost), 0)
	shared := Fork(in, nil)
	shared.Values[0][0] = 9
	equal(t, "shared", in.Values[0][0], 9)
}

// Branches that lose items of one batch do not write into each other's list.
func TestLossesAreNotShared(t *testing.T) {
	lost := make([]int, 1, 8)
	in := Batch[[]int]{Values: [][]int{{1}, {2}}, lost: lost}
	a, b := newBuilder[int](in, 0), newBuilder[int](in, 0)
	a.lose(0)
	b.lose(1)
	same(t, "a", a.lost, []int{0, 0})
	same(t, "b", b.lost, []int{0, 1})
}

func TestBranchesAllRun(t *testing.T) {
	var ran sync.Map
	err := Branches(t.Context(),
		func(context.Context) error { ran.Store(1, true); return errors.New("one") },
		func(context.Context) error { ran.Store(2, true); panic("two") },
		func(context.Context) error { ran.Store(3, true); return nil })
	for i := range 3 {
		if _, ok := ran.Load(i + 1); !ok {
			t.Errorf("branch %d did not run", i+1)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "one\npanic: two") {
		t.Errorf("error is %v", err)
	}
}
