package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// asProgram makes the test binary a program of two flows, so that -processes
// has something to start.
const asProgram = "FLOW_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Main(twoProcesses()))
	}
	goleak.VerifyTestMain(m)
}

// twoProcesses is the program that tests of -processes run: what its flows do
// is told by the environment.
func twoProcesses() Program {
	return Program{Service: "plant", Flows: []Flow{
		{Name: "plant", Open: processFlow("PLANT")},
		{Name: "alerts", Host: "vm-b", Open: processFlow("ALERTS")},
	}}
}

func processFlow(variable string) func(*Setup) {
	return func(s *Setup) {
		do := s.String("stage.do", "do", "${"+variable+":-run}")
		s.Part(Part{Name: "connection.broker", Host: hostForTest})
		name := strings.ToLower(variable) + "_in"
		switch do {
		case "wait":
			consume(s, PipelineOptions{Name: name}, &queue[int]{}, func(context.Context, batch[int]) error { return nil })
			return
		case "chain":
			schedule(s, PipelineOptions{Name: name + "_next"}, Trigger{After: []string{name}}, func(context.Context) error { fmt.Println("next"); return nil })
			schedule(s, PipelineOptions{Name: name}, Trigger{Cron: "0 3 1 1 *"}, func(context.Context) error { fmt.Println("first"); return nil })
			return
		case "ask":
			ask(s, name)
			return
		case "serve":
			serve(s, name)
			return
		case "sleep":
			schedule(s, PipelineOptions{Name: name}, Trigger{Every: "50ms"}, func(ctx context.Context) error { return Sleep(ctx, time.Hour) })
			return
		case "block":
			schedule(s, PipelineOptions{Name: name}, Trigger{Every: "50ms"}, func(context.Context) error { select {} })
			return
		}
		schedule(s, PipelineOptions{Name: name}, Trigger{Every: "50ms"}, func(ctx context.Context) error {
			broker, _ := s.Lookup("TEST_BROKER")
			fmt.Printf("%s sees broker %q\n", s.Flow(), broker)
			if do == "fail" {
				return errors.New("no sensor")
			}
			return nil
		})
	}
}

func hostForTest(context.Context) ([]string, func(), error) {
	return []string{"TEST_BROKER=mqtt://127.0.0.1:41234"}, func() {}, nil
}

// batch is the values of a delivery.
type batch[T any] struct{ Values []T }

func batchOf[T any](values ...T) batch[T] { return batch[T]{values} }

// given is a Delivery with its values.
type given[T any] struct {
	Batch batch[T]
	Held  bool
	Ack   func(context.Context) error
	Nack  func(error)
}

// source gives deliveries until it returns io.EOF.
type source[T any] interface {
	Receive(ctx context.Context) (given[T], error)
}

// consume registers a pipeline over a source.
func consume[T any](s *Setup, o PipelineOptions, from source[T], do func(context.Context, batch[T]) error) {
	e, ok := from.(interface{ Ends() bool })
	s.Consume(o, ok && e.Ends(), func(ctx context.Context) (Delivery, error) {
		d, err := from.Receive(ctx)
		work := func(ctx context.Context) error { return do(ctx, d.Batch) }
		return Delivery{Records: len(d.Batch.Values), Held: d.Held, Run: work, Ack: d.Ack, Nack: d.Nack}, err
	})
}

// schedule registers a pipeline that a trigger runs.
func schedule(s *Setup, o PipelineOptions, t Trigger, do func(context.Context) error) {
	s.Schedule(o, t, func(ctx context.Context) (bool, error) { return false, do(ctx) })
}

// queue is a source whose deliveries a test puts in. It ends when closed.
type queue[T any] struct{ deliveries chan given[T] }

func (q *queue[T]) Receive(ctx context.Context) (given[T], error) {
	select {
	case <-ctx.Done():
		return given[T]{}, ctx.Err()
	case d, ok := <-q.deliveries:
		if !ok {
			return d, io.EOF
		}
		return d, nil
	}
}

// events records what happened, in order.
type events struct {
	mu   sync.Mutex
	list []string
}

func (e *events) add(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, fmt.Sprintf(format, args...))
}

func (e *events) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.list, " ")
}

// delivery returns a delivery that records how it ended.
func (e *events) delivery(held bool, values ...int) given[int] {
	return given[int]{
		Batch: batchOf(values...),
		Held:  held,
		Ack:   func(context.Context) error { e.add("ack%v", values); return nil },
		Nack:  func(err error) { e.add("nack%v(%v)", values, err) },
	}
}

// queueOf returns a source that gives these deliveries out and then waits.
func queueOf(deliveries ...given[int]) *queue[int] {
	q := &queue[int]{make(chan given[int], len(deliveries))}
	for _, d := range deliveries {
		q.deliveries <- d
	}
	return q
}

// result is what a program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// runProgram runs a program of one flow with these arguments.
func runProgram(t *testing.T, args string, open func(*Setup)) result {
	t.Helper()
	return execWith(t, Env{Args: strings.Fields(args), Lookup: noEnv}, Program{
		Service: "weather",
		Flows:   []Flow{{Name: "weather", Open: open}},
	})
}

func execWith(t *testing.T, env Env, p Program) result {
	t.Helper()
	var stdout, stderr strings.Builder
	env.Stdout, env.Stderr = &stdout, &stderr
	code := Exec(context.Background(), p, env)
	return result{code, stdout.String(), stderr.String()}
}

func noEnv(string) (string, bool) { return "", false }

// env looks variables up in a map.
func env(vars map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}
}

// want checks how a program ended.
func (r result) want(t *testing.T, code int, inStderr ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit status %d, want %d", r.code, code)
	}
	for _, text := range inStderr {
		if !strings.Contains(r.stderr, text) {
			t.Errorf("stderr lacks %q", text)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.stdout, r.stderr)
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// sourceFunc is a source that is a function.
type sourceFunc func(context.Context) (given[int], error)

func (f sourceFunc) Receive(ctx context.Context) (given[int], error) { return f(ctx) }
