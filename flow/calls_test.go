package flow

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// lasting is a call of a stage that takes as long as its value says, in
// milliseconds, and counts how many run at a time.
type lasting struct {
	now, most atomic.Int64
}

func (l *lasting) call(ctx context.Context, v int) (int, error) {
	now := l.now.Add(1)
	defer l.now.Add(-1)
	for most := l.most.Load(); now > most && !l.most.CompareAndSwap(most, now); most = l.most.Load() {
	}
	if err := run.Sleep(ctx, time.Duration(v)*time.Millisecond); err != nil {
		return 0, err
	}
	switch {
	case v%10 == 2:
		return 0, Skip
	case v%10 == 3:
		return 0, fmt.Errorf("%d failed", v)
	}
	return v, nil
}

func TestWorkersKeepTheOrder(t *testing.T) {
	for workers, want := range map[int]time.Duration{0: 261, 1: 261, 2: 145, 3: 102, 99: 90} {
		synctest.Test(t, func(t *testing.T) {
			ctx, sc := inPipeline(t.Context())
			var l lasting
			start := time.Now()
			out, err := Map(ctx, stageOf(t, StageOptions{Name: "s", Workers: workers}), batchOf(90, 10, 42, 1, 20, 12, 60, 26), l.call)
			same(t, "error", err, nil)
			same(t, "values", out.Values, []int{90, 10, 1, 20, 60, 26})
			same(t, "origins", origins(out), []int{0, 1, 3, 4, 6, 7})
			same(t, "time", time.Since(start), want*time.Millisecond)
			equal(t, "at a time", l.most.Load(), int64(min(max(workers, 1), 8)))
			c := sc.Stage("s")
			equal(t, "in, out, skipped", fmt.Sprint(c.In.Load(), c.Out.Load(), c.Skipped.Load()), "8 6 2")
		})
	}
}

// The items of all lists of a batch share the workers.
func TestWorkersOverLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lasting
		start := time.Now()
		s := stageOf(t, StageOptions{Name: "s", Workers: 4})
		out, err := MapItems(t.Context(), s, batchOf([]int{50}, []int{}, []int{50, 52}, []int{50}), l.call)
		same(t, "error", err, nil)
		same(t, "lists", out.Values, [][]int{{50}, {}, {50}, {50}})
		same(t, "lost", out.lost, []int{2})
		same(t, "time", time.Since(start), 52*time.Millisecond)
		joined, err := MapItemLists(t.Context(), s, batchOf([]int{2, 1}, []int{3}), func(_ context.Context, n int) ([]int, error) {
			return make([]int, n), nil
		})
		same(t, "error", err, nil)
		same(t, "lists of lists, joined", joined.Values, [][]int{{0, 0, 0}, {0, 0, 0}})
	})
}

// After an error that fails the batch no call begins, and the error is that of
// the first value, whichever call ended first.
func TestWorkersStopAtAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, sc := inPipeline(t.Context())
		var l lasting
		_, err := Map(ctx, stageOf(t, StageOptions{Name: "s", Workers: 2}), batchOf(93, 13, 1, 1, 1), l.call)
		equal(t, "error", fmt.Sprint(err), `flow "plant", pipeline "core", stage "s": 93 failed (record 93)`)
		equal(t, "errors", sc.Stage("s").Errors.Load(), 2)
		equal(t, "still running", l.now.Load(), 0)
	})
}

func TestWorkersEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
		defer cancel()
		ctx, sc := inPipeline(ctx)
		var l lasting
		start := time.Now()
		_, err := Map(ctx, stageOf(t, StageOptions{Name: "s", Workers: 2, OnError: SkipRecord}), batchOf(10, 10, 10, 10, 10), l.call)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		same(t, "time", time.Since(start), 15*time.Millisecond)
		equal(t, "skipped", sc.Stage("s").Skipped.Load(), 0)
	})
}

// A panic of one call is its own error.
func TestWorkersAndPanics(t *testing.T) {
	out, err := Map(t.Context(), stageOf(t, StageOptions{Name: "s", Workers: 3, OnError: SkipRecord}), batchOf(0, 1, 2), func(_ context.Context, v int) (int, error) {
		return 6 / v, nil
	})
	same(t, "error", err, nil)
	same(t, "values", out.Values, []int{6, 3})
}
