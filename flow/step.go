package flow

import (
	"context"
	"log/slog"
	"time"
)

// Logger returns the logger of the running pipeline: every line it writes
// names flow and pipeline. Stage functions may use it.
func Logger(ctx context.Context) *slog.Logger { return scopeOf(ctx).Logger() }

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
	s.counters.In.Add(int64(in))
	s.counters.Out.Add(int64(out))
	s.counters.Busy.Add(int64(time.Since(s.start)))
}
