package main

import (
	"os"
	"testing"
)

// TestTask runs each program once on few stages: all of them do the task.
func TestTask(t *testing.T) {
	if err := os.Chdir(".."); err != nil { // as users run it
		t.Fatal(err)
	}
	if err := run(20, 1); err != nil {
		t.Fatal(err)
	}
}
