package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
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
		err := r.renew(path)
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

	child *exec.Cmd
	ended chan error // of the child
}

// renew generates and builds the service, and puts the new program in the place
// of the one that runs.
func (r *rerunner) renew(path string) error {
	s, err := generate(r.cmd, path, generateOptions{})
	if err != nil {
		return err
	}
	r.builds++
	program := filepath.Join(r.dir, fmt.Sprint(r.builds), s.Graph.Service)
	if err := os.Mkdir(filepath.Dir(program), 0o777); err != nil {
		return err
	}
	if err := build(r.cmd.ErrOrStderr(), s, program); err != nil {
		return err
	}
	_ = r.end() // how the old one ended was said
	return r.start(s, program)
}

// start starts a program, and says how it ended when it does so by itself.
func (r *rerunner) start(s *gen.Service, program string) error {
	child := newChild(r.cmd, s, program, r.args)
	ended := make(chan error, 1)
	started := make(chan error)
	go onOneThread(func() {
		err := child.Start()
		started <- err
		if err != nil {
			return
		}
		err = child.Wait()
		fmt.Fprintf(r.cmd.ErrOrStderr(), "flowc: %s ended with status %d; waiting for a change\n", s.Graph.Service, child.ProcessState.ExitCode())
		ended <- err
	})
	if err := <-started; err != nil {
		return fmt.Errorf("cannot start the service: %w", err)
	}
	r.child, r.ended = child, ended
	return nil
}

// end drains the program that runs, if there is one, and returns its status.
// One that does not end by itself is killed.
func (r *rerunner) end() error {
	if r.child == nil {
		return nil
	}
	_ = r.child.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case err := <-r.ended:
		r.child = nil
		return statusOf(err)
	case <-time.After(longestDrain):
		_ = r.child.Process.Kill()
	}
	err := <-r.ended
	r.child = nil
	return statusOf(err)
}

// longestDrain is more than a program with the usual grace period takes.
const longestDrain = 30 * time.Second
