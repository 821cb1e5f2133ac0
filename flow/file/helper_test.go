package file

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
)

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		var k task
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			panic(err)
		}
		os.Exit(k.run())
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// log is a file that a program writes to, in a folder of its own.
type log struct {
	*testing.T
	path, state string
	generations int // that were rotated away
	output      buffer
	reader      *Reader[int]
	stop        func()
}

func newLog(t *testing.T) *log {
	dir := t.TempDir()
	l := &log{T: t, path: filepath.Join(dir, "log", "app.log"), state: filepath.Join(dir, "positions", "app.json"), stop: func() {}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", l.output.String())
		}
	})
	return l
}

// inTest lets a follower keep its position in the test's folder, and be quick.
func (l *log) inTest(f *follower) {
	f.state = l.state
	f.settle = 20 * time.Millisecond
}

func (l *log) must(err error) {
	l.Helper()
	if err != nil {
		l.Error(err)
	}
}

// write appends to the file at the path, which it makes if there is none.
func (l *log) write(text string) { l.writeTo(l.path, text) }

func (l *log) writeTo(path, text string) {
	l.Helper()
	l.must(os.MkdirAll(filepath.Dir(path), 0o755))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	l.must(err)
	_, err = f.WriteString(text)
	l.must(err)
	l.must(f.Close())
}

// old is the name that the file has after so many rotations.
func (l *log) old(number int) string { return l.path + "." + strconv.Itoa(number) }

// rotate renames the file and those that were rotated away before it.
func (l *log) rotate() {
	l.Helper()
	for n := l.generations; n > 0; n-- {
		l.must(os.Rename(l.old(n), l.old(n+1)))
	}
	l.must(os.Rename(l.path, l.old(1)))
	l.generations++
}

// copyTruncate rotates by copying the file and truncating it.
func (l *log) copyTruncate() {
	l.Helper()
	for n := l.generations; n > 0; n-- {
		l.must(os.Rename(l.old(n), l.old(n+1)))
	}
	text, err := os.ReadFile(l.path)
	l.must(err)
	l.must(os.WriteFile(l.old(1), text, 0o644))
	l.must(os.Truncate(l.path, 0))
	l.generations++
}

// open opens a reader of the file.
func (l *log) open(set ...func(*ReadOptions[int])) {
	l.Helper()
	l.must(l.tryOpen(set...))
}

func (l *log) tryOpen(set ...func(*ReadOptions[int])) error {
	l.Helper()
	o := ReadOptions[int]{Path: l.path, Follow: true, JSON: record.Codec[int]{Decode: record.DecodeInt[int]}}
	o.Stage.Name = "tail"
	slog.SetDefault(slog.New(slog.NewTextHandler(&l.output, nil))) // where there is no pipeline, its logger is this
	for _, f := range set {
		f(&o)
	}
	stop, err := flow.Open(context.Background(), flow.Env{Stderr: &l.output}, func(s *flow.Setup) {
		l.reader = Read(s, o)
		if l.reader.follow != nil {
			l.inTest(l.reader.follow)
		}
	})
	if err != nil {
		return err
	}
	open := true
	l.stop = func() {
		if open {
			open = false
			l.must(stop(context.Background()))
		}
	}
	l.Cleanup(l.stop)
	return nil
}

func once(o *ReadOptions[int]) { o.Follow = false }
func skip(o *ReadOptions[int]) { o.Stage.OnError = flow.SkipRecord }

// restart closes the reader and opens one that takes up where it ended.
func (l *log) restart(set ...func(*ReadOptions[int])) {
	l.Helper()
	l.stop()
	l.open(set...)
}

// receive returns the next delivery.
func (l *log) receive() (flow.Delivery[int], error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return l.reader.Receive(ctx)
}

// want receives and acknowledges these numbers.
func (l *log) want(numbers ...int) {
	l.Helper()
	var got []int
	for len(got) < len(numbers) {
		d, err := l.receive()
		if err != nil {
			l.Fatalf("got %s, then %v; want %s", brief(got), err, brief(numbers))
		}
		got = append(got, d.Batch.Values...)
		l.must(d.Ack(context.Background()))
	}
	if !slices.Equal(got, numbers) {
		l.Fatalf("got %s, want %s", brief(got), brief(numbers))
	}
}

// brief shows numbers, the first and last of them where there are many.
func brief(numbers []int) string {
	if n := len(numbers); n > 20 {
		return fmt.Sprintf("%v…%v (%d)", numbers[:10], numbers[n-10:], n)
	}
	return fmt.Sprint(numbers)
}

// wantNothing fails the test where something comes before the follower has
// looked at all that is there.
func (l *log) wantNothing() {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if d, err := l.reader.Receive(untilIdle{ctx, cancel, l.reader.follow}); err != context.Canceled {
		l.Fatalf("got %v, %v; want nothing", d.Batch.Values, err)
	}
}

// untilIdle is a context that ends when a follower, which asks whether it has,
// has nothing to do until something happens.
type untilIdle struct {
	context.Context
	cancel context.CancelFunc
	follow *follower
}

func (u untilIdle) Done() <-chan struct{} {
	if pause := u.follow.pause; pause <= 0 || pause > pollEvery {
		u.cancel()
	}
	return u.Context.Done()
}

// wantError receives an error that says what.
func (l *log) wantError(what ...string) {
	l.Helper()
	d, err := l.receive()
	for _, w := range what {
		if err == nil || !strings.Contains(err.Error(), w) {
			l.Fatalf("got %v, %v; want an error with %q", d.Batch.Values, err, w)
		}
	}
}

// wantLog waits until the log says what.
func (l *log) wantLog(what string) {
	l.Helper()
	await.That(l.T, fmt.Sprintf("%q in the log", what), func() bool { return strings.Contains(l.output.String(), what) })
}

// buffer is a bytes.Buffer for concurrent use.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// numbered returns numbers as lines.
func numbered(from, to int) string {
	var b strings.Builder
	for n := from; n < to; n++ {
		fmt.Fprintln(&b, n)
	}
	return b.String()
}

func upTo(from, to int) []int {
	var list []int
	for n := from; n < to; n++ {
		list = append(list, n)
	}
	return list
}
