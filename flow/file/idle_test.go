//go:build unix

package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/internal/campaign"
)

// TestIdle waits: that must cost next to nothing, whether the file is there or
// not.
func TestIdle(t *testing.T) {
	for name, prepare := range map[string]func(*log){
		"at the end":   func(*log) {},
		"half a line":  func(l *log) { l.write("2") },
		"missing":      func(l *log) { l.must(os.Remove(l.path)) },
		"rotated away": func(l *log) { l.rotate() },
	} {
		t.Run(name, func(t *testing.T) {
			l := newLog(t)
			l.write("1\n")
			l.open()
			l.want(1)
			prepare(l)
			l.wantNothing() // what there is to do is done
			before := cpuTime(t)
			wait := time.Duration(campaign.Size(200, 2000)) * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			if _, err := l.reader.Receive(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			used := cpuTime(t) - before
			if used > wait/10 {
				t.Errorf("waiting %v took %v of a processor", wait, used)
			}
			t.Logf("waiting %v took %v of a processor", wait, used)
		})
	}
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestPipe refuses a named pipe at once, instead of waiting for who writes to it.
func TestPipe(t *testing.T) {
	for _, set := range []func(*ReadOptions[int]){once, func(*ReadOptions[int]) {}} {
		l := newLog(t)
		l.must(os.MkdirAll(filepath.Dir(l.path), 0o755))
		l.must(syscall.Mkfifo(l.path, 0o600))
		if err := l.tryOpen(set); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("error %v", err)
		}
	}
}
