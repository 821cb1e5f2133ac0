package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"
)

// A program that was stopped for a while (a debugger, a frozen machine) comes
// late to what it has handed out, and skips what passed meanwhile.
func TestTimetableThatIsLate(t *testing.T) {
	start := time.Now()
	for _, test := range []struct {
		late    time.Duration
		queue   bool
		due     time.Duration
		skipped int
		next    time.Duration
	}{
		{-time.Second, false, 0, 0, time.Minute},
		{0, false, 0, 0, time.Minute},
		{1, false, time.Minute, 1, 2 * time.Minute},
		{1, true, 0, 0, time.Minute},
		{time.Minute, false, time.Minute, 1, 2 * time.Minute},
		{time.Minute, true, 0, 0, time.Minute},
		{time.Minute + 1, false, 2 * time.Minute, 2, 3 * time.Minute},
		{time.Minute + 1, true, time.Minute, 1, 2 * time.Minute},
		{100 * 24 * time.Hour, false, 100 * 24 * time.Hour, 100 * 24 * 60, 100*24*time.Hour + time.Minute},
		{100 * 24 * time.Hour, true, 100*24*time.Hour - time.Minute, 100*24*60 - 1, 100 * 24 * time.Hour},
	} {
		table := timetable{every: time.Minute, queue: test.queue, due: start}
		due, skipped := table.take(start.Add(test.late))
		equal(t, fmt.Sprint(test.late, test.queue), fmt.Sprint(due.Sub(start), skipped, table.next(nil).Sub(start)), fmt.Sprint(test.due, test.skipped, test.next))
	}
}

// Whatever its runs take, a period neither drifts nor loses count: each due
// time is that of a run or of a skipped one, and a run that was not held begins
// when it is due.
func TestTimetableCountsEachDueTime(t *testing.T) {
	for seed := range uint64(20) {
		for _, queue := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				start := time.Now()
				var ended time.Time
				last := -time.Second
				var stats totals
				r := runProgram(t, "-quiet -for 60500ms", func(s *Setup) {
					schedule(s, PipelineOptions{Name: "poll"}, Trigger{Every: "1s", Queue: queue}, func(ctx context.Context) error {
						stats = s.pipelines[0].totals()
						due := Due(ctx).Sub(start)
						if n := int64(due / time.Second); due%time.Second != 0 || stats.runs+stats.skippedRuns != n {
							t.Errorf("the run of %v follows %d runs and %d skipped ones", due, stats.runs, stats.skippedRuns)
						}
						if held := time.Since(start) != due; held && (!queue || time.Now() != ended || time.Since(start) < due) {
							t.Errorf("the run of %v begins at %v", due, time.Since(start))
						}
						if due <= last {
							t.Errorf("the run of %v comes behind that of %v", due, last)
						}
						last = due
						time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second))))
						ended = time.Now()
						return nil
					})
				})
				r.want(t, 0)
				if last < 55*time.Second {
					t.Errorf("the last run was that of %v", last)
				}
			})
		}
	}
}

// -once makes one run of each, whatever their triggers, and waits for all.
func TestOnceOfEachTrigger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen, r := runJobs(t, "-once",
			job{"a", Trigger{Every: "1s", Queue: true}, ms(2500), false},
			job{"b", Trigger{Every: "1h", Delay: "1s"}, nil, false},
			job{"c", Trigger{Once: true, Delay: "2s"}, nil, false},
			job{"d", Trigger{Cron: "0 0 29 2 *", Zone: "Asia/Tokyo"}, nil, false},
			job{"e", follows("c"), nil, false})
		equal(t, "runs", sorted(seen), "a@0 d@0 b@1000 c@2000 e@2000")
		r.want(t, 0)
	})
}
