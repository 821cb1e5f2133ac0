package flow

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/record"
)

// PipelineOptions are the settings of a pipeline, as the spec has them.
type PipelineOptions struct {
	Name     string
	Doc      string // its stages in a line, for people
	Continue bool   // on_error = "continue": log, count and try again with backoff
}

// pipeline is a pipeline that a flow has registered. Either trigger and run
// are set, or receive is.
type pipeline struct {
	flow     string
	options  PipelineOptions
	scope    *scope
	counters runCounters

	trigger    timing
	succession *succession                                  // of a pipeline that runs after others
	followers  []*succession                                // of those that run after this one
	stranded   bool                                         // it does not run, since one that it follows has failed
	run        func(context.Context) (more bool, err error) // more: it is due again at once
	receive    func(context.Context) (delivery, error)
	ends       bool // its source ends by itself
}

// runCounters count what a pipeline did.
type runCounters struct {
	runs     atomic.Int64
	skipped  atomic.Int64 // runs that were due while another one ran
	errors   atomic.Int64 // failed runs whose error lies in no stage
	received atomic.Int64 // records of deliveries
	answered atomic.Int64 // records whose caller got a value
	busy     atomic.Int64 // nanoseconds
	last     atomic.Int64 // duration of the last run, in nanoseconds
}

// Run registers a pipeline that a trigger runs.
func Run(s *Setup, o PipelineOptions, t Trigger, run func(context.Context) error) {
	p := s.add(o)
	p.trigger = t.resolve(s, "pipeline."+o.Name)
	p.run = func(ctx context.Context) (bool, error) { return false, run(ctx) }
}

// Receive registers a pipeline whose first stage waits for its data.
func Receive[T any](s *Setup, o PipelineOptions, source Source[T], run func(context.Context, Batch[T]) error) {
	p := s.add(o)
	p.ends = endsByItself(source)
	p.receive = func(ctx context.Context) (delivery, error) {
		d, err := source.Receive(ctx)
		return deliver(d, func(ctx context.Context) error { return isolate(ctx, d, run) }), err
	}
}

// Answer registers a pipeline whose source has callers that wait for the value
// of the last stage. A record that a stage skipped has no answer.
func Answer[T, U any](s *Setup, o PipelineOptions, source Source[T], body record.Payload[U], run func(context.Context, Batch[T]) (Batch[U], error)) {
	p := s.add(o)
	p.ends = endsByItself(source)
	p.receive = func(ctx context.Context) (delivery, error) {
		d, err := source.Receive(ctx)
		answer := func(ctx context.Context, in Batch[T]) error {
			out, err := run(ctx, in)
			if err != nil || d.Reply == nil {
				return err
			}
			p.counters.answered.Add(int64(len(out.Values)))
			return reply(d.Reply, body, out)
		}
		return deliver(d, func(ctx context.Context) error { return isolate(ctx, d, answer) }), err
	}
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

// add makes a pipeline and registers it.
func (s *Setup) add(o PipelineOptions) *pipeline {
	s.know(o.Name)
	p := &pipeline{flow: s.flow, options: o, scope: newScope(s.flow, o.Name, s.process.logger)}
	s.pipelines = append(s.pipelines, p)
	return p
}

// endsByItself reports whether a source says so.
func endsByItself(source any) bool {
	e, ok := source.(Ender)
	return ok && e.Ends()
}

// waits reports whether the pipeline's first stage waits for its data.
func (p *pipeline) waits() bool { return p.receive != nil }

// attempt makes one run: it is timed and counted, a panic becomes an error, and
// the error says where it happened.
func (p *pipeline) attempt(ctx context.Context, run func(context.Context) error) error {
	start := time.Now()
	err := fail.Guard(func() error { return run(ctx) })
	took := int64(time.Since(start))
	p.counters.runs.Add(1)
	p.counters.busy.Add(took)
	p.counters.last.Store(took)
	if err == nil {
		return nil
	}
	return p.locate(ctx, err)
}

// attemptRun makes one run of a pipeline with a trigger.
func (p *pipeline) attemptRun(ctx context.Context) (more bool, err error) {
	err = p.attempt(ctx, func(ctx context.Context) (err error) {
		more, err = p.run(ctx)
		return err
	})
	return more, err
}

// locate makes an error say where it happened. Those of stages do already, and
// are counted there.
func (p *pipeline) locate(ctx context.Context, err error) error {
	var located *fail.Error
	if errors.As(err, &located) {
		return err
	}
	if ctx.Err() == nil {
		p.counters.errors.Add(1)
	}
	var panicked *fail.Panic
	if errors.As(err, &panicked) {
		p.scope.logger.Error("pipeline panicked", "error", err, "stack", string(panicked.Stack))
	}
	return p.scope.fail("", "", err)
}

// Pauses between the runs of a pipeline that fails and has on_error =
// "continue".
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// pause returns how long to wait after this many failed runs.
func (p *pipeline) pause(failures int, err error) time.Duration {
	s := Stage{first: firstPause, max: maxPause}
	return s.pause(failures, err)
}

// logFailure logs a failed run that does not stop the service.
func (p *pipeline) logFailure(err error, attrs ...any) {
	p.logError(slog.LevelError, "run failed", err, attrs...)
}

// logCutOff logs a run that failed when what it talks to may have stopped.
func (p *pipeline) logCutOff(err error) {
	p.logError(slog.LevelWarn, "run cut off: it failed while the service stops", err)
}

// logError logs an error with its place and record beside it.
func (p *pipeline) logError(level slog.Level, message string, err error, attrs ...any) {
	var located *fail.Error
	logger := p.scope.logger
	if errors.As(err, &located) {
		if located.Stage != "" {
			logger = p.scope.log(located.Stage)
		}
		if located.Record != "" {
			attrs = append(attrs, slog.String("record", located.Record))
		}
		if !fail.IsList(err) {
			err = located.Err // its place stands beside it
		}
	}
	logger.Log(context.Background(), level, message, append([]any{slog.Any("error", err)}, attrs...)...)
}
