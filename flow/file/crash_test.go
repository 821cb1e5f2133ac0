package file

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// childVariable makes the test binary a service that follows a file into a
// store: its value is a task.
const childVariable = "FLOWC_FILE_CHILD"

// task is what a service does in a process of its own.
type task struct {
	Path, State, URL string
	Key              []string
	log              *buffer // of all processes that did it
}

// run runs the service until it is stopped.
func (k task) run() int {
	open := func(s *flow.Setup) {
		store := flow.OpenStore(s, flow.StoreOptions[records.Reading]{Name: "readings", URL: k.URL, Key: k.Key, Schema: records.SchemaOfReading()},
			map[string]flow.Driver[records.Reading]{"jsonl": jsonl.Open[records.Reading]})
		save := flow.NewStage(s, flow.StageOptions{Name: "store.readings"})
		tail := Read(s, ReadOptions[records.Reading]{Stage: flow.StageOptions{Name: "tail"}, Path: k.Path, Follow: true, JSON: record.CodecOf[records.Reading]()})
		(&log{state: k.State}).inTest(tail.follow)
		flow.Receive(s, flow.PipelineOptions{Name: "tail"}, tail, func(ctx context.Context, in flow.Batch[records.Reading]) error {
			_, err := flow.Save(ctx, save, store, in)
			return err
		})
	}
	return flow.Main(flow.Program{Service: "crash", Flows: []flow.Flow{{Name: "crash", Open: open}}})
}

// start starts the service in a process of its own.
func (k task) start(t *testing.T) *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(os.Args[0], "-quiet")
	process.Env = append(os.Environ(), childVariable+"="+string(text))
	process.Stdout, process.Stderr = k.log, k.log
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	return process
}

// TestKilled kills a service again and again, at any moment, while the file
// that it follows is written and rotated: every record is stored, and with a key
// exactly once.
func TestKilled(t *testing.T) {
	rotations := map[string]func(*log){"renamed": (*log).rotate, "copied": (*log).copyTruncate}
	for name, rotate := range rotations {
		for what, key := range map[string][]string{"with a key": {"sensor", "at"}, "without a key": nil} {
			t.Run(name+" "+what, func(t *testing.T) {
				t.Parallel()
				l := newLog(t)
				k := task{Path: l.path, State: l.state, URL: "jsonl:" + filepath.Join(t.TempDir(), "readings.jsonl"), Key: key, log: &buffer{}}
				t.Cleanup(func() {
					if t.Failed() {
						t.Log(k.log)
					}
				})
				l.write("")
				k.begin(t)
				w := startWriter(l, rotate)
				for range kills() {
					process := k.start(t)
					time.AfterFunc(rand.N(150*time.Millisecond), func() { _ = process.Process.Kill() })
					_ = process.Wait()
					position, _ := os.ReadFile(k.State)
					fmt.Fprintf(k.log, "killed at %s", position)
				}
				w.stop()
				k.finish(t, w)
			})
		}
	}
}

// begin runs the service until it has begun the first file: what is rotated away
// before that is none of its.
func (k task) begin(t *testing.T) {
	process := k.start(t)
	await.That(t, "a position", func() bool {
		_, err := os.Stat(k.State)
		return err == nil
	})
	_ = process.Process.Kill()
	_ = process.Wait()
}

// kills is how often a service is killed.
func kills() int { return campaign.Size(3, 25) }

// writer writes numbered records, in pieces that end anywhere, and rotates.
type writer struct {
	*log
	rotate  func(*log)
	written int
	ended   chan struct{}
	working sync.WaitGroup
}

func startWriter(l *log, rotate func(*log)) *writer {
	w := &writer{log: l, rotate: rotate, ended: make(chan struct{})}
	w.working.Go(w.work)
	return w
}

func (w *writer) work() {
	for {
		select {
		case <-w.ended:
			return
		case <-time.After(rand.N(10 * time.Millisecond)):
		}
		text := w.more(1 + rand.N(100))
		half := rand.N(len(text))
		w.write(text[:half])
		w.write(text[half:])
		if rand.N(8) == 0 {
			w.rotate(w.log)
			w.write("")
		}
	}
}

// more returns the next records as lines.
func (w *writer) more(records int) string {
	var text strings.Builder
	for range records {
		at := time.Unix(int64(w.written), 0).UTC().Format(time.RFC3339)
		fmt.Fprintf(&text, `{"sensor": "s", "at": %q, "value": 1, "revision": %d}`+"\n", at, w.written)
		w.written++
	}
	return text.String()
}

// stop ends the writing.
func (w *writer) stop() {
	close(w.ended)
	w.working.Wait()
}

// finish runs the service until it has stored the last record, which is written
// while it runs, stops it, and looks at them all.
func (k task) finish(t *testing.T, w *writer) {
	process := k.start(t)
	defer process.Process.Kill()
	w.write(w.more(1))
	written := w.written
	last := fmt.Appendf(nil, `"revision":%d}`, written-1)
	await.That(t, "the last record", func() bool { return bytes.Contains(k.text(t), last) })
	_ = process.Process.Signal(syscall.SIGTERM)
	if err := process.Wait(); err != nil {
		t.Fatalf("the service: %v", err)
	}
	stored := k.stored(t)
	repeats := 0
	for n := range written {
		switch times := stored[n]; {
		case times == 0:
			t.Fatalf("record %d of %d is missing", n, written)
		case times > 1 && k.Key != nil:
			t.Fatalf("record %d is there %d times", n, times)
		case times > 1:
			repeats++
		}
	}
	t.Logf("%d records, %d of them more than once", written, repeats)
}

// text is what the file of the store holds.
func (k task) text(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(strings.TrimPrefix(k.URL, "jsonl:"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return text
}

// stored counts how often the store holds each record.
func (k task) stored(t *testing.T) map[int]int {
	t.Helper()
	count := map[int]int{}
	for lines := bufio.NewScanner(bytes.NewReader(k.text(t))); lines.Scan(); {
		var r records.Reading
		if record.CodecOf[records.Reading]().Unmarshal(lines.Bytes(), &r) == nil {
			count[r.Revision]++
		}
	}
	return count
}
