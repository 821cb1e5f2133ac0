package flow

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// scope is what a run of a pipeline carries in its context: its names, its
// logger and its counters.
type scope struct {
	flow     string
	pipeline string
	logger   *slog.Logger

	// stopping ends when the sources that wait for data stop: from then on a
	// stage may fail because what it talks to has stopped too. See serving.
	stopping context.Context

	mu     sync.Mutex
	stages map[string]*stageCounters
	order  []string
}

type stageCounters struct {
	in, out, skipped, errors, retries atomic.Int64
	sent                              atomic.Int64 // records that left the pipeline here: stored or sent
	busy                              atomic.Int64 // nanoseconds
}

func newScope(flow, pipeline string, logger *slog.Logger) *scope {
	return &scope{
		flow:     flow,
		pipeline: pipeline,
		logger:   logger.With("flow", flow, "pipeline", pipeline),
		stages:   map[string]*stageCounters{},
		stopping: context.Background(),
	}
}

type scopeKey struct{}

func withScope(ctx context.Context, sc *scope) context.Context {
	return context.WithValue(ctx, scopeKey{}, sc)
}

// scopeOf returns the scope of the running pipeline. Outside of one (a test of
// a stage) it is a scope without names.
func scopeOf(ctx context.Context) *scope {
	if sc, ok := ctx.Value(scopeKey{}).(*scope); ok {
		return sc
	}
	return newScope("", "", slog.Default())
}

// Logger returns the logger of the running pipeline: every line it writes
// names flow and pipeline. Stage functions may use it.
func Logger(ctx context.Context) *slog.Logger { return scopeOf(ctx).logger }

func (sc *scope) log(stage string) *slog.Logger { return sc.logger.With("stage", stage) }

// stage returns the counters of a stage in this pipeline.
func (sc *scope) stage(name string) *stageCounters {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	c := sc.stages[name]
	if c == nil {
		c = &stageCounters{}
		sc.stages[name] = c
		sc.order = append(sc.order, name)
	}
	return c
}

// fail wraps an error of a stage with the place it happened at, once.
func (sc *scope) fail(stage, record string, err error) error {
	var located *fail.Error
	if errors.As(err, &located) {
		return err
	}
	return &fail.Error{Flow: sc.flow, Pipeline: sc.pipeline, Stage: stage, Record: record, Err: err}
}

// step times one step of a batch.
type step struct {
	counters *stageCounters
	start    time.Time
}

func (s *Stage) begin(ctx context.Context) step {
	return step{counters: scopeOf(ctx).stage(s.name), start: time.Now()}
}

// end counts the records that went in and came out.
func (s step) end(in, out int) {
	s.counters.in.Add(int64(in))
	s.counters.out.Add(int64(out))
	s.counters.busy.Add(int64(time.Since(s.start)))
}
