package flow

import (
	"context"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Poller is a first stage that a trigger asks for what is new, and that is told
// when that is through. It keeps how far it has come, so that what was not
// through is new again. One pipeline asks it.
type Poller[T any] interface {
	// Poll returns what is new since the last Ack, as a batch of one value;
	// until Ack it returns the same again. The batch is empty where on_error of
	// the stage skipped the call.
	Poll(ctx context.Context) (Batch[T], error)
	// Ack makes durable that what Poll returned is through. It reports whether
	// more was new already when the first Poll of the run asked.
	Ack(ctx context.Context) (more bool, err error)
}

// Poll registers a pipeline whose first stage is asked when a trigger is due.
// What it gave is acknowledged after the run, when every sink has it. Where
// there is more, the pipeline runs again at once: each run is acknowledged by
// itself.
func Poll[T any](s *Setup, o PipelineOptions, t Trigger, source Poller[T], do func(context.Context, Batch[T]) error) {
	s.core.Schedule(run.PipelineOptions(o), run.Trigger(t), func(ctx context.Context) (more bool, err error) {
		in, err := source.Poll(ctx)
		if err == nil {
			err = do(ctx, in)
		}
		if err != nil {
			return false, err
		}
		return source.Ack(ctx)
	})
}
