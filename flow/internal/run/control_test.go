package run

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ask is a flow that asks the flow of serve, ASK_AFTER its run has started.
func ask(s *Setup, name string) {
	after := s.Duration("stage.ask", "after", "${ASK_AFTER:-0s}")
	schedule(s, PipelineOptions{Name: name}, Trigger{Every: "1m"}, func(ctx context.Context) error {
		fmt.Println("asking, process", os.Getpid())
		time.Sleep(after)
		conn, err := net.Dial("unix", os.Getenv("SERVE_AT"))
		if err != nil {
			return err
		}
		defer conn.Close()
		answer, err := io.ReadAll(conn)
		fmt.Printf("answer: %s\n", answer)
		return err
	})
}

// serve is a flow that answers who asks, and has a short scheduled run of its
// own. It takes CONNECT_AFTER to listen.
func serve(s *Setup, name string) {
	after := s.Duration("stage.serve", "after", "${CONNECT_AFTER:-0s}")
	var listener net.Listener
	s.Part(Part{
		Name: "stage.serve",
		Connect: func(context.Context) (err error) {
			time.Sleep(after)
			listener, err = net.Listen("unix", os.Getenv("SERVE_AT"))
			return err
		},
	})
	source := sourceFunc(func(ctx context.Context) (given[int], error) {
		defer context.AfterFunc(ctx, func() { listener.Close() })()
		conn, err := listener.Accept()
		if err != nil {
			return given[int]{}, err
		}
		say := func(text string) { io.WriteString(conn, text); conn.Close() }
		return given[int]{
			Batch: batchOf(1),
			Ack:   func(context.Context) error { say("taken"); return nil },
			Nack:  func(error) { say("given back") },
		}, nil
	})
	consume(s, PipelineOptions{Name: name}, source, func(context.Context, batch[int]) error { return nil })
	schedule(s, PipelineOptions{Name: name + "_own"}, Trigger{Every: "1m"}, idle)
}

// asking sets two flows up of which plant asks alerts, each in its process.
func asking(t *testing.T, vars ...string) {
	t.Helper()
	vars = append(vars, "SERVE_AT", filepath.Join(t.TempDir(), "socket"), "PLANT", "ask", "ALERTS", "serve")
	for i := 0; i < len(vars); i += 2 {
		t.Setenv(vars[i], vars[i+1])
	}
}

// No pipeline starts before all processes are connected.
func TestProcessesStartTogether(t *testing.T) {
	asking(t, "CONNECT_AFTER", "400ms")
	runProcesses(t, "-once").wantAnswer(t)
}

// With -once a process whose own runs are through serves the others until
// theirs are.
func TestProcessesOnceServeEachOther(t *testing.T) {
	asking(t, "ASK_AFTER", "300ms")
	runProcesses(t, "-once").wantAnswer(t)
}

// At a stop the runs in flight of one process are still served by the others.
func TestProcessesStopInOrder(t *testing.T) {
	asking(t, "ASK_AFTER", "500ms")
	signalAt(t, "asking", "", os.Interrupt).wantAnswer(t)
}

// A run that does not end holds the others up for half of the grace period.
func TestProcessesDoNotWaitForeverForOne(t *testing.T) {
	asking(t, "ASK_AFTER", "1h")
	signalAt(t, "asking", "-grace 200ms", os.Interrupt).want(t, 1, "does not end after the grace period")
}

// controlledRun runs a program of one flow as a child whose parent the test is:
// talk gets what the child reports and tells it what to do.
func controlledRun(t *testing.T, args string, open func(*Setup), talk func(tell func(string), events *events, gone func())) result {
	t.Helper()
	in, out := io.Pipe()
	var reported events
	reports := writerFunc(func(p []byte) (int, error) {
		reported.add("%s", strings.TrimSpace(strings.TrimPrefix(string(p), eventPrefix)))
		return len(p), nil
	})
	go talk(func(command string) { io.WriteString(out, command+"\n") }, &reported, func() { out.Close() })
	r := execWith(t, Env{Args: strings.Fields(args), control: newControl(in, reports)}, Program{
		Service: "s", Flows: []Flow{{Name: "f", Open: open}},
	})
	out.Close()
	return r
}

func TestChildObeysItsParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var runs []time.Duration
		start := time.Now()
		open := func(s *Setup) {
			everySecond(s, "poll", func(context.Context) error { runs = append(runs, time.Since(start)); return nil })
			consume(s, PipelineOptions{Name: "listen"}, &queue[int]{}, func(context.Context, batch[int]) error { return nil })
		}
		r := controlledRun(t, "", open, func(tell func(string), events *events, gone func()) {
			time.Sleep(5 * time.Second)
			equal(t, "before run", events.String(), "connected")
			tell(commandRun)
			time.Sleep(1500 * time.Millisecond)
			tell(commandQuiet)
			time.Sleep(time.Second)
			equal(t, "after quiet", events.String(), "connected idle")
			gone()
		})
		r.want(t, 0, errQuiet.Error())
		equal(t, "runs", fmt.Sprint(runs), "[5s 6s]")
		equal(t, "end", time.Since(start), 7500*time.Millisecond)
	})
}

func TestChildWhoseParentIsGoneBeforeItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ran := false
		open := func(s *Setup) {
			everySecond(s, "poll", func(context.Context) error { ran = true; return nil })
		}
		controlledRun(t, "", open, func(_ func(string), _ *events, gone func()) {
			time.Sleep(time.Second)
			gone()
		}).want(t, 0)
		equal(t, "ran", ran, false)
	})
}

func TestChildIsIdleAfterItsOnlyRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := func(s *Setup) {
			everySecond(s, "poll", func(context.Context) error { time.Sleep(2 * time.Second); return nil })
			consume(s, PipelineOptions{Name: "listen"}, &queue[int]{}, func(context.Context, batch[int]) error { return nil })
		}
		controlledRun(t, "-once", open, func(tell func(string), events *events, gone func()) {
			tell(commandRun)
			time.Sleep(time.Second)
			equal(t, "in its run", events.String(), "connected")
			time.Sleep(time.Hour)
			equal(t, "after its run", events.String(), "connected idle")
			gone()
		}).want(t, 0)
	})
}

func TestEventsAreTakenOutOfTheOutput(t *testing.T) {
	var b strings.Builder
	var seen events
	p := &prefixer{prefix: "[a] ", to: &b, event: func(e string) { seen.add("%s", e) }}
	for _, text := range []string{"\x00flowc connected\none\ntw", "\x00flo", "wc idle", "\no\n", "\x00flowc idle\n"} {
		io.WriteString(p, text)
	}
	p.flush()
	equal(t, "output", b.String(), "[a] one\n[a] two\n")
	equal(t, "events", seen.String(), "connected idle idle")
}

// wantAnswer wants the flow that asks to be answered.
func (r result) wantAnswer(t *testing.T) {
	t.Helper()
	r.want(t, 0)
	if strings.Count(r.stdout, "[plant] answer: taken\n") != 1 || strings.Contains(r.stdout, "\x00") {
		t.Errorf("stdout:\n%s\nstderr:\n%s", r.stdout, r.stderr)
	}
}
