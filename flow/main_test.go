package flow

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// queue is a source whose deliveries a test puts in. It ends when closed.
type queue[T any] struct{ deliveries chan Delivery[T] }

func (q *queue[T]) Receive(ctx context.Context) (Delivery[T], error) {
	select {
	case <-ctx.Done():
		return Delivery[T]{}, ctx.Err()
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
func (e *events) delivery(held bool, values ...int) Delivery[int] {
	return Delivery[int]{
		Batch: batchOf(values...),
		Held:  held,
		Ack:   func(context.Context) error { e.add("ack%v", values); return nil },
		Nack:  func(err error) { e.add("nack%v(%v)", values, err) },
	}
}

// queueOf returns a source that gives these deliveries out and then waits.
func queueOf(deliveries ...Delivery[int]) *queue[int] {
	q := &queue[int]{make(chan Delivery[int], len(deliveries))}
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

// setupWith returns a Setup with these environment variables.
func setupWith(vars map[string]string) *Setup {
	var setup *Setup
	_, err := Open(context.Background(), Env{Lookup: env(vars)}, func(s *Setup) { setup = s })
	if err != nil {
		panic(err) // nothing was opened that could fail
	}
	return setup
}

// wrongs returns what is wrong with the settings of a setup.
func (s *Setup) wrongs() string {
	if err := s.core.Err(); err != nil {
		return err.Error()
	}
	return ""
}

func everySecond(s *Setup, name string, do func(context.Context) error) {
	Run(s, PipelineOptions{Name: name, Doc: "fetch -> store.reports"}, Trigger{Every: "1s"}, do)
}

// batchOf returns a batch of source records, in order.
func batchOf[T any](values ...T) Batch[T] { return Batch[T]{Values: values} }

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
