package load

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
)

// events records what happened, in order.
type events []string

func (e *events) add(format string, args ...any) { *e = append(*e, fmt.Sprintf(format, args...)) }

func (e *events) String() string { return strings.Join(*e, " ") }

// result is what a program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// runProgram runs a program of one flow with these arguments.
func runProgram(t *testing.T, args string, open func(*flow.Setup)) result {
	t.Helper()
	var stdout, stderr strings.Builder
	env := flow.Env{Args: strings.Fields(args), Lookup: env(nil), Stdout: &stdout, Stderr: &stderr}
	code := flow.Exec(context.Background(), flow.Program{
		Service: "weather",
		Flows:   []flow.Flow{{Name: "weather", Open: open}},
	}, env)
	return result{code, stdout.String(), stderr.String()}
}

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
			t.Errorf("stderr lacks %q:\n%s", text, r.stderr)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
