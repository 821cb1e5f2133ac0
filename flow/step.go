package flow

import (
	"context"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// step times one step of a batch.
type step struct {
	counters *run.StageCounters
	start    time.Time
}

func (s *Stage) begin(ctx context.Context) step {
	return step{counters: run.ScopeOf(ctx).Stage(s.name), start: time.Now()}
}

// end counts the records that went in and came out.
func (s step) end(in, out int) {
	s.counters.In.Add(int64(in))
	s.counters.Out.Add(int64(out))
	s.counters.Busy.Add(int64(time.Since(s.start)))
}
