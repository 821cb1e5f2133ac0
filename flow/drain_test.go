package flow

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// askable is a waiting source whose callers wait for the acknowledgement.
type askable chan chan error

func (a askable) Receive(ctx context.Context) (Delivery[int], error) {
	select {
	case answer := <-a:
		return Delivery[int]{
			Batch: BatchOf(1),
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
