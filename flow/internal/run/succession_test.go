package run

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// job is a pipeline of these tests: its name, its trigger, and how long its runs
// take; one that is negative fails after that time. The last goes on.
type job struct {
	name      string
	trigger   Trigger
	takes     []time.Duration
	continues bool
}

// runJobs runs pipelines of one flow and returns when their runs began, in
// milliseconds since the start: "a@0 b@100". Where a run was due before it
// began, that time stands behind it.
func runJobs(t *testing.T, args string, jobs ...job) (string, result) {
	t.Helper()
	var seen events
	start := time.Now()
	r := runProgram(t, args, func(s *Setup) {
		for _, j := range jobs {
			j.register(s, start, &seen)
		}
	})
	return seen.String(), r
}

func (j job) register(s *Setup, start time.Time, seen *events) {
	i := 0
	schedule(s, PipelineOptions{Name: j.name, Continue: j.continues}, j.trigger, func(ctx context.Context) error {
		at, due := time.Since(start).Milliseconds(), Due(ctx).Sub(start).Milliseconds()
		if at == due {
			seen.add("%s@%d", j.name, at)
		} else {
			seen.add("%s@%d(%d)", j.name, at, due)
		}
		var takes time.Duration
		if len(j.takes) > 0 {
			takes = j.takes[min(i, len(j.takes)-1)]
		}
		i++
		time.Sleep(takes.Abs())
		if takes < 0 {
			return errors.New("no")
		}
		return nil
	})
}

func follows(names ...string) Trigger { return Trigger{After: names} }

// ms makes durations of milliseconds.
func ms(list ...int) []time.Duration {
	var all []time.Duration
	for _, n := range list {
		all = append(all, time.Duration(n)*time.Millisecond)
	}
	return all
}

func TestAfter(t *testing.T) {
	once, second := Trigger{Once: true}, Trigger{Every: "1s"}
	for _, test := range []struct {
		name, args, want string
		jobs             []job
	}{
		{"in the order of success, not of the spec", "", "a@0 b@0 c@300", []job{
			{"c", follows("a", "b"), nil, false}, {"a", once, ms(100), false}, {"b", once, ms(300), false}}},
		{"a chain of pipelines that run once ends", "", "a@0 b@100 c@150 d@150", []job{
			{"a", once, ms(100), false}, {"b", follows("a"), ms(50), false}, {"c", follows("b"), nil, false}, {"d", follows("b"), nil, false}}},
		{"with each success", "-for 2500ms", "a@0 b@100 a@1000 b@1100 a@2000 b@2100", []job{
			{"a", second, ms(100), false}, {"b", follows("a"), nil, false}}},
		{"two successes of one are one", "-for 3500ms", "a@0 b@0 c@500 a@1000 a@2000 b@2000 c@2500 a@3000", []job{
			{"a", second, nil, false}, {"b", Trigger{Every: "2s"}, ms(500), false}, {"c", follows("a", "b"), nil, false}}},
		{"a success while it runs: once more", "-for 5500ms", "a@0 b@0 a@1000 a@2000 b@2500(1000) a@3000 a@4000 a@5000 b@5000(3000)", []job{
			{"a", second, nil, false}, {"b", follows("a"), ms(2500), false}}},
		{"a success of one of two while it runs does not do", "-for 3s", "a@0 b@0 c@0 a@1000 a@2000", []job{
			{"a", second, nil, false}, {"b", once, nil, false}, {"c", follows("a", "b"), ms(500), false}}},
		{"a failure is none", "-for 2500ms", "a@0 a@1000 b@1100 a@2000", []job{
			{"a", second, ms(-990, 100, -990), true}, {"b", follows("a"), nil, false}}},
		{"what follows a run that is once ends with it", "", "a@0 b@0", []job{
			{"a", once, nil, false}, {"b", follows("a"), nil, false}}},
		{"on a stop none begins", "-for 500ms", "a@0", []job{
			{"a", once, ms(600), false}, {"b", follows("a"), nil, false}}},
		{"on a stop just then none begins", "-for 500ms", "a@0", []job{
			{"a", second, ms(500), false}, {"b", follows("a"), nil, false}}},
		{"on a stop none that is due begins", "-for 1500ms", "a@0 b@0 a@1000", []job{
			{"a", second, nil, false}, {"b", follows("a"), ms(2000), false}}},
		{"-once runs each once, in order", "-once", "a@0 b@0 c@200 d@300", []job{
			{"a", second, ms(100), false}, {"b", Trigger{Cron: "0 3 * * *"}, ms(200), false}, {"c", follows("a", "b"), ms(100), false}, {"d", follows("c"), nil, false}}},
		{"a delay is waited for", "-once", "a@400 b@400", []job{
			{"a", Trigger{Every: "1s", Delay: "400ms"}, nil, false}, {"b", follows("a"), nil, false}}},
		{"left out by -pipelines: as if done", "-once -pipelines c,d", "c@0 d@10", []job{
			{"a", second, ms(100), false}, {"b", follows("a"), nil, false}, {"c", follows("a", "b"), ms(10), false}, {"d", follows("c"), nil, false}}},
		{"left out in part", "-for 1500ms -pipelines a,c", "a@0 c@100 a@1000 c@1100", []job{
			{"a", second, ms(100), false}, {"b", once, nil, false}, {"c", follows("a", "b"), nil, false}}},
		{"all left out: once", "-pipelines b", "b@0", []job{
			{"a", second, nil, false}, {"b", follows("a"), nil, false}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seen, r := runJobs(t, test.args, test.jobs...)
				equal(t, "runs", sorted(seen), sorted(test.want))
				r.want(t, 0)
				if strings.Contains(r.stderr, "level=WARN") {
					t.Errorf("stderr:\n%s", r.stderr)
				}
			})
		})
	}
}

// sorted brings what happens at the same moment into one order.
func sorted(seen string) string {
	list := strings.Fields(seen)
	slices.SortStableFunc(list, func(a, b string) int {
		_, x, _ := strings.Cut(a, "@")
		_, y, _ := strings.Cut(b, "@")
		if len(x) != len(y) && !strings.Contains(x+y, "(") {
			return len(x) - len(y)
		}
		return strings.Compare(x+a, y+b)
	})
	return strings.Join(list, " ")
}

// Where a pipeline fails, what follows it does not run, and says so; so does
// what follows that.
func TestAfterAFailure(t *testing.T) {
	for _, test := range []struct {
		args      string
		continues bool
		want      string
	}{
		{"-once", false, "a@0"},
		{"-once", true, "a@0 x@300 y@300"},
		{"", false, "a@0"},
	} {
		synctest.Test(t, func(t *testing.T) {
			seen, r := runJobs(t, test.args,
				job{"c", follows("b"), nil, false}, job{"b", follows("a", "x"), nil, false},
				job{"a", Trigger{Once: true}, ms(-100), test.continues},
				job{"x", Trigger{Every: "1m", Delay: "300ms"}, nil, false}, job{"y", follows("x"), nil, false})
			equal(t, "runs", sorted(seen), test.want)
			r.want(t, 1, `pipeline=b after=a`, `pipeline=c after=b`, `msg="not run: a pipeline that it follows has not succeeded"`, `error: flow "weather", pipeline "a": no`)
			equal(t, "warnings", strings.Count(r.stderr, "level=WARN"), 2)
		})
	}
}

// A pipeline that follows and fails is made again, with the due time of the
// run; what follows it waits for its success.
func TestFollowerThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen, r := runJobs(t, "", job{"a", Trigger{Once: true}, ms(100), false}, job{"b", follows("a"), ms(-10, -10, 0), true}, job{"c", follows("b"), nil, false})
		r.want(t, 0, "run failed", "again_in")
		runs := strings.Fields(seen)
		equal(t, "runs", len(runs), 5)
		for _, run := range runs[2:4] {
			if !strings.HasPrefix(run, "b@") || !strings.HasSuffix(run, "(100)") {
				t.Errorf("runs %v: those of b were due at 100", runs)
			}
		}
		equal(t, "the last", strings.HasPrefix(runs[4], "c@"), true)
	})
}

// A failed run that follows is given up when the next one is due.
func TestFollowerThatFailsIsDueAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen, _ := runJobs(t, "-for 2500ms", job{"a", Trigger{Every: "1s"}, nil, false}, job{"b", follows("a"), ms(-1500, 10), true})
		equal(t, "runs", sorted(seen), sorted("a@0 b@0 a@1000 b@1500(1000) a@2000 b@2000"))
	})
}

// A source that ends has succeeded: what follows it runs then, and the program
// ends.
func TestAfterASourceThatEnds(t *testing.T) {
	for _, args := range []string{"", "-once"} {
		synctest.Test(t, func(t *testing.T) {
			var seen events
			source := &queue[int]{make(chan given[int], 2)}
			source.deliveries <- seen.delivery(false, 1)
			source.deliveries <- seen.delivery(false, 2)
			close(source.deliveries)
			r := runProgram(t, args, func(s *Setup) {
				job{"after", follows("read"), nil, false}.register(s, time.Now(), &seen)
				consume(s, PipelineOptions{Name: "read"}, source, func(context.Context, batch[int]) error {
					time.Sleep(time.Second)
					return nil
				})
			})
			r.want(t, 0)
			equal(t, "events", seen.String(), "ack[1] ack[2] after@2000")
		})
	}
}

// A source that is stopped, or fails, has not succeeded.
func TestAfterASourceThatDoesNotEnd(t *testing.T) {
	for args, receive := range map[string]sourceFunc{
		"-for 1s": func(ctx context.Context) (given[int], error) { <-ctx.Done(); return given[int]{}, ctx.Err() },
		"": func(context.Context) (given[int], error) {
			return given[int]{}, errors.Join(errors.New("it broke"), io.EOF)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			var seen events
			r := runProgram(t, args, func(s *Setup) {
				job{"after", follows("read"), nil, false}.register(s, time.Now(), &seen)
				consume(s, PipelineOptions{Name: "read"}, receive, func(context.Context, batch[int]) error { return nil })
			})
			equal(t, "events", seen.String(), "")
			equal(t, "said", strings.Contains(r.stderr, "not run"), args == "")
		})
	}
}

func TestAfterNamesPipelinesOfItsFlow(t *testing.T) {
	open := func(names ...string) func(*Setup) {
		return func(s *Setup) {
			for _, name := range names {
				schedule(s, PipelineOptions{Name: name}, follows("a", "x"), idle)
			}
		}
	}
	r := execWith(t, Env{Lookup: noEnv}, Program{Service: "s", Flows: []Flow{{Name: "f", Open: open("a")}, {Name: "g", Open: open("x", "b")}}})
	r.want(t, 1,
		`pipeline.a: after: flow "f" has no other pipeline "a"`, `pipeline.a: after: flow "f" has no other pipeline "x"`,
		`pipeline.x: after: flow "g" has no other pipeline "a"`, `pipeline.x: after: flow "g" has no other pipeline "x"`,
		`pipeline.b: after: flow "g" has no other pipeline "a"`)
	equal(t, "errors", strings.Count(r.stderr, "error: "), 5)
}

// Pipelines of a name in two flows of one process are not taken for each other:
// flows are told apart, whatever runs beside them.
func TestAfterInItsOwnFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		start := time.Now()
		open := func(takes int, names ...string) func(*Setup) {
			return func(s *Setup) {
				job{names[0], Trigger{Once: true}, ms(takes), false}.register(s, start, &seen)
				job{names[1], follows(names[0]), nil, false}.register(s, start, &seen)
			}
		}
		r := execWith(t, Env{Lookup: noEnv}, Program{Service: "s", Flows: []Flow{{Name: "f", Open: open(100, "a", "b")}, {Name: "g", Open: open(200, "a", "c")}}})
		r.want(t, 0)
		equal(t, "runs", sorted(seen.String()), "a@0 a@0 b@100 c@200")
	})
}

// A child that -processes started is idle when what follows has run too.
func TestChildIsIdleAfterItsFollowers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		open := func(s *Setup) {
			job{"a", Trigger{Every: "1m"}, ms(1000), false}.register(s, time.Now(), &seen)
			job{"b", follows("a"), ms(1000), false}.register(s, time.Now(), &seen)
			consume(s, PipelineOptions{Name: "listen"}, &queue[int]{}, func(context.Context, batch[int]) error { return nil })
		}
		controlledRun(t, "-once", open, func(tell func(string), events *events, gone func()) {
			tell(commandRun)
			time.Sleep(1500 * time.Millisecond)
			equal(t, "in the second run", events.String(), "connected")
			time.Sleep(time.Second)
			equal(t, "after it", events.String(), "connected idle")
			gone()
		}).want(t, 0)
		equal(t, "runs", seen.String(), "a@0 b@1000")
	})
}
