package main

import (
	"testing"
	"time"
)

// A build that takes long says so before the first package is compiled, too.
func TestProgress(t *testing.T) {
	for _, test := range []struct {
		count      int
		last, want string
	}{
		{0, "", "3s: still at it (the first build compiles the drivers too, which can take a minute or two)"},
		{2, "example.com/a/flows/a", "3s: 2 packages compiled, last example.com/a/flows/a (the first build compiles the drivers too)"},
	} {
		if got := progress(3*time.Second, test.count, test.last); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
