package driver

import (
	"context"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Ender is what a [flow.Source] implements beside it that may end by itself, as
// one does that reads a file once: with -once such a source is read to its end.
type Ender interface{ Ends() bool }

// Limits of one source batch.
const (
	MaxBatch      = 256
	MaxBatchBytes = 4 << 20
)

// Sleep waits for d, or until the context ends: then it returns its error.
func Sleep(ctx context.Context, d time.Duration) error { return run.Sleep(ctx, d) }
