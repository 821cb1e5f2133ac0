package flow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// child is a flow that runs in a process of its own.
type child struct {
	flow      string
	scheduled bool // it ends by itself with -once
	command   *exec.Cmd
	outputs   []*prefixer
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
	children, err := x.children(env)
	if err != nil {
		return err
	}
	f := &family{execution: x, ends: make(chan childEnded, len(children))}
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
func (x *execution) children(env []string) ([]*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var children []*child
	for _, s := range x.setups {
		if len(s.pipelines) > 0 {
			children = append(children, x.child(s, program, env))
		}
	}
	return children, nil
}

func (x *execution) child(s *Setup, program string, env []string) *child {
	c := &child{flow: s.flow}
	var pipelines []string
	for _, p := range s.pipelines {
		pipelines = append(pipelines, p.options.Name)
		c.scheduled = c.scheduled || !p.waits()
	}
	out := &prefixer{prefix: "[" + s.flow + "] ", to: x.output.verbatim(x.env.Stdout)}
	err := &prefixer{prefix: out.prefix, to: x.output.verbatim(x.env.Stderr)}
	c.outputs = []*prefixer{out, err}
	c.command = exec.CommandContext(x.alive, program, x.options.arguments(s.flow, pipelines, x.options.once && c.scheduled)...)
	c.command.Env = append(os.Environ(), env...)
	c.command.Stdout, c.command.Stderr = out, err
	c.command.WaitDelay = abandonAfter
	c.command.SysProcAttr = apart()
	return c
}

// family is a parent with its children. One loop holds all of its state.
type family struct {
	*execution
	ends     chan childEnded
	active   []*child
	errs     []error
	draining bool
}

// start starts the children. Where one cannot be started, the others end.
func (f *family) start(children []*child) error {
	f.hasProcesses.Store(true)
	for _, c := range children {
		started := make(chan error)
		go f.keep(c, started)
		if err := <-started; err != nil {
			f.drain()
			f.watch(context.Background())
			return fmt.Errorf("flow %q: cannot start its process: %w", c.flow, err)
		}
		f.active = append(f.active, c)
		f.process.logger.Info("process started", "flow", c.flow, "pid", c.command.Process.Pid)
	}
	f.stopWhenDone()
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

// watch waits until all children have ended. Once they drain they have their
// grace period, and are killed when that does not end them.
func (f *family) watch(ctx context.Context) {
	stopped := ctx.Done()
	var late <-chan time.Time
	for len(f.active) > 0 {
		select {
		case e := <-f.ends:
			f.end(e)
		case <-stopped:
			stopped = nil
			f.process.logger.Info("stopping", "because", context.Cause(ctx), "processes", len(f.active))
			f.drain()
		case <-late:
			f.kill()
		}
		if f.draining && late == nil {
			late = time.After(f.options.grace + abandonAfter + closeTime)
		}
	}
}

// end notes that a child has ended.
func (f *family) end(e childEnded) {
	f.active = slices.DeleteFunc(f.active, func(c *child) bool { return c == e.child })
	if e.err != nil && !(f.draining && endedBySignal(e.err)) {
		f.errs = append(f.errs, fmt.Errorf("flow %q: its process failed: %w", e.child.flow, e.err))
		f.drain()
	}
	f.stopWhenDone()
}

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

// stopWhenDone drains the children that only wait for data, when those that
// run once have ended.
func (f *family) stopWhenDone() {
	if f.options.once && !slices.ContainsFunc(f.active, func(c *child) bool { return c.scheduled }) {
		f.drain()
	}
}

// drain asks the children to stop, once.
func (f *family) drain() {
	if f.draining {
		return
	}
	f.draining = true
	for _, c := range f.active {
		if err := c.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			c.command.Process.Kill()
		}
	}
}

func (f *family) kill() {
	for _, c := range f.active {
		f.process.logger.Error("process does not end and is killed", "flow", c.flow)
		c.command.Process.Kill()
	}
}
