package driver

import (
	"context"
	"io"
	"testing"

	"github.com/flowc-dev/flowc/flow"
)

// setupWith returns a Setup with these environment variables.
func setupWith(vars map[string]string) *flow.Setup { return setupTo(io.Discard, vars) }

// setupTo is setupWith for one whose log goes to a writer.
func setupTo(log io.Writer, vars map[string]string) *flow.Setup {
	var setup *flow.Setup
	lookup := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	if _, err := flow.Open(context.Background(), flow.Env{Lookup: lookup, Stderr: log}, func(s *flow.Setup) { setup = s }); err != nil {
		panic(err) // nothing was opened that could fail
	}
	return setup
}

// wrongs returns what is wrong with the settings of a setup.
func wrongs(s *flow.Setup) string {
	if err := s.Core().Err(); err != nil {
		return err.Error()
	}
	return ""
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
