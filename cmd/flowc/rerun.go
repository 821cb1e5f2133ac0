package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

// serviceDir is the folder of the service at a path.
func serviceDir(path string) string {
	if filepath.Base(path) == gen.SpecName {
		return filepath.Dir(path)
	}
	return path
}

// generateOnSave generates now and whenever the spec or the user's Go changes,
// until Ctrl-C.
func generateOnSave(cmd *cobra.Command, path string, o generateOptions) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w, err := newWatcher(serviceDir(path))
	if err != nil {
		return err
	}
	defer w.close()
	if !o.quiet && !o.json {
		fmt.Fprintln(cmd.ErrOrStderr(), "flowc: generating at each save, until Ctrl-C")
	}
	for failed := false; ; {
		_, err := generate(cmd, path, o)
		sayMended(cmd.ErrOrStderr(), failed, err)
		failed = err != nil
		if w.next(ctx) != nil {
			return nil
		}
	}
}

// sayMended says that what was wrong is not any more: on a screen the errors
// still stand above.
func sayMended(w io.Writer, failed bool, err error) {
	switch {
	case err != nil:
		fmt.Fprintln(w, "flowc: waiting for a change")
	case failed:
		fmt.Fprintln(w, "flowc: that is mended")
	}
}

// runOnSave generates, builds and runs a service, and does so again whenever
// its spec or its Go changes: the program that runs goes on until a new one is
// built, then it is drained. A change that does not build changes nothing.
func runOnSave(cmd *cobra.Command, path string, args []string) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "flowc-run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	w, err := newWatcher(serviceDir(path))
	if err != nil {
		return err
	}
	defer w.close()
	r := &rerunner{cmd: cmd, dir: dir, args: args}
	for failed := false; ; {
		err := r.renew(ctx, w, path)
		if ctx.Err() != nil {
			return r.end()
		}
		sayMended(cmd.ErrOrStderr(), failed, err)
		failed = err != nil
		if w.next(ctx) != nil {
			return r.end()
		}
	}
}

// rerunner runs the newest program of a service that could be built.
type rerunner struct {
	cmd    *cobra.Command
	dir    string
	args   []string
	builds int

	child   *exec.Cmd
	stopped *atomic.Bool // by flowc
	ended   chan error   // of the child
}

// renew generates and builds the service, and puts the new program in the place
// of the one that runs.
func (r *rerunner) renew(ctx context.Context, w *watcher, path string) error {
	s, err := generate(r.cmd, path, generateOptions{})
	for err == nil && w.changed() { // what flowc changed in the user's Go, say
		s, err = generate(r.cmd, path, generateOptions{})
	}
	if err != nil {
		return err
	}
	// There are two programs at most: the one that runs, and the next.
	program := filepath.Join(r.dir, fmt.Sprint(r.builds%2), s.Graph.Service)
	if err := os.MkdirAll(filepath.Dir(program), 0o777); err != nil {
		return err
	}
	if err := build(ctx, r.cmd.ErrOrStderr(), s, program); err != nil {
		return err
	}
	r.builds++
	_ = r.end() // the new one counts
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return r.start(s, program)
}

// start starts a program, and says how it ended when it does so by itself.
func (r *rerunner) start(s *gen.Service, program string) error {
	child, stopped := newChild(r.cmd, s, program, r.args), &atomic.Bool{}
	ended := make(chan error, 1)
	started := make(chan error)
	go onOneThread(func() {
		err := child.Start()
		started <- err
		if err != nil {
			return
		}
		err = child.Wait()
		if !stopped.Load() {
			fmt.Fprintf(r.cmd.ErrOrStderr(), "flowc: %s ended (%s); waiting for a change\n", s.Graph.Service, child.ProcessState)
		}
		ended <- err
	})
	if err := <-started; err != nil {
		return fmt.Errorf("cannot start the service: %w", err)
	}
	r.child, r.stopped, r.ended = child, stopped, ended
	return nil
}

// end drains the program that runs, if there is one, and returns its status. A
// Ctrl-C from now on ends it at once. One that does not end is killed.
func (r *rerunner) end() error {
	if r.child == nil {
		return nil
	}
	child := r.child.Process
	r.child = nil
	r.stopped.Store(true)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	late := time.After(longestDrain)
	_ = child.Signal(syscall.SIGTERM) // it may have ended
	for {
		select {
		case err := <-r.ended:
			return statusOf(err)
		case <-signals:
			_ = child.Signal(syscall.SIGTERM)
			late = time.After(time.Second)
		case <-late:
			_ = child.Kill()
		}
	}
}

// longestDrain is more than a program with the usual grace period takes.
const longestDrain = 30 * time.Second
