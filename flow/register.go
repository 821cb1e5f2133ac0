package flow

import (
	"context"

	"github.com/flowc-dev/flowc/flow/record"
)

// Run registers a pipeline that a trigger runs.
func Run(s *Setup, o PipelineOptions, t Trigger, do func(context.Context) error) {
	s.Schedule(o, t, func(ctx context.Context) (bool, error) { return false, do(ctx) })
}

// Receive registers a pipeline whose first stage waits for its data.
func Receive[T any](s *Setup, o PipelineOptions, source Source[T], do func(context.Context, Batch[T]) error) {
	s.Consume(o, endsByItself(source), func(ctx context.Context) (delivery, error) {
		d, err := source.Receive(ctx)
		return deliver(d, func(ctx context.Context) error { return isolate(ctx, d, do) }), err
	})
}

// Answer registers a pipeline whose source has callers that wait for the value
// of the last stage. A record that a stage skipped has no answer.
func Answer[T, U any](s *Setup, o PipelineOptions, source Source[T], body record.Payload[U], do func(context.Context, Batch[T]) (Batch[U], error)) {
	s.Consume(o, endsByItself(source), func(ctx context.Context) (delivery, error) {
		d, err := source.Receive(ctx)
		answer := func(ctx context.Context, in Batch[T]) error {
			out, err := do(ctx, in)
			if err != nil || d.Reply == nil {
				return err
			}
			scopeOf(ctx).Answered(len(out.Values))
			return reply(d.Reply, body, out)
		}
		return deliver(d, func(ctx context.Context) error { return isolate(ctx, d, answer) }), err
	})
}

// reply gives each value to the caller whose record it was made from.
func reply[U any](send func(int, []byte, string), body record.Payload[U], out Batch[U]) error {
	for i, v := range out.Values {
		text, err := body.Marshal(v)
		if err != nil {
			return err
		}
		send(out.Origin(i), text, body.ContentType)
	}
	return nil
}

func deliver[T any](d Delivery[T], do func(context.Context) error) delivery {
	return delivery{Records: len(d.Batch.Values), Held: d.Held, Run: do, Ack: d.Ack, Nack: d.Nack}
}

// endsByItself reports whether a source says so.
func endsByItself(source any) bool {
	e, ok := source.(interface{ Ends() bool })
	return ok && e.Ends()
}
