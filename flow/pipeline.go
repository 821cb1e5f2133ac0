package flow

import (
	"context"

	"github.com/flowc-dev/flowc/flow/internal/run"
	"github.com/flowc-dev/flowc/flow/record"
)

// PipelineOptions are the settings of a pipeline, as the spec has them.
type PipelineOptions struct {
	Name     string
	Doc      string // its stages in a line, for people
	Continue bool   // on_error = "continue": log, count and try again with backoff
}

// Trigger says when a pipeline runs whose first stage does not wait for data:
// one of Every, Cron, After and Once is given. Texts may hold ${NAME}, names may
// not.
type Trigger struct {
	Every string   // a period; runs at start too
	Delay string   // before the first run; with Every and Once
	Cron  string   // five fields: minute, hour, day, month and weekday
	Zone  string   // time zone of Cron, as the IANA database names it; default UTC
	Queue bool     // hold one run that comes due while another runs, instead of skipping it
	After []string // pipelines of the same flow: runs when all have succeeded since its last run began
	Once  bool     // run once
}

// Run registers a pipeline that a trigger runs.
func Run(s *Setup, o PipelineOptions, t Trigger, do func(context.Context) error) {
	s.core.Schedule(run.PipelineOptions(o), run.Trigger(t), func(ctx context.Context) (bool, error) { return false, do(ctx) })
}

// Receive registers a pipeline whose first stage waits for its data.
func Receive[T any](s *Setup, o PipelineOptions, source Source[T], do func(context.Context, Batch[T]) error) {
	s.core.Consume(run.PipelineOptions(o), endsByItself(source), func(ctx context.Context) (run.Delivery, error) {
		d, err := source.Receive(ctx)
		return deliver(d, func(ctx context.Context) error { return isolate(ctx, d, do) }), err
	})
}

// Answer registers a pipeline whose source has callers that wait for the value
// of the last stage. A record that a stage skipped has no answer.
func Answer[T, U any](s *Setup, o PipelineOptions, source Source[T], body record.Payload[U], do func(context.Context, Batch[T]) (Batch[U], error)) {
	s.core.Consume(run.PipelineOptions(o), endsByItself(source), func(ctx context.Context) (run.Delivery, error) {
		d, err := source.Receive(ctx)
		answer := func(ctx context.Context, in Batch[T]) error {
			out, err := do(ctx, in)
			if err != nil || d.Reply == nil {
				return err
			}
			run.ScopeOf(ctx).Answered(len(out.Values))
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

func deliver[T any](d Delivery[T], do func(context.Context) error) run.Delivery {
	return run.Delivery{Records: len(d.Batch.Values), Held: d.Held, Run: do, Ack: d.Ack, Nack: d.Nack}
}

// endsByItself reports whether a source says so.
func endsByItself(source any) bool {
	e, ok := source.(Ender)
	return ok && e.Ends()
}
