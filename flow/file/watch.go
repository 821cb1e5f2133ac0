package file

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// pollEvery is how long a change stays unseen where the system does not tell of
// it: on network mounts, for one.
const pollEvery = time.Second

// watcher tells that something may have happened to some files. The system
// tells it what happens in their folders.
type watcher struct {
	system  *fsnotify.Watcher // nil: the system cannot tell
	logger  *slog.Logger
	changed chan struct{} // has one element when something happened since the last wait

	mu      sync.Mutex
	folders map[string]bool // that are watched
	names   map[string]bool // paths whose changes matter
	done    sync.WaitGroup
}

func newWatcher(logger *slog.Logger) *watcher {
	w := &watcher{logger: logger, changed: make(chan struct{}, 1), folders: map[string]bool{}}
	system, err := fsnotify.NewWatcher()
	if err != nil {
		logger.Warn("cannot watch files, so they are looked at every second", "error", err)
		return w
	}
	w.system = system
	w.done.Go(w.listen)
	return w
}

// watch makes the watcher tell of these files, and of no others. A folder that
// does not exist yet is tried again with the next call.
func (w *watcher) watch(paths ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names = map[string]bool{}
	for _, p := range paths {
		w.names[filepath.Clean(p)] = true
		folder := filepath.Dir(p)
		if w.system != nil && !w.folders[folder] && w.system.Add(folder) == nil {
			w.folders[folder] = true
		}
	}
}

// listen takes what the system tells.
func (w *watcher) listen() {
	for {
		select {
		case e, ok := <-w.system.Events:
			if !ok {
				return
			}
			w.take(e)
		case _, ok := <-w.system.Errors: // such as events that were lost: look
			if !ok {
				return
			}
			w.signal()
		}
	}
}

func (w *watcher) take(e fsnotify.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.folders[e.Name] && e.Has(fsnotify.Remove|fsnotify.Rename) {
		delete(w.folders, e.Name) // and its watch: it may come back
	}
	if w.names[filepath.Clean(e.Name)] {
		w.signal()
	}
}

func (w *watcher) signal() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// wait waits until something may have happened, at most for limit. It returns
// the error of the context where that ends before.
func (w *watcher) wait(ctx context.Context, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-w.changed:
	case <-timer.C:
	}
	return nil
}

func (w *watcher) close() error {
	if w.system == nil {
		return nil
	}
	err := w.system.Close()
	w.done.Wait()
	return err
}
