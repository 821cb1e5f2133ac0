package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// child is a flow that runs in a process of its own.
type child struct {
	flow     string
	command  *exec.Cmd
	commands io.WriteCloser // its stdin
	outputs  []*prefixer

	connected bool
	idle      bool // nothing that a trigger runs is in flight any more
}

// childEvent is what a child reports.
type childEvent struct {
	child *child
	event string
}

// childEnded is a child whose process has ended, and how.
type childEnded struct {
	child *child
	err   error
}

// runProcesses runs each flow in a process of its own and watches them: where
// one fails, the others drain and the program fails.
func (x *execution) runProcesses(ctx context.Context) error {
	env, stopHosts, err := x.host(ctx)
	defer stopHosts()
	if err != nil {
		return err
	}
	f := &family{execution: x, events: make(chan childEvent)}
	children, err := f.children(env)
	if err != nil {
		return err
	}
	f.ends = make(chan childEnded, len(children))
	if err := f.start(children); err != nil {
		return err
	}
	f.watch(ctx)
	return errors.Join(f.errs...)
}

// host starts what the children share and returns how they find it.
func (x *execution) host(ctx context.Context) (env []string, stop func(), err error) {
	var stops []func()
	var errs []error
	for _, p := range x.process.parts {
		if p.Host == nil {
			continue
		}
		more, stop, err := p.Host(ctx)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", p.Name, err))
			continue
		}
		env = append(env, more...)
		if stop != nil {
			stops = append(stops, stop)
		}
	}
	stop = func() {
		for _, s := range slices.Backward(stops) {
			s()
		}
	}
	return env, stop, errors.Join(errs...)
}

// children returns a process for each flow that has a pipeline to run.
func (f *family) children(env []string) ([]*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var children []*child
	for _, s := range f.setups {
		if len(s.pipelines) == 0 {
			continue
		}
		c, err := f.child(s, program, env)
		if err != nil {
			return nil, err
		}
		children = append(children, c)
	}
	return children, nil
}

func (f *family) child(s *Setup, program string, env []string) (c *child, err error) {
	c = &child{flow: s.flow}
	var pipelines []string
	for _, p := range s.pipelines {
		pipelines = append(pipelines, p.options.Name)
	}
	prefix := "[" + s.flow + "] "
	stdout := &prefixer{prefix: prefix, to: f.output.verbatim(f.env.Stdout)}
	stderr := &prefixer{prefix: prefix, to: f.output.verbatim(f.env.Stderr)}
	stdout.event = func(event string) { f.events <- childEvent{c, event} }
	c.outputs = []*prefixer{stdout, stderr}
	c.command = exec.CommandContext(f.alive, program, f.options.arguments(s.flow, pipelines)...)
	c.command.Env = append(append(os.Environ(), env...), controlledBy+"=1")
	c.command.Stdout, c.command.Stderr = stdout, stderr
	c.command.WaitDelay = abandonAfter
	c.command.SysProcAttr = apart()
	c.commands, err = c.command.StdinPipe()
	return c, err
}

// tell sends a command to a child. One that is gone is seen by its end.
func (c *child) tell(command string) { _, _ = io.WriteString(c.commands, command+"\n") }

// family is a parent with its children. One loop holds all of its state.
type family struct {
	*execution
	ends   chan childEnded
	events chan childEvent
	active []*child
	errs   []error

	running  bool // the children run their pipelines
	stopping bool // they are to become idle
	draining bool // they are to end
	timeUp   <-chan time.Time
	settled  <-chan time.Time
	half     <-chan time.Time
	late     <-chan time.Time
}

// start starts the children. Where one cannot be started, the others end.
func (f *family) start(children []*child) error {
	f.hasProcesses.Store(true)
	for _, c := range children {
		started := make(chan error)
		go f.keep(c, started)
		if err := <-started; err != nil {
			err = fmt.Errorf("flow %q: cannot start its process: %w", c.flow, err)
			f.stop(err)
			f.watch(context.Background())
			return err
		}
		f.active = append(f.active, c)
		f.process.logger.Info("process started", "flow", c.flow, "pid", c.command.Process.Pid)
	}
	return nil
}

// keep starts a child and waits for its end. The child dies with the thread
// that started it (see apart), so this one is kept.
func (f *family) keep(c *child, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := c.command.Start()
	started <- err
	if err != nil {
		return
	}
	err = c.command.Wait()
	for _, o := range c.outputs {
		o.flush()
	}
	f.ends <- childEnded{c, err}
}

// watch waits until all children have ended. Once they are to stop they have
// their grace period, and are killed when that does not end them.
func (f *family) watch(ctx context.Context) {
	stopped := ctx.Done()
	for len(f.active) > 0 {
		f.proceed()
		select {
		case e := <-f.events:
			e.child.connected = e.child.connected || e.event == eventConnected
			e.child.idle = e.child.idle || e.event == eventIdle
		case e := <-f.ends:
			f.end(e)
		case <-stopped:
			stopped = nil
			f.stop(context.Cause(ctx))
		case <-f.timeUp:
			f.stop(errTimeUp)
		case <-f.settled:
			f.drain()
		case <-f.half:
			f.drain()
		case <-f.late:
			f.kill()
		}
	}
}

// proceed takes the next step when all children that live are ready for it.
func (f *family) proceed() {
	connected := !slices.ContainsFunc(f.active, func(c *child) bool { return !c.connected })
	idle := !slices.ContainsFunc(f.active, func(c *child) bool { return !c.idle })
	if !f.running && !f.stopping && connected {
		f.run()
	}
	if f.running && f.options.once && idle {
		f.stop(errAllOnce)
	}
	switch {
	case f.stopping && !f.running:
		f.drain()
	case f.stopping && idle && f.settled == nil:
		f.settled = time.After(settleTime)
	}
}

// settleTime is how long the children go on when all are idle: what their last
// runs have sent may still be on its way through a broker.
const settleTime = 250 * time.Millisecond

// run lets the pipelines of all children start: whoever is sent something has
// subscribed to it by now.
func (f *family) run() {
	f.running = true
	for _, c := range f.active {
		c.tell(commandRun)
	}
	if f.options.stopAfter > 0 {
		f.timeUp = time.After(f.options.stopAfter)
	}
}

// stop ends the triggers of all children, once. What waits for data goes on
// until all are idle, half of the grace period at most.
func (f *family) stop(why error) {
	if f.stopping {
		return
	}
	f.stopping = true
	f.process.logger.Info("stopping", "because", why, "processes", len(f.active))
	f.half = time.After(f.options.grace / 2)
	f.late = time.After(f.options.grace + abandonAfter + closeTime)
	for _, c := range f.active {
		c.tell(commandQuiet)
	}
}

// end notes that a child has ended. One that fails stops the others, and so
// does one that ends before it has run.
func (f *family) end(e childEnded) {
	f.active = slices.DeleteFunc(f.active, func(c *child) bool { return c == e.child })
	if e.err == nil && !f.running && !f.stopping {
		e.err = errNeverRan
	}
	if e.err != nil && !(f.draining && endedBySignal(e.err)) {
		f.errs = append(f.errs, fmt.Errorf("flow %q: its process failed: %w", e.child.flow, e.err))
		f.stop(fmt.Errorf("%w: %s", errChild, e.child.flow))
	}
}

var (
	errNeverRan = errors.New("it ended before its pipelines ran")
	errChild    = errors.New("a process failed")
)

// endedBySignal reports whether a child died of SIGTERM: it was asked to drain
// before it was so far that it could.
func endedBySignal(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGTERM
}

// drain asks the children to end, once. Where there is no SIGTERM, the end of
// its stdin tells a child.
func (f *family) drain() {
	if f.draining {
		return
	}
	f.draining = true
	for _, c := range f.active {
		if err := c.command.Process.Signal(syscall.SIGTERM); err != nil {
			c.commands.Close()
		}
	}
}

func (f *family) kill() {
	for _, c := range f.active {
		f.process.logger.Error("process does not end and is killed", "flow", c.flow)
		c.command.Process.Kill()
	}
}
