package main

import "testing"

// TestTask runs each program once on a small file: all of them do the same task.
func TestTask(t *testing.T) {
	if err := run(2000, 1); err != nil {
		t.Fatal(err)
	}
}
