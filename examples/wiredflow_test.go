package examples_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/internal/campaign"
)

const (
	helloFile    = "data/json_in_hello_world.json"
	numbersFile  = "data/json_in_http_source_int.json"
	integersFile = "data/json_in_mqtt_source_int.jsonl"
	receivedFile = "data/received.jsonl"
)

// greeting is what the quick start stores.
type greeting struct {
	Message       string
	DatetimeLabel time.Time `json:"datetime_label"`
}

// number is what the complex example stores of its HTTP source.
type number struct {
	Value int `json:"Generated random number"`
}

// TestQuickStart wants one greeting in the file, since the next is asked for a
// minute later.
func TestQuickStart(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	server := "127.0.0.1:" + freePort(t)
	p := start(t, "quick_start", "-quiet", "SERVER="+server, "SERVER_URL=http://"+server)
	p.await("a greeting", func() bool { return len(array[greeting](p, helloFile)) > 0 })
	p.stop()
	p.wantEnd(0)
	list := array[greeting](p, helloFile)
	if len(list) != 1 || list[0].Message != "Hello world!" || list[0].DatetimeLabel.Before(begin) || list[0].DatetimeLabel.After(time.Now()) {
		t.Errorf("stored: %+v", list)
	}
}

// TestComplexFlow runs the complex example until it has worked out what all
// numbers make, at two rates: no message of the five hundred may be missing or
// out of place. (wiredflow lost 23 % of them at 100 a second, with status 0.)
func TestComplexFlow(t *testing.T) {
	slow := campaign.Size(300, 100)
	for rate, period := range map[string]time.Duration{fmt.Sprintf("%d a second", slow): time.Second / time.Duration(slow), "1000 a second": time.Millisecond} {
		t.Run(rate, func(t *testing.T) {
			t.Parallel()
			p := startComplexFlow(t, "-quiet", "HTTP_EVERY=20ms", "CORE_EVERY=30ms", "CORE_DELAY=0s", "INTEGERS_EVERY="+period.String())
			p.await("all numbers", func() bool { return len(array[number](p, numbersFile)) == 20 && len(p.lines(integersFile)) == 500 })
			sum := 0
			for _, n := range array[number](p, numbersFile) {
				sum += n.Value
			}
			for _, want := range [][2]string{
				{"demo/uppercase", fmt.Sprintf("Calculated value is %d", sum+499*500/2)},
				{"demo/lowercase", fmt.Sprintf("Calculated value is %d", sum-499*500/2)},
				{"PUT", "Upper case"},
				{"PUT", "Lower case"},
			} {
				line := fmt.Sprintf(`{"via":%q,"text":%q}`, want[0], want[1])
				p.await(line, func() bool { return slices.Contains(p.lines(receivedFile), line) })
			}
			p.stop()
			p.wantEnd(0, "Upper case: Calculated value is ", "Lower case: Calculated value is ")
			for _, line := range p.lines(receivedFile) {
				if !strings.Contains(line, "Calculated value is ") && !strings.Contains(line, `{"via":"PUT"`) {
					t.Errorf("what is missing was sent: %s", line)
				}
			}
			for i, line := range p.lines(integersFile) {
				if want := fmt.Sprintf(`{"Generated number":"%d"}`, i); line != want {
					t.Fatalf("integer %d is %s, want %s", i, line, want)
				}
			}
		})
	}
}

// startComplexFlow starts the complex example at ports of its own.
func startComplexFlow(t *testing.T, args string, settings ...string) *process {
	t.Helper()
	numbers, letters := "127.0.0.1:"+freePort(t), "127.0.0.1:"+freePort(t)
	return start(t, "complex_flow", args, append(settings,
		"NUMBERS="+numbers, "NUMBERS_URL=http://"+numbers, "LETTERS="+letters, "LETTERS_URL=http://"+letters)...)
}

// TestIdleTakesNoCore runs the complex example with nothing to do, for a short
// time and for a longer one: what it takes in between is less than a twentieth
// of a core. (wiredflow burnt a whole one.)
func TestIdleTakesNoCore(t *testing.T) {
	t.Parallel()
	short, long := time.Second/2, time.Duration(campaign.Size(2, 6))*time.Second
	used := func(d time.Duration) time.Duration {
		p := startComplexFlow(t, "-for "+d.String(), "HTTP_EVERY=1h", "CORE_EVERY=1h", "INTEGERS_EVERY=1h")
		p.wantEnd(0)
		return p.ProcessState.UserTime() + p.ProcessState.SystemTime()
	}
	if d := used(long) - used(short); d > (long-short)/20 {
		t.Errorf("%v of CPU time in %v of waiting", d, long-short)
	}
}

// TestErrorAnswerIsNotStored answers with JSON and status 500: it is tried again
// and then stops the service. (wiredflow stored it.)
func TestErrorAnswerIsNotStored(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(500)
		_, _ = w.Write([]byte(`[{"Message":"out of order"}]`))
	}))
	defer server.Close()
	p := start(t, "quick_start", "-quiet -pipelines hello_world", "SERVER_URL="+server.URL)
	p.wantEnd(1, `error: flow "quick_start", pipeline "hello_world", stage "ask": `, "500", "out of order")
	if list := array[greeting](p, helloFile); len(list) > 0 {
		t.Errorf("stored: %v", list)
	}
	if n := asked.Load(); n != 5 {
		t.Errorf("asked %d times, want 5", n)
	}
}

// TestFailedWriteStopsTheService removes the folder of a store while the service
// writes to it: the service ends with an error. (With wiredflow nobody saw it.)
func TestFailedWriteStopsTheService(t *testing.T) {
	t.Parallel()
	server := "127.0.0.1:" + freePort(t)
	p := start(t, "quick_start", "-quiet", "EVERY=20ms", "SERVER="+server, "SERVER_URL=http://"+server)
	p.await("greetings", func() bool { return len(array[greeting](p, helloFile)) > 2 })
	if err := os.RemoveAll(p.Dir + "/data"); err != nil {
		t.Fatal(err)
	}
	p.wantEnd(1, `error: flow "quick_start", pipeline "hello_world", stage "store.hello_world": store "hello_world": the file was moved or removed`)
}

// TestUnwritablePlaceStopsTheStart gives the store a place where no file can be:
// the service says so before anything runs.
func TestUnwritablePlaceStopsTheStart(t *testing.T) {
	t.Parallel()
	noFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(noFolder, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	p := start(t, "quick_start", "-quiet", "SERVER=:"+freePort(t), "HELLO=json:"+noFolder+"/x.json")
	p.wantEnd(1, "error: store.hello_world: ", noFolder)
}

// array reads a file of the process that is a JSON array; nothing is in one that
// is not there, or was made a moment ago.
func array[T any](p *process, name string) []T {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.Dir, name))
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	if len(text) == 0 {
		return nil
	}
	var list []T
	if err := json.Unmarshal(text, &list); err != nil {
		p.t.Fatalf("%s: %v\n%s", name, err, text)
	}
	return list
}
