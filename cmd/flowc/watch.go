package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/flowc-dev/flowc/templates"
)

const (
	// settleTime is how long a folder must be quiet before it is read: an editor
	// writes, renames and removes in one go.
	settleTime = 100 * time.Millisecond
	// longestSettle is how long that is waited for: a program may write its log
	// there, line by line.
	longestSettle = time.Second
	// pollTime is how often it is read all the same: some file systems tell
	// nothing of what others write.
	pollTime = 5 * time.Second
)

// watcher waits for changes of what people write in a folder: specs and Go.
// What flowc writes itself does not count, nor does a save without a change.
type watcher struct {
	dir    string
	events *fsnotify.Watcher
	last   [sha256.Size]byte
}

func newWatcher(dir string) (*watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &watcher{dir: dir, events: events}
	if real, err := filepath.EvalSymlinks(dir); err == nil { // a link is no folder to WalkDir
		w.dir = real
	}
	if w.last, err = w.read(); err != nil {
		return nil, errors.Join(err, events.Close())
	}
	return w, nil
}

func (w *watcher) close() { _ = w.events.Close() }

// next waits for a change. It returns the error of the context where that ends.
func (w *watcher) next(ctx context.Context) error {
	for {
		if err := w.settle(ctx); err != nil {
			return err
		}
		if w.changed() {
			return nil
		}
	}
}

// changed reports whether there is another text since it was asked last.
func (w *watcher) changed() bool {
	now, err := w.read()
	if err != nil || now == w.last { // while the folder is being replaced reading fails
		return false
	}
	w.last = now
	return true
}

// settle waits for an event, or some time, and then for quiet.
func (w *watcher) settle(ctx context.Context) error {
	quiet := time.NewTimer(pollTime)
	defer quiet.Stop()
	var longest <-chan time.Time // since the first event
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.events.Events:
		case <-w.events.Errors: // too many at once, say: reading finds what it was
		case <-quiet.C:
			return nil
		case <-longest:
			return nil
		}
		quiet.Reset(settleTime)
		if longest == nil {
			longest = time.After(longestSettle)
		}
	}
}

// read returns a hash over what people wrote, and watches the folders that are
// new.
func (w *watcher) read() (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	err = filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == w.dir:
			return err
		case err != nil: // gone meanwhile, or not for us to read
			return nil
		case d.IsDir():
			return w.enter(path, d)
		case !isSource(d.Name()):
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil && !bytes.HasPrefix(text, []byte(templates.Header)) {
			sum := sha256.Sum256(text)
			h.Write([]byte(path))
			h.Write(sum[:])
		}
		return nil
	})
	return [sha256.Size]byte(h.Sum(nil)), err
}

// enter watches a folder, or passes it over with all that is in it.
func (w *watcher) enter(path string, d fs.DirEntry) error {
	hidden := strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_")
	if path != w.dir && (hidden || slices.Contains([]string{"data", "node_modules", "testdata", "vendor"}, d.Name())) {
		return filepath.SkipDir
	}
	_ = w.events.Add(path) // where there are too many, it is read from time to time all the same
	return nil
}

func isSource(name string) bool {
	return strings.HasSuffix(name, ".toml") || strings.HasSuffix(name, ".go") || name == "go.mod" || name == "go.sum"
}
