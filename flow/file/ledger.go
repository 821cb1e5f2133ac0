package file

import "sync"

// ledger keeps a position durable: that behind the unbroken prefix of what is
// done. It is safe for concurrent use.
type ledger struct {
	save func(position) error

	mu      sync.Mutex
	entries []*entry  // in the order of the file; the first is not done
	done    *position // not saved yet; nil: nothing
}

// entry is a piece of a file that was handed on.
type entry struct {
	behind position
	done   bool
}

// add notes a piece that is handed on, after all before it.
func (l *ledger) add(behind position) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &entry{behind: behind}
	l.entries = append(l.entries, e)
	return e
}

// finish notes that the pipeline is through with a piece, and saves the
// position where the prefix has grown. What could not be saved is tried again
// with the next piece.
func (l *ledger) finish(e *entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.done = true
	for len(l.entries) > 0 && l.entries[0].done {
		l.done = &l.entries[0].behind
		l.entries = l.entries[1:]
	}
	if l.done == nil {
		return nil
	}
	err := l.save(*l.done)
	if err == nil {
		l.done = nil
	}
	return err
}
