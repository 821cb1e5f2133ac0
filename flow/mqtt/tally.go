package mqtt

import (
	"log/slog"
	"sync"
	"time"
)

// tallyEvery is how often a tally may write a line.
const tallyEvery = 10 * time.Second

// tally logs something that may happen thousands of times a second: the first
// time, and then now and then with how often it has happened.
type tally struct {
	mu    sync.Mutex
	count int
	next  time.Time
}

// add counts once.
func (t *tally) add(logger *slog.Logger, text string, attrs ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count++
	if now := time.Now(); !now.Before(t.next) {
		t.next = now.Add(tallyEvery)
		logger.Warn(text, append(attrs, "so_far", t.count)...)
	}
}
