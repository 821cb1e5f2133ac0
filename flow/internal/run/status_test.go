package run

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/secret"
)

// summaryOf returns the cells of a summary's rows: pipeline, runs, in, out,
// skipped, errors.
func summaryOf(r result) string {
	var rows []string
	for line := range strings.Lines(r.stdout) {
		if f := strings.Fields(line); len(f) == 8 && f[0] != "flow" {
			rows = append(rows, strings.Join(f[1:7], " "))
		}
	}
	return strings.Join(rows, "; ")
}

// Without a terminal there is a line for each pipeline that did something, and
// not more often than every five seconds.
func TestStatusLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := func(s *Setup) {
			schedule(s, PipelineOptions{Name: "poll"}, Trigger{Every: "700ms"}, idle)
			consume(s, PipelineOptions{Name: "listen"}, queueOf(), func(context.Context, batch[int]) error { return nil })
		}
		r := runProgram(t, "-for 11500ms -log-level warn", open)
		r.want(t, 0)
		equal(t, "status", r.stderr, "poll: 1 run, 0 in, 0 out\npoll: 8 runs, 0 in, 0 out\npoll: 15 runs, 0 in, 0 out\n")
		r = runProgram(t, "-for 11500ms -log-level warn -quiet", open)
		equal(t, "quiet status", r.stderr, "")
		equal(t, "summary", summaryOf(r), "poll 17 0 0 0 0; listen 0 0 0 0 0")
	})
}

// A status that is redrawn is drawn twice a second at most, and not at all
// while nothing changes.
func TestBoardSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown atomic.Int64
		b := &board{interval: redrawEvery, signal: make(chan struct{}, 1), show: func() { shown.Add(1) }}
		ctx, cancel := context.WithCancel(t.Context())
		go b.watch(ctx)
		for range 11 {
			b.changed()
			time.Sleep(90 * time.Millisecond)
		}
		equal(t, "shown in a second of changes", shown.Load(), 2)
		time.Sleep(time.Hour)
		equal(t, "shown in an hour of silence", shown.Load(), 3)
		cancel()
		synctest.Wait()
	})
}

func TestLiveStatusStaysBelowTheLog(t *testing.T) {
	var b strings.Builder
	o := &output{secrets: &secret.Set{}, stdout: &b, stderr: &b}
	o.show("one\ntwo\n")
	if _, err := o.err().Write([]byte("log line\n")); err != nil {
		t.Fatal(err)
	}
	o.show("")
	const draw, erase = "\x1b[?7lone\ntwo\n\x1b[?7h", "\x1b[2A\x1b[J"
	equal(t, "written", b.String(), draw+erase+"log line\n"+draw+erase)
}

func TestLiveTable(t *testing.T) {
	s := setupWith(nil)
	for i := range liveRows + 3 {
		everySecond(s, strings.Repeat("p", i+1), idle)
	}
	s.pipelines[0].counters.runs.Add(3)
	s.pipelines[0].counters.last.Store(int64(1234567 * time.Microsecond))
	table := liveTable(s.pipelines)
	equal(t, "lines", strings.Count(table, "\n"), liveRows+2)
	if first := strings.Fields(strings.Split(table, "\n")[1]); strings.Join(first, " ") != "p 3 0 0 0 0 1.23s" {
		t.Errorf("first row: %v", first)
	}
	if !strings.HasSuffix(table, "and 3 more\n") {
		t.Errorf("the rest is not told:\n%s", table)
	}
}

func TestShortDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Minute: "1m", time.Hour: "1h", 90 * time.Second: "1m30s", 1500 * time.Millisecond: "1.5s", 1234567 * time.Nanosecond: "1.23ms", 0: "0s",
		10 * time.Second: "10s", 24 * time.Hour: "24h", 100 * time.Minute: "1h40m",
	} {
		equal(t, d.String(), short(d), want)
	}
}
