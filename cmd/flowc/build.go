package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/gen"
)

// patience is how long a build runs before it says how far it is, and how often
// it does so.
const patience = 3 * time.Second

// build compiles the service's entry point and says how long it took. The first
// build of a service compiles its drivers too: it shows that it is alive.
func build(ctx context.Context, w io.Writer, s *gen.Service, program string) error {
	start := time.Now()
	fmt.Fprintf(w, "building %s\n", s.Graph.Service)
	c := exec.CommandContext(ctx, "go", "build", "-v", "-o", program, "./cmd/"+s.Graph.Service)
	c.Dir = s.Dir
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it removes its own files
	stderr, err := c.StderrPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return fmt.Errorf("cannot run the go command, which builds the service: %w", err)
	}
	output := watchBuild(w, stderr, start)
	err = c.Wait()
	if ctx.Err() != nil {
		return exitError(exitFailed)
	}
	if err != nil {
		fmt.Fprintf(w, "%sbuilding %s failed after %s\n", output, s.Graph.Service, took(start))
		return exitError(exitFailed)
	}
	fmt.Fprintf(w, "built %s in %s\n", s.Graph.Service, took(start))
	return nil
}

// progress says how far a build is. What takes so long is mostly the first build.
func progress(after time.Duration, count int, last string) string {
	if count == 0 {
		return fmt.Sprintf("%s: still at it (the first build compiles the drivers too, which can take a minute or two)", after)
	}
	return fmt.Sprintf("%s: %d packages compiled, last %s (the first build compiles the drivers too)", after, count, last)
}

func took(start time.Time) time.Duration { return time.Since(start).Round(100 * time.Millisecond) }

// watchBuild counts the packages that "go build -v" names and returns what else
// it said: the errors.
func watchBuild(w io.Writer, stderr io.Reader, start time.Time) string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scan := bufio.NewScanner(stderr); scan.Scan(); {
			lines <- scan.Text()
		}
	}()
	ticks := time.NewTicker(patience)
	defer ticks.Stop()
	var other strings.Builder
	count, last := 0, ""
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return other.String()
			}
			if strings.ContainsAny(line, " \t#") {
				other.WriteString(line + "\n")
				continue
			}
			count, last = count+1, line
		case <-ticks.C:
			fmt.Fprintln(w, "  "+progress(took(start), count, last))
		}
	}
}
