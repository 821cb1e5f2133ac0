package run

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"
)

// wallClock is a wall clock that tests set while the monotonic one goes on, as
// it does for a program whose machine slept.
type wallClock struct {
	mu    sync.Mutex
	ahead time.Duration
	looks int
}

// clockAt returns a clock that shows the time now.
func clockAt(t *testing.T, now string) *wallClock {
	t.Helper()
	at, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	return &wallClock{ahead: time.Until(at)}
}

func (c *wallClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.looks++
	return time.Now().Add(c.ahead).Round(0)
}

// set sets the clock forward, or back.
func (c *wallClock) set(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}

// calendarRuns runs a pipeline by the clock and returns what the clock showed
// when its runs started, each with its due time where that differs.
func calendarRuns(t *testing.T, args string, clock *wallClock, trigger Trigger, run func(i int) error) (string, result) {
	t.Helper()
	var seen events
	i := 0
	r := calendarProgram(t, args, clock, trigger, func(at, due time.Time) error {
		due = due.In(at.Location())
		if text := at.Format("2 15:04:05"); at.Sub(due).Abs() < time.Millisecond {
			seen.add("%s", text)
		} else {
			seen.add("%s(%s)", text, due.Format("15:04:05"))
		}
		i++
		return run(i)
	})
	return seen.String(), r
}

// calendarProgram runs a pipeline by the clock; run gets what the clock shows,
// in the zone of the trigger, and when the run was due.
func calendarProgram(t *testing.T, args string, clock *wallClock, trigger Trigger, run func(at, due time.Time) error) result {
	t.Helper()
	zone, err := time.LoadLocation(trigger.Zone)
	if err != nil {
		t.Fatal(err)
	}
	open := func(s *Setup) {
		schedule(s, PipelineOptions{Name: "poll", Continue: true}, trigger, func(ctx context.Context) error {
			return run(clock.now().In(zone), Due(ctx))
		})
	}
	return execWith(t, Env{Args: strings.Fields(args), Lookup: noEnv, wall: clock.now}, Program{
		Service: "weather", Flows: []Flow{{Name: "weather", Open: open}},
	})
}

func TestCalendar(t *testing.T) {
	const morning = "2026-05-04T06:00:00Z"
	for _, test := range []struct {
		name, now, args, want string
		trigger               Trigger
		run                   func(int) error
	}{
		{"not at start, nor when the time is up", morning, "-for 1h", "4 06:15:00 4 06:30:00 4 06:45:00", Trigger{Cron: "*/15 * * * *"}, sleeping()},
		{"from the middle of a minute", "2026-05-04T06:14:59.9Z", "-for 20m", "4 06:15:00 4 06:30:00", Trigger{Cron: "*/15 * * * *"}, sleeping()},
		{"in a zone", morning, "-for 72h", "5 03:00:00 6 03:00:00 7 03:00:00", Trigger{Cron: "0 3 * * *", Zone: "Asia/Tokyo"}, sleeping()},
		{"the clock is set forward by law", "2026-03-28T00:00:00Z", "-for 72h", "28 02:30:00 29 03:00:00 30 02:30:00", Trigger{Cron: "30 2 * * *", Zone: "Europe/Berlin"}, sleeping()},
		{"the clock is set back by law", "2026-10-24T00:00:00Z", "-for 72h", "24 02:30:00 25 02:30:00 26 02:30:00", Trigger{Cron: "30 2 * * *", Zone: "Europe/Berlin"}, sleeping()},
		{"by elapsed time", "2026-10-25T00:00:00Z", "-for 100m", "25 02:20:00 25 02:40:00 25 02:00:00 25 02:20:00", Trigger{Cron: "*/20 * * * *", Zone: "Europe/Berlin"}, sleeping()},
		{"skip", morning, "-for 5m30s", "4 06:01:00 4 06:04:00 4 06:05:00", Trigger{Cron: "* * * * *"}, sleeping(150_000)},
		{"queue holds one", morning, "-for 5m30s", "4 06:01:00 4 06:03:30(06:03:00) 4 06:04:00 4 06:05:00", Trigger{Cron: "* * * * *", Queue: true}, sleeping(150_000)},
		{"a run as long as the period skips none", morning, "-for 4m30s", "4 06:01:00 4 06:02:00 4 06:03:00 4 06:04:00", Trigger{Cron: "* * * * *"}, sleeping(60_000, 60_000, 60_000)},
		{"-once makes a run at once", morning, "-once", "4 06:00:00", Trigger{Cron: "0 3 * * *"}, sleeping()},
		{"stopped while it waits", morning, "-for 40h", "5 03:00:00", Trigger{Cron: "0 3 * * *"}, sleeping()},
		{"stopped before a run", morning, "-for 10m", "", Trigger{Cron: "0 3 * * *"}, sleeping()},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen, r := calendarRuns(t, test.args, clockAt(t, test.now), test.trigger, test.run)
				if test.args == "-once" {
					seen, _, _ = strings.Cut(seen, "(") // due by the clock of the machine, which the test does not set
				}
				equal(t, "runs", seen, test.want)
				r.want(t, 0)
			})
		})
	}
}

// TestClockSteps sets the clock, a time after the start, by so much; then again.
// A step at once is made before the start, and one that falls on a look at the
// clock just behind it: what the program does just then must not be left to
// chance.
func TestClockSteps(t *testing.T) {
	const morning = "2026-05-04T06:00:00Z"
	type step struct{ after, by time.Duration }
	for _, test := range []struct {
		name, args, want string
		trigger          Trigger
		steps            []step
		run              func(int) error
		log              []string
	}{
		{"forward over a run: missed", "-for 75m", "4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{30 * time.Minute, time.Hour}}, sleeping(), []string{"level=WARN", "runs missed", "runs=1", "last=2026-05-04T07:00:00.000Z", "1 run skipped"}},
		{"forward over many", "-for 60m", "4 08:45:00 4 09:00:00 4 09:15:00 4 09:30:00", Trigger{Cron: "*/15 * * * *"},
			[]step{{5 * time.Minute, 2*time.Hour + 33*time.Minute}}, sleeping(), []string{"runs=10", "last=2026-05-04T08:30:00.000Z"}},
		{"the machine sleeps: not caught up, and not held", "-for 24h", "5 03:00:00", Trigger{Cron: "0 3 * * *", Queue: true},
			[]step{{2 * time.Hour, 8 * time.Hour}}, sleeping(), nil},
		{"forward by less than a minute: no run is missed", "-for 70m", "4 07:00:59(07:00:00)", Trigger{Cron: "0 * * * *"},
			[]step{{time.Hour - 30*time.Second, 59 * time.Second}}, sleeping(), nil},
		{"forward by less than a minute, a minute before", "-for 70m", "4 07:00:28(07:00:00)", Trigger{Cron: "0 * * * *"},
			[]step{{time.Hour - 90*time.Second, 30 * time.Second}, {time.Hour - 59*time.Second, 28 * time.Second}}, sleeping(), nil},
		{"forward, to before a run: made in time", "-for 30m", "4 07:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{10 * time.Minute, 49 * time.Minute}}, sleeping(), nil},
		{"back over a run: not made again", "-for 3h", "4 07:00:00 4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{61 * time.Minute, -30 * time.Minute}}, sleeping(), []string{"the clock was set back", "by=30m0s"}},
		{"back by a little, just behind a run", "-for 3h", "4 07:00:00 4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{time.Hour + time.Second, -2 * time.Second}}, sleeping(), nil},
		{"back by a little, just before a run: never early", "-for 70m", "4 07:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{time.Hour - 10*time.Second, -2 * time.Second}}, sleeping(), nil},
		{"back to before the start: the runs of that time are made, the others not again", "-for 5h", "4 07:00:00 4 05:00:00 4 06:00:00 4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{61 * time.Minute, -150 * time.Minute}}, sleeping(), nil},
		{"back to where the next look finds a run that is due just then", "-for 1h", "4 01:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{30*time.Minute + 30*time.Second, -5*time.Hour - 31*time.Minute}}, sleeping(), nil},
		{"a clock that was a year ahead", "-for 190m", "4 07:00:00 4 07:00:00 4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{0, 365 * 24 * time.Hour}, {90 * time.Minute, -365*24*time.Hour - time.Hour}}, sleeping(), nil},
		{"forward and back: what was passed over is made", "-for 3h", "4 07:00:00 4 08:00:00", Trigger{Cron: "0 * * * *"},
			[]step{{30 * time.Minute, 48 * time.Hour}, {33 * time.Minute, -48 * time.Hour}}, sleeping(), []string{"runs=48"}},
		{"forward while it runs", "-for 31m", "4 06:15:00 4 09:00:00", Trigger{Cron: "*/15 * * * *"},
			[]step{{16 * time.Minute, 150 * time.Minute}}, sleeping(6 * 60_000), nil},
		{"forward while it runs, with a queue", "-for 31m", "4 06:15:00 4 08:51:00(08:45:00) 4 09:00:00", Trigger{Cron: "*/15 * * * *", Queue: true},
			[]step{{16 * time.Minute, 150 * time.Minute}}, sleeping(6 * 60_000), nil},
		{"back while it runs", "-for 75m", "4 06:15:00 4 05:45:00 4 06:00:00 4 06:30:00", Trigger{Cron: "*/15 * * * *"},
			[]step{{16 * time.Minute, -40 * time.Minute}}, sleeping(6 * 60_000), nil},
		{"every goes by the other clock", "-for 35m", "4 06:00:00(00:00:00) 4 16:10:00(00:10:00) 4 11:20:00(00:20:00) 4 11:30:00(00:30:00)", Trigger{Every: "10m"},
			[]step{{time.Minute, 10 * time.Hour}, {11 * time.Minute, -5 * time.Hour}}, sleeping(), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				clock := clockAt(t, morning)
				start := time.Now()
				for _, s := range test.steps {
					if s.after == 0 {
						clock.set(s.by)
						continue
					}
					go func() {
						time.Sleep(time.Until(start.Add(s.after)))
						synctest.Wait()
						clock.set(s.by)
					}()
				}
				seen, r := calendarRuns(t, test.args, clock, test.trigger, test.run)
				equal(t, "runs", seen, test.want)
				r.want(t, 0, test.log...)
			})
		})
	}
}

// A clock that was behind by decades is set: what it missed is counted up to a
// bound, at once, and runs go on.
func TestClockOfAMachineWithoutOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := clockAt(t, "1970-01-01T00:00:10Z")
		go func() {
			time.Sleep(5 * time.Second)
			clock.set(56 * 365 * 24 * time.Hour)
		}()
		seen, r := calendarRuns(t, "-for 3m", clock, Trigger{Cron: "* * * * *"}, sleeping())
		equal(t, "runs", strings.Count(seen, ":00"), 3)
		r.want(t, 0, "runs=100000")
	})
}

// Nothing but a look at the clock a minute is what a calendar costs.
func TestCalendarIsIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := clockAt(t, "2026-05-04T06:00:30Z")
		seen, _ := calendarRuns(t, "-for 20h", clock, Trigger{Cron: "0 3 * * *"}, sleeping())
		equal(t, "runs", seen, "")
		if most := 20*60 + 3; clock.looks > most {
			t.Errorf("it looked at the clock %d times in 20 hours, want %d at most", clock.looks, most)
		}
	})
}

// A failed run is made again after pauses, with the same due time, until the
// next one is due.
func TestCalendarBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dues []string
		clock := clockAt(t, "2026-05-04T06:00:00Z")
		r := calendarProgram(t, "-for 2m30s", clock, Trigger{Cron: "* * * * *"}, func(at, due time.Time) error {
			dues = append(dues, due.Format("15:04"))
			return errors.New("no")
		})
		if len(dues) < 10 {
			t.Errorf("%d tries", len(dues))
		}
		equal(t, "due times", strings.Join(slices.Compact(dues), " "), "06:01 06:02")
		r.want(t, 0, "again_in")
	})
}

func TestCronSettings(t *testing.T) {
	open := func(s *Setup) {
		for name, trigger := range map[string]Trigger{
			"a": {Cron: "${HOUR} 25 * * *"},
			"b": {Cron: "0 25 * * *"},
			"c": {Cron: "0 3 * * *", Zone: "${ZONE}"},
			"d": {Cron: "0 3 30 2 *", Zone: "Local"},
			"e": {Cron: "${EMPTY}", Zone: "${EMPTY}"},
			"f": {Cron: "${GOOD}", Zone: "${WHERE:-UTC}"},
			"g": {Cron: "0 3 * * *", Zone: "../../etc/passwd"},
		} {
			schedule(s, PipelineOptions{Name: name}, trigger, nil)
		}
	}
	lookup := env(map[string]string{"ZONE": "Europe/Atlantis", "EMPTY": "", "GOOD": "0 3 * * *", "WHERE": "Asia/Tokyo"})
	r := execWith(t, Env{Lookup: lookup}, Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}})
	r.want(t, 1,
		"pipeline.a: cron: environment variable HOUR is not set",
		"pipeline.b: cron: hours are 0 to 23",
		`pipeline.c: zone: not a time zone such as "Europe/Berlin"`,
		"pipeline.d: cron: the schedule is never due",
		"pipeline.d: zone: not a time zone",
		"pipeline.e: cron: a schedule has five fields, not 0",
		"pipeline.e: zone: not a time zone",
		"pipeline.g: zone: not a time zone",
	)
	equal(t, "errors", strings.Count(r.stderr, "error: "), 8)
	if strings.Contains(r.stderr, "Atlantis") {
		t.Error("an error shows a value of the environment")
	}
}

func TestWhenPipelinesRun(t *testing.T) {
	open := func(s *Setup) {
		for _, trigger := range []Trigger{
			{Every: "15s", Delay: "5s"}, {Once: true}, {Cron: "${AT:-0 3 * * *}", Zone: "Europe/Berlin"}, {Cron: "*/15 * * * *"}, {After: []string{"p1", "p2"}},
		} {
			schedule(s, PipelineOptions{Name: fmt.Sprintf("p%d", len(s.pipelines))}, trigger, nil)
		}
	}
	r := runProgram(t, "-h", open)
	for _, want := range []string{"p0  every 15s after 5s", "p1  once", `p2  cron "0 3 * * *" in Europe/Berlin`, `p3  cron "*/15 * * * *" in UTC`, "p4  after p1, p2"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("-h lacks %q:\n%s", want, r.stdout)
		}
	}
}

// TestAnyClock sets a clock at random and holds the runs against what it
// showed: none is made twice, none early, none later than a minute, and each
// that the clock came to by going is made.
func TestAnyClock(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { anyClock(t, rand.New(rand.NewPCG(seed, 7))) })
		})
	}
}

func anyClock(t *testing.T, random *rand.Rand) {
	clock := clockAt(t, "2026-10-24T20:00:00Z")
	trigger := Trigger{Cron: []string{"*/10 * * * *", "7,31 1-23/2 * * *", "0 2,3 * * *"}[random.IntN(3)], Zone: "Europe/Berlin"}
	var going []stretch // what the clock has shown by going
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			from := clock.now()
			_ = Sleep(ctx, time.Duration(random.Int64N(int64(3*time.Hour))))
			going = append(going, stretch{from, clock.now()})
			by := time.Duration(random.Int64N(int64(4 * time.Minute)))
			if random.IntN(2) == 0 {
				by = time.Duration(random.Int64N(int64(8 * time.Hour)))
			}
			if random.IntN(2) == 0 {
				by = -by
			}
			clock.set(by)
		}
	}()
	var dues []time.Time
	r := calendarProgram(t, "-quiet -for 30h", clock, trigger, func(at, due time.Time) error {
		if late := at.Sub(due); late < 0 || late >= time.Minute {
			t.Errorf("the run of %v is made at %v", due, at)
		}
		if slices.ContainsFunc(dues, due.Equal) {
			t.Errorf("the run of %v is made twice", due)
		}
		dues = append(dues, due)
		return nil
	})
	cancel()
	<-done
	r.want(t, 0)
	var settings timing
	runProgram(t, "-check", func(s *Setup) { settings = trigger.resolve(s, "pipeline.poll") })
	for i, s := range going {
		if i == len(going)-1 {
			s.to = s.to.Add(-1) // what is due when the time is up is not made
		}
		for due := settings.schedule.Next(s.from, settings.zone); !due.After(s.to); due = settings.schedule.Next(due, settings.zone) {
			if !slices.ContainsFunc(dues, due.Equal) {
				t.Errorf("the run of %v is not made, but the clock went from %v to %v", due, s.from, s.to)
			}
		}
	}
}
