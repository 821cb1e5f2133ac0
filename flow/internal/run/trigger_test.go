package run

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// runsAt runs one scheduled pipeline and returns when its runs started, in
// milliseconds since the start, each with its due time where that differs.
func runsAt(t *testing.T, args string, trigger Trigger, run func(i int) error) (string, result) {
	t.Helper()
	var seen events
	start, i := time.Now(), 0
	r := runProgram(t, args, func(s *Setup) {
		schedule(s, PipelineOptions{Name: "poll", Continue: true}, trigger, func(ctx context.Context) error {
			at, due := time.Since(start).Milliseconds(), Due(ctx).Sub(start).Milliseconds()
			if at == due {
				seen.add("%d", at)
			} else {
				seen.add("%d(%d)", at, due)
			}
			i++
			return run(i)
		})
	})
	return seen.String(), r
}

func sleeping(times ...int) func(int) error {
	return func(i int) error {
		if i <= len(times) {
			time.Sleep(time.Duration(times[i-1]) * time.Millisecond)
		}
		return nil
	}
}

func TestTriggers(t *testing.T) {
	for _, test := range []struct {
		name, args, want string
		trigger          Trigger
		run              func(int) error
	}{
		{"runs at start and keeps the period", "-for 3500ms", "0 1000 2000 3000", Trigger{Every: "1s"}, sleeping()},
		{"long runs do not make it drift", "-for 3500ms", "0 1000 2000 3000", Trigger{Every: "1s"}, sleeping(300, 900, 1, 1)},
		{"delay", "-for 2s", "500 1500", Trigger{Every: "1s", Delay: "500ms"}, sleeping()},
		{"delay counts from the start for all runs", "-for 4s", "500 1500 3500", Trigger{Every: "1s", Delay: "500ms"}, sleeping(1, 1200)},
		{"skip", "-for 4500ms", "0 3000 4000", Trigger{Every: "1s"}, sleeping(2500)},
		{"queue holds one", "-for 4500ms", "0 2500(2000) 3000 4000", Trigger{Every: "1s", Queue: true}, sleeping(2500)},
		{"a run as long as the period skips none", "-for 3500ms", "0 1000 2000 3000", Trigger{Every: "1s"}, sleeping(1000, 1000, 1000)},
		{"a run due at the end is not made", "-for 3s", "0 1000 2000", Trigger{Every: "1s"}, sleeping()},
		{"once", "", "200", Trigger{Once: true, Delay: "200ms"}, sleeping()},
		{"-once", "-once", "200", Trigger{Every: "1s", Delay: "200ms"}, sleeping()},
		{"stop before the first run", "-for 1s", "", Trigger{Every: "1s", Delay: "1m"}, sleeping()},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen, r := runsAt(t, test.args, test.trigger, test.run)
				equal(t, "runs", seen, test.want)
				r.want(t, 0)
			})
		})
	}
}

func TestSkippedRunsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// The first status comes with the end of the first run, which may be before
		// the runs are skipped; the second one 5s later.
		_, r := runsAt(t, "-for 8500ms -log-level debug", Trigger{Every: "1s"}, sleeping(2500))
		r.want(t, 0, "level=DEBUG", "flow=weather pipeline=poll", "runs=2", "2 runs skipped")
		if !strings.Contains(r.stdout, "7 (2 skipped)") {
			t.Errorf("summary lacks the skipped runs:\n%s", r.stdout)
		}
	})
}

// A failed run is made again after a pause of one to thirty seconds, with the
// same due time, unless the next one is due before.
func TestContinueBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts []time.Time
		r := runProgram(t, "-for 250s", func(s *Setup) {
			schedule(s, PipelineOptions{Name: "poll", Continue: true}, Trigger{Every: "100s"}, func(ctx context.Context) error {
				starts = append(starts, time.Now())
				return errors.New("no")
			})
		})
		r.want(t, 0, "run failed", "error=no", "again_in")
		var gaps []string
		longest := time.Duration(0)
		for i := range starts[1:] {
			longest = max(longest, starts[i+1].Sub(starts[i]))
			if i < 4 {
				gaps = append(gaps, starts[i+1].Sub(starts[i]).String())
			}
		}
		for i, base := range []time.Duration{1, 2, 4, 8} {
			gap := starts[i+1].Sub(starts[i])
			if gap > base*time.Second || gap < base*time.Second*4/5 {
				t.Errorf("gap %d of %v is not near %ds", i, gaps, base)
			}
		}
		if longest > 31*time.Second {
			t.Errorf("longest gap is %v", longest)
		}
		due := fmt.Sprint(starts[0].Add(100*time.Second), starts[0].Add(200*time.Second))
		for _, s := range starts {
			due = strings.Replace(due, fmt.Sprint(s), "", 1)
		}
		equal(t, "due times without a run", strings.TrimSpace(due), "")
	})
}

func TestOnceWithContinueIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen, r := runsAt(t, "-once", Trigger{Every: "10s"}, func(int) error { return errors.New("no") })
		equal(t, "runs", seen, "0")
		r.want(t, 1, `error: flow "weather", pipeline "poll": no`)
	})
}

func TestOnceTriggerWithContinueIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		_, r := runsAt(t, "", Trigger{Once: true}, func(i int) error {
			if runs = i; i < 3 {
				return errors.New("no")
			}
			return nil
		})
		equal(t, "runs", runs, 3)
		r.want(t, 0)
	})
}

func TestTriggerNeedsAPeriod(t *testing.T) {
	r := runProgram(t, "", func(s *Setup) {
		schedule(s, PipelineOptions{Name: "a"}, Trigger{Every: "0s"}, nil)
		schedule(s, PipelineOptions{Name: "b"}, Trigger{Every: "soon"}, nil)
	})
	r.want(t, 1, "pipeline.a: every: must be longer than 0s", `pipeline.b: every: not a duration`)
	if strings.Count(r.stderr, "pipeline.b") > 1 {
		t.Error("one mistake is reported twice")
	}
}
