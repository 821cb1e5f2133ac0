package run

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
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
	scope    *Scope
	counters runCounters

	trigger    timing
	succession *succession                                  // of a pipeline that runs after others
	followers  []*succession                                // of those that run after this one
	stranded   bool                                         // it does not run, since one that it follows has failed
	run        func(context.Context) (more bool, err error) // more: it is due again at once
	receive    func(context.Context) (Delivery, error)
	ends       bool // its source ends by itself
}

// runCounters count what a pipeline did.
type runCounters struct {
	runs     atomic.Int64
	skipped  atomic.Int64 // runs that were due while another one ran
	errors   atomic.Int64 // failed runs whose error lies in no stage
	received atomic.Int64 // records of deliveries
	busy     atomic.Int64 // nanoseconds
	last     atomic.Int64 // duration of the last run, in nanoseconds
}

// Schedule registers a pipeline that a trigger runs; more says that it is due
// again at once.
func (s *Setup) Schedule(o PipelineOptions, t Trigger, run func(context.Context) (more bool, err error)) {
	p := s.add(o)
	p.trigger = t.resolve(s, "pipeline."+o.Name)
	p.run = run
}

// Consume registers a pipeline whose source waits for its data; ends says that
// the source ends by itself.
func (s *Setup) Consume(o PipelineOptions, ends bool, receive func(context.Context) (Delivery, error)) {
	p := s.add(o)
	p.ends = ends
	p.receive = receive
}

// add makes a pipeline and registers it.
func (s *Setup) add(o PipelineOptions) *pipeline {
	s.AddName(o.Name)
	p := &pipeline{flow: s.flow, options: o, scope: NewScope(s.flow, o.Name, s.process.logger)}
	s.pipelines = append(s.pipelines, p)
	return p
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
	return p.scope.Fail("", "", err)
}

// Pauses between the runs of a pipeline that fails and has on_error =
// "continue".
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// pause returns how long to wait after this many failed runs.
func (p *pipeline) pause(failures int, err error) time.Duration {
	return Pause(failures, firstPause, maxPause, err)
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
			logger = p.scope.Log(located.Stage)
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
