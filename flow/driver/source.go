package driver

import (
	"context"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Limits of one source batch.
const (
	MaxBatch      = 256
	MaxBatchBytes = 4 << 20
)

// Sleep waits for d, or until the context ends: then it returns its error.
func Sleep(ctx context.Context, d time.Duration) error { return run.Sleep(ctx, d) }
