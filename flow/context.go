package flow

import (
	"context"
	"log/slog"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Logger returns the logger of the running pipeline: every line it writes
// names flow and pipeline. Stage functions may use it.
func Logger(ctx context.Context) *slog.Logger { return run.ScopeOf(ctx).Logger() }

// Due returns the time at which the running pipeline was due, whenever it came
// to run. Outside of a pipeline with a trigger it is the present time.
func Due(ctx context.Context) time.Time { return run.Due(ctx) }
