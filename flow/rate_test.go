package flow

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// callTimes makes n calls of a stage and returns when each began.
func callTimes(t *testing.T, s *Stage, n int, call func(context.Context) error) (times []time.Duration) {
	t.Helper()
	start := time.Now()
	_, _ = Map(t.Context(), s, Batch[struct{}]{Values: make([]struct{}, n)}, func(ctx context.Context, _ struct{}) (int, error) {
		times = append(times, time.Since(start))
		return 0, call(ctx)
	})
	return times
}

func TestRateSpacesCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stageOf(t, StageOptions{Name: "s", Rate: "10/s"})
		got := callTimes(t, s, 4, func(ctx context.Context) error { return run.Sleep(ctx, 30*time.Millisecond) })
		same(t, "calls", got, []time.Duration{0, 100 * time.Millisecond, 200 * time.Millisecond, 300 * time.Millisecond})
		got = callTimes(t, s, 2, func(context.Context) error { return nil })
		same(t, "calls of the next batch", got[0], 70*time.Millisecond)
	})
}

// Tries are calls, and waiting for the rate counts towards no timeout.
func TestRateCountsTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stageOf(t, StageOptions{Name: "s", Rate: "30/m", Timeout: "1s", Retry: Retry{Attempts: 3}})
		got := callTimes(t, s, 1, func(context.Context) error { return errors.New("down") })
		same(t, "tries", got, []time.Duration{0, 2 * time.Second, 4 * time.Second})
	})
}

// A high rate lets some calls come at once, but none beyond it over a time.
func TestHighRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stageOf(t, StageOptions{Name: "s", Rate: "10/ms", Workers: 8})
		start := time.Now()
		_, err := Map(t.Context(), s, batchOf(make([]int, 10_000)...), func(_ context.Context, v int) (int, error) { return v, nil })
		same(t, "error", err, nil)
		if took := time.Since(start); took < 985*time.Millisecond || took > time.Second {
			t.Errorf("10000 calls took %v", took)
		}
	})
}

func TestRateEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		ctx, sc := inPipeline(ctx)
		start := time.Now()
		_, err := Map(ctx, stageOf(t, StageOptions{Name: "s", Rate: "1/h", OnError: SkipRecord}), batchOf(1, 2), func(_ context.Context, v int) (int, error) { return v, nil })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		same(t, "time", time.Since(start), 5*time.Second)
		equal(t, "skipped", sc.Stage("s").Skipped.Load(), 0)
	})
}

// The flows of a process share the rate of a stage; its value is judged at start.
func TestRateOfAProcess(t *testing.T) {
	var a, b *Stage
	ask := func(stage **Stage) func(*Setup) {
		return func(s *Setup) { *stage = NewStage(s, StageOptions{Name: "ask", Rate: "${RATE}"}) }
	}
	vars := Env{Args: []string{"-check"}, Lookup: env(map[string]string{"RATE": "5/s", "WRONG": "0/s"})}
	execWith(t, vars, Program{Service: "s", Flows: []Flow{{Name: "a", Open: ask(&a)}, {Name: "b", Open: ask(&b)}}}).want(t, 0)
	same(t, "shared", a.rate == b.rate && a.rate != nil, true)
	same(t, "limit", float64(a.rate.Limit()), 5.0)
	tell := func(s *Setup) { NewStage(s, StageOptions{Name: "tell", Rate: "${WRONG}"}) }
	execWith(t, vars, Program{Service: "s", Flows: []Flow{{Name: "a", Open: tell}}}).want(t, 1, "stage.tell: rate: ")
}
