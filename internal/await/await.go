// Package await is for tests that wait for what another process, the network or
// the system does in its own time. What happens in the process of the test is
// waited for by a channel, or in a bubble of testing/synctest.
package await

import (
	"testing"
	"time"
)

// Patience is how long a test waits for what takes a fraction of it.
const Patience = time.Minute

// That waits until done reports that something has happened, and fails the test
// where it does not; what says what it is.
func That(t testing.TB, what string, done func() bool) {
	t.Helper()
	for begin := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(begin) > Patience {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
