package flow

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
	"github.com/flowc-dev/flowc/flow/record"
)

// consuming runs one waiting pipeline over a source.
func consuming(t *testing.T, args string, o PipelineOptions, source Source[int], run func(context.Context, Batch[int]) error) result {
	t.Helper()
	o.Name = "listen"
	return runProgram(t, args, func(s *Setup) { Receive(s, o, source, run) })
}

func TestAckFollowsTheRun(t *testing.T) {
	var seen events
	q := queueOf(seen.delivery(false, 1), seen.delivery(false, 2, 3))
	close(q.deliveries)
	r := consuming(t, "", PipelineOptions{}, q, func(_ context.Context, b Batch[int]) error {
		seen.add("run%v", b.Values)
		return nil
	})
	r.want(t, 0)
	equal(t, "events", seen.String(), "run[1] ack[1] run[2 3] ack[2 3]")
	if !strings.Contains(r.stdout, "listen    2     3") {
		t.Errorf("summary does not count the records:\n%s", r.stdout)
	}
}

// ending is a source that ends by itself.
type ending struct{ *queue[int] }

func (ending) Ends() bool { return true }

// TestOnceReadsToTheEnd waits with -once for a source that ends by itself, and
// for no other.
func TestOnceReadsToTheEnd(t *testing.T) {
	for name, ends := range map[string]bool{"ends": true, "does not end": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var seen events
				q := &queue[int]{make(chan Delivery[int], 1)}
				var feeder sync.WaitGroup
				feeder.Go(func() {
					time.Sleep(time.Minute)
					q.deliveries <- seen.delivery(false, 1)
					close(q.deliveries)
				})
				var source Source[int] = q
				if ends {
					source = ending{q}
				}
				consuming(t, "-once", PipelineOptions{}, source, func(context.Context, Batch[int]) error { return nil }).want(t, 0)
				feeder.Wait()
				if want := map[bool]string{true: "ack[1]"}[ends]; seen.String() != want {
					t.Errorf("%q was acknowledged, want %q", seen.String(), want)
				}
			})
		})
	}
}

func TestFailedDeliveryStopsTheService(t *testing.T) {
	var seen events
	q := queueOf(seen.delivery(false, 1), seen.delivery(false, 2))
	r := consuming(t, "", PipelineOptions{}, q, func(_ context.Context, b Batch[int]) error { return errors.New("no") })
	r.want(t, 1, `error: flow "weather", pipeline "listen": no`)
	equal(t, "events", seen.String(), `nack[1](flow "weather", pipeline "listen": no)`)
	equal(t, "times the error is shown", strings.Count(r.stderr, "no\n"), 1)
}

func TestContinueRunsTheSameDeliveryAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		tries := 0
		q := queueOf(seen.delivery(false, 1), seen.delivery(false, 2))
		close(q.deliveries)
		start := time.Now()
		r := consuming(t, "", PipelineOptions{Continue: true}, q, func(_ context.Context, b Batch[int]) error {
			seen.add("run%v", b.Values)
			if tries++; tries < 4 {
				return errors.New("no")
			}
			return nil
		})
		r.want(t, 0)
		equal(t, "events", seen.String(), "run[1] run[1] run[1] run[1] ack[1] run[2] ack[2]")
		if d := time.Since(start); d < 5*time.Second || d > 7*time.Second {
			t.Errorf("three pauses took %v, want 1s+2s+4s less a fifth", d)
		}
	})
}

func TestHeldDeliveryIsAnsweredAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		q := queueOf(seen.delivery(true, 1), seen.delivery(true, 2))
		close(q.deliveries)
		start := time.Now()
		r := consuming(t, "", PipelineOptions{Continue: true}, q, func(_ context.Context, b Batch[int]) error {
			if b.Values[0] == 1 {
				return errors.New("no")
			}
			return nil
		})
		r.want(t, 0, "run failed")
		equal(t, "events", seen.String(), `nack[1](flow "weather", pipeline "listen": no) ack[2]`)
		equal(t, "pause", time.Since(start), 0)
	})
}

func TestFailedAckIsAnErrorOfThePipeline(t *testing.T) {
	var seen events
	d := seen.delivery(false, 1)
	d.Ack = func(context.Context) error { return errors.New("source is gone") }
	consuming(t, "", PipelineOptions{}, queueOf(d), func(context.Context, Batch[int]) error { return nil }).
		want(t, 1, `pipeline "listen": source is gone`)
	equal(t, "events", seen.String(), "") // never both Ack and Nack
}

// sourceFunc is a source made of its Receive.
type sourceFunc func(context.Context) (Delivery[int], error)

func (f sourceFunc) Receive(ctx context.Context) (Delivery[int], error) { return f(ctx) }

func TestReceiveThatFails(t *testing.T) {
	for name, broken := range map[string]func() error{
		"error": func() error { return errors.New("broken") },
		"panic": func() error { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				source := sourceFunc(func(ctx context.Context) (Delivery[int], error) {
					if calls++; calls < 3 {
						return Delivery[int]{}, broken()
					}
					<-ctx.Done()
					return Delivery[int]{}, ctx.Err()
				})
				run := func(context.Context, Batch[int]) error { return nil }
				consuming(t, "", PipelineOptions{}, source, run).want(t, 1, "broken")
				calls = 0
				consuming(t, "-for 1m", PipelineOptions{Continue: true}, source, run).want(t, 0, "broken", "again_in")
				equal(t, "calls", calls, 3)
			})
		})
	}
}

// What is in flight when the service stops ends within the grace period and is
// acknowledged; nothing more is received.
func TestStopFinishesWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		start := time.Now()
		q := queueOf(seen.delivery(false, 1), seen.delivery(false, 2))
		r := consuming(t, "-for 1s -grace 5s", PipelineOptions{}, q, func(ctx context.Context, b Batch[int]) error {
			return run.Sleep(ctx, 3*time.Second)
		})
		r.want(t, 0)
		equal(t, "events", seen.String(), "ack[1]")
		equal(t, "time", time.Since(start), 3*time.Second)
	})
}

// A cancelled context never drops a record, whatever on_error says.
func TestGracePeriodGivesBack(t *testing.T) {
	for _, onError := range []OnError{Fail, SkipRecord} {
		synctest.Test(t, func(t *testing.T) {
			var seen events
			start := time.Now()
			q := queueOf(seen.delivery(false, 1))
			r := runProgram(t, "-for 1s -grace 5s", func(s *Setup) {
				stage := NewStage(s, StageOptions{Name: "slow", OnError: onError})
				Receive(s, PipelineOptions{Name: "listen"}, q, func(ctx context.Context, b Batch[int]) error {
					_, err := Do(ctx, stage, b, func(ctx context.Context, _ int) error { return run.Sleep(ctx, time.Hour) })
					return err
				})
			})
			r.want(t, 0, "given back")
			equal(t, "events", seen.String(), `nack[1](flow "weather", pipeline "listen", stage "slow": context canceled)`)
			equal(t, "time", time.Since(start), 6*time.Second)
		})
	}
}

func TestPauseEndsAtAStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		start := time.Now()
		q := queueOf(seen.delivery(false, 1))
		consuming(t, "-for 500ms", PipelineOptions{Continue: true}, q, func(ctx context.Context, b Batch[int]) error {
			return errors.New("no")
		}).want(t, 0)
		equal(t, "events", seen.String(), `nack[1](flow "weather", pipeline "listen": no)`)
		equal(t, "time", time.Since(start), 500*time.Millisecond)
	})
}

func TestAnswers(t *testing.T) {
	var seen events
	d := seen.delivery(true, 1, 2, 3)
	d.Reply = func(i int, body []byte, contentType string) { seen.add("%d:%s(%s)", i, body, contentType) }
	q := queueOf(d)
	close(q.deliveries)
	r := runProgram(t, "", func(s *Setup) {
		stage := NewStage(s, StageOptions{Name: "half"})
		Answer(s, PipelineOptions{Name: "ask"}, q, record.Text(), func(ctx context.Context, in Batch[int]) (Batch[string], error) {
			return Map(ctx, stage, in, func(_ context.Context, v int) (string, error) {
				if v == 2 {
					return "", Skip
				}
				return strings.Repeat("x", v), nil
			})
		})
	})
	r.want(t, 0)
	equal(t, "events", seen.String(), "0:x(text/plain; charset=utf-8) 2:xxx(text/plain; charset=utf-8) ack[1 2 3]")
	if got := strings.Fields(strings.Split(r.stdout, "\n")[1]); strings.Join(got[2:6], " ") != "1 3 2 1" {
		t.Errorf("runs, in, out, skipped: %v", got[2:6])
	}
}
