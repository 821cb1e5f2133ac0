package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs what README tells a newcomer to type, as he would type it:
// the first command by itself, the tutorial as one session. The command that
// runs the tests is the one that CI starts with.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(\\w*)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	var commands []string
	var shown string
	for _, b := range blocks {
		if b[1] == "sh" {
			commands = append(commands, b[2])
		} else {
			shown += b[2]
		}
	}
	ci, err := os.ReadFile("../../.ci/run")
	if err != nil || !strings.Contains(string(ci), "\n"+commands[1]) {
		t.Errorf(".ci/run does not call README's test command %q (%v)", commands[1], err)
	}
	t.Run("example", func(t *testing.T) {
		t.Parallel()
		if out := bash(t, commands[0]); !strings.Contains(out, "data/summary.db") {
			t.Errorf("the example does not say where its data lies:\n%s", out)
		}
	})
	t.Run("tutorial", func(t *testing.T) {
		t.Parallel()
		if out := bash(t, strings.Join(commands[2:], "")); !strings.Contains(out, shown) {
			t.Errorf("the tutorial prints another error than README shows:\n%s\nREADME:\n%s", out, shown)
		}
	})
}

// bash runs lines in the folder of the repository.
func bash(t *testing.T, lines string) string {
	t.Helper()
	bin := t.TempDir()
	c := exec.Command("bash", "-c", "set -euo pipefail\n"+lines)
	c.Dir = "../.."
	c.Env = append(os.Environ(), "GOBIN="+bin, "PATH="+bin+":"+os.Getenv("PATH"), "TMPDIR="+t.TempDir())
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, lines, out)
	}
	return string(out)
}
