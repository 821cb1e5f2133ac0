package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWatcher sees a save in a folder where a program writes its log all the
// time, also where it is named by a link and a file there cannot be read.
func TestWatcher(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	w, err := newWatcher(link)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	done := make(chan struct{})
	defer func() { stop(); <-done }()
	if err := os.Symlink(dir, filepath.Join(dir, "folder.go")); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(done)
		lines := time.NewTicker(settleTime / 10)
		defer lines.Stop()
		for ctx.Err() == nil {
			_ = os.WriteFile(filepath.Join(dir, "log.txt"), []byte("a line\n"), 0o666)
			select {
			case <-lines.C:
			case <-ctx.Done():
			}
		}
	}()
	if err := os.WriteFile(filepath.Join(dir, "flow.toml"), []byte("flowc = 1\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := w.next(ctx); err != nil {
		t.Error(err)
	}
	if w.changed() {
		t.Error("a change without a save")
	}
}
