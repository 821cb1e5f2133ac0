package run

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
)

// With -processes the parent and its children talk in lines: a child reports
// events on its stdout, among its output, and reads commands from its stdin.
// The end of its stdin is that of its parent.
//
//	child   connected   its parts are connected; it waits for run
//	parent  run         all are connected: start the pipelines
//	parent  quiet       a stop: end the triggers, go on serving the others
//	child   idle        nothing that a trigger runs is in flight any more
//
// Only when all are idle does the parent send SIGTERM: what a run of one child
// sends is still received by the others.
const (
	// controlledBy is the variable that tells a child that it has such a parent.
	controlledBy = "FLOWC_CONTROLLED"
	// eventPrefix starts an event: no output of people's has it.
	eventPrefix = "\x00flowc "

	eventConnected = "connected"
	eventIdle      = "idle"
	commandRun     = "run"
	commandQuiet   = "quiet"
)

var (
	errQuiet  = errors.New("the parent process stops the service")
	errOrphan = errors.New("the parent process is gone")
)

// control is a child's end of the talk with its parent.
type control struct {
	commands io.Reader
	events   io.Writer

	run, quiet context.Context // end when the parent says so
	onRun      context.CancelFunc
	onQuiet    context.CancelFunc
}

func newControl(commands io.Reader, events io.Writer) *control {
	c := &control{commands: commands, events: events}
	c.run, c.onRun = context.WithCancel(context.Background())
	c.quiet, c.onQuiet = context.WithCancel(context.Background())
	return c
}

// controlOfMain returns the control of a process that -processes started, else
// nil. Processes that this one starts are no children of that parent.
func controlOfMain() *control {
	if os.Getenv(controlledBy) == "" {
		return nil
	}
	os.Unsetenv(controlledBy)
	return newControl(os.Stdin, os.Stdout)
}

// listen follows the parent's commands until that one is gone, which stops the
// child.
func (c *control) listen(stop context.CancelCauseFunc) {
	lines := bufio.NewScanner(c.commands)
	for lines.Scan() {
		switch lines.Text() {
		case commandRun:
			c.onRun()
		case commandQuiet:
			c.onQuiet()
		}
	}
	stop(errOrphan)
}

// report tells the parent of an event, in one write: others write there too.
func (c *control) report(event string) {
	_, _ = io.WriteString(c.events, eventPrefix+event+"\n") // a parent that is gone is seen by listen
}

// await reports that the parts are connected and waits for the word to run. It
// returns false where ctx ends before.
func (c *control) await(ctx context.Context) bool {
	c.report(eventConnected)
	select {
	case <-c.run.Done():
		return true
	case <-ctx.Done():
		return false
	}
}
