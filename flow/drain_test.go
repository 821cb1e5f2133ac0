package flow

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// askable is a waiting source whose callers wait for the acknowledgement.
type askable chan chan error

func (a askable) Receive(ctx context.Context) (Delivery[int], error) {
	select {
	case answer := <-a:
		return Delivery[int]{
			Batch: batchOf(1),
			Ack:   func(context.Context) error { answer <- nil; return nil },
			Nack:  func(err error) { answer <- err },
			Held:  true,
		}, nil
	case <-ctx.Done():
		return Delivery[int]{}, ctx.Err()
	}
}

// TestStopServesRunsInFlight stops a service while a scheduled run is about to
// ask a source of the same service: that one still answers.
func TestStopServesRunsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := make(askable)
		var asked error = errors.New("never asked")
		open := func(s *Setup) {
			Run(s, PipelineOptions{Name: "asks"}, Trigger{Once: true}, func(ctx context.Context) error {
				time.Sleep(3 * time.Second) // the service is told to stop after one
				answer := make(chan error, 1)
				select {
				case source <- answer:
					asked = <-answer
				case <-ctx.Done():
					asked = ctx.Err()
				}
				return asked
			})
			Receive(s, PipelineOptions{Name: "answers"}, source, func(context.Context, Batch[int]) error { return nil })
		}
		p := Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}}
		start := time.Now()
		if status := Exec(context.Background(), p, Env{Args: []string{"-for", "1s", "-quiet"}}); status != 0 {
			t.Errorf("exit status %d", status)
		}
		if asked != nil {
			t.Errorf("the run in flight was answered %v", asked)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("the service ended after %v, not when its last run did", took)
		}
	})
}

// TestStopSkipsNothing lets a stage with on_error = "skip" fail after its
// service was told to stop: what it talks to may have stopped too, so the record
// is given back, not dropped.
func TestStopSkipsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := make(askable)
		open := func(s *Setup) {
			stage := NewStage(s, StageOptions{Name: "tells", OnError: SkipRecord})
			Receive(s, PipelineOptions{Name: "p"}, source, func(ctx context.Context, in Batch[int]) error {
				_, err := Do(ctx, stage, in, func(context.Context, int) error {
					time.Sleep(3 * time.Second)
					return errors.New("nobody listens")
				})
				return err
			})
		}
		answer := make(chan error, 1)
		go func() { source <- answer }()
		p := Program{Service: "s", Flows: []Flow{{Name: "f", Open: open}}}
		if status := Exec(context.Background(), p, Env{Args: []string{"-for", "1s", "-quiet"}}); status != 0 {
			t.Errorf("exit status %d", status)
		}
		if err := <-answer; err == nil {
			t.Error("a record that a stopping service could not handle was acknowledged")
		}
	})
}

// TestFailuresAfterTheStop fails runs when the sources of their service have
// stopped: that is no failure of the service, and no run is said to be tried
// again.
func TestFailuresAfterTheStop(t *testing.T) {
	for _, o := range []PipelineOptions{{Name: "p"}, {Name: "p", Continue: true}} {
		synctest.Test(t, func(t *testing.T) {
			fails := func(context.Context) error {
				time.Sleep(7 * time.Second) // the sources stop after one and half of ten
				return errors.New("nobody listens")
			}
			var seen events
			r := runProgram(t, "-for 1s -quiet", func(s *Setup) {
				Run(s, o, Trigger{Every: "1m"}, fails)
				o.Name = "q"
				Receive(s, o, queueOf(seen.delivery(false, 1)), func(ctx context.Context, _ Batch[int]) error { return fails(ctx) })
			})
			r.want(t, 0, "level=WARN", "run cut off", `error="nobody listens"`, "given back")
			equal(t, "runs cut off", strings.Count(r.stderr, "run cut off"), 2)
			equal(t, "runs to be tried again", strings.Count(r.stderr, "again_in"), 0)
			equal(t, "delivery", seen.String(), `nack[1](flow "weather", pipeline "q": nobody listens)`)
		})
	}
}

// TestFailuresBetweenStopAndDrain fails a run in flight while the sources still
// serve it: that counts, and it is not said to be tried again.
func TestFailuresBetweenStopAndDrain(t *testing.T) {
	for fatal, status := range map[bool]int{true: 1, false: 0} {
		synctest.Test(t, func(t *testing.T) {
			r := runProgram(t, "-for 1s -quiet", func(s *Setup) {
				Run(s, PipelineOptions{Name: "p", Continue: !fatal}, Trigger{Every: "1m"}, func(context.Context) error {
					time.Sleep(3 * time.Second)
					return errors.New("refused")
				})
			})
			r.want(t, status, "refused")
			equal(t, "runs to be tried again", strings.Count(r.stderr, "again_in"), 0)
		})
	}
}

func TestSlowConnectIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := runProgram(t, "-once -quiet", func(s *Setup) {
			s.core.Part(run.Part{Name: "connection.broker", Connect: func(context.Context) error { time.Sleep(15 * time.Second); return nil }})
			s.core.Part(run.Part{Name: "store.fast", Connect: func(context.Context) error { time.Sleep(time.Second); return nil }})
		})
		r.want(t, 0, "msg=connecting part=connection.broker for=2s", "msg=connecting part=connection.broker for=12s")
		equal(t, "lines", strings.Count(r.stderr, "msg=connecting"), 2)
	})
}
