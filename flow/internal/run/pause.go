package run

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Pause returns the wait after a failed try: it doubles from first to
// longest, less
// up to a fifth at random, so that many callers do not come back at once. A
// server's Retry-After is honoured where it asks for longer.
func Pause(attempt int, first, longest time.Duration, err error) time.Duration {
	wait := first
	for tries := 1; tries < attempt && wait < longest; tries++ {
		wait *= 2
	}
	wait = min(wait, longest)
	if wait > 0 {
		wait -= rand.N(wait/5 + 1)
	}
	return max(wait, fail.AskedPause(err))
}

// Sleep waits for d, or until the context ends: then it returns its error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
