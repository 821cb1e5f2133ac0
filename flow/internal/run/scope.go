package run

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Scope is what a run of a pipeline carries in its context: its names, its
// logger and its counters.
type Scope struct {
	flow     string
	pipeline string
	logger   *slog.Logger

	// stopping ends when the sources that wait for data stop: from then on a
	// stage may fail because what it talks to has stopped too. See serving.
	stopping context.Context

	mu     sync.Mutex
	stages map[string]*StageCounters
	order  []string

	answered atomic.Int64 // records whose caller got a value
}

// StageCounters count what a stage did in a pipeline.
type StageCounters struct {
	In, Out, Skipped, Errors, Retries atomic.Int64
	Sent                              atomic.Int64 // records that left the pipeline here: stored or sent
	Busy                              atomic.Int64 // nanoseconds
}

// NewScope returns the scope of a pipeline; its lines name flow and pipeline.
func NewScope(flow, pipeline string, logger *slog.Logger) *Scope {
	return &Scope{
		flow:     flow,
		pipeline: pipeline,
		logger:   logger.With("flow", flow, "pipeline", pipeline),
		stages:   map[string]*StageCounters{},
		stopping: context.Background(),
	}
}

type scopeKey struct{}

// WithScope returns a context that carries a scope.
func WithScope(ctx context.Context, sc *Scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, sc)
}

// ScopeOf returns the scope of the running pipeline. Outside of one (a test of
// a stage) it is a scope without names.
func ScopeOf(ctx context.Context) *Scope {
	if sc, ok := ctx.Value(scopeKey{}).(*Scope); ok {
		return sc
	}
	return NewScope("", "", slog.Default())
}

// Logger returns the logger of the pipeline.
func (sc *Scope) Logger() *slog.Logger { return sc.logger }

// Stopping reports whether the sources that wait for data are to stop.
func (sc *Scope) Stopping() bool { return sc.stopping.Err() != nil }

// Answered counts records whose caller got a value.
func (sc *Scope) Answered(n int) { sc.answered.Add(int64(n)) }

// Log returns the logger of a stage in the pipeline.
func (sc *Scope) Log(stage string) *slog.Logger { return sc.logger.With("stage", stage) }

// Stage returns the counters of a stage in this pipeline.
func (sc *Scope) Stage(name string) *StageCounters {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	c := sc.stages[name]
	if c == nil {
		c = &StageCounters{}
		sc.stages[name] = c
		sc.order = append(sc.order, name)
	}
	return c
}

// Fail wraps an error of a stage with the place it happened at, once.
func (sc *Scope) Fail(stage, record string, err error) error {
	var located *fail.Error
	if errors.As(err, &located) {
		return err
	}
	return &fail.Error{Flow: sc.flow, Pipeline: sc.pipeline, Stage: stage, Record: record, Err: err}
}
