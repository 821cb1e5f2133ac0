package mqtt

import "time"

// stallTick is how often a blocked reader says that the silence is its own.
const stallTick = 5 * time.Second

// awaitRoom blocks until a message with QoS 0 may wait too, and reports whether
// the connection is still there. It is called and returns with the lock held.
//
// While it blocks nothing is read, not even the answers to pings: stalled is
// called now and then, so that the connection is not taken for dead.
func (w *window) awaitRoom(stalled func()) bool {
	for w.connected && len(w.waiting) >= w.room {
		w.mu.Unlock()
		select {
		case <-w.freed:
		case <-time.After(stallTick):
			stalled()
		}
		w.mu.Lock()
	}
	return w.connected
}
