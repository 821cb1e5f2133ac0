package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

func runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run [path] [flags of the program]",
		Short: "generate, build and run a service",
		Long: `run generates a service, builds its one entry point and runs it in the folder of
its flow.toml. What follows the path goes to the program: its flags, and the
names of the flows to run (default: all). Ctrl-C drains and stops it.`,
		Example: `  flowc run                           the service in this folder
  flowc run examples/plant -for 20s   stop after 20 seconds
  flowc run -watch                    again whenever flow.toml or Go files change
  flowc run -once                     run each scheduled pipeline once
  flowc run -check                    resolve settings, connect, report, exit
  flowc run -h                        all flags of the program`,
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && args[0] == "--help" {
				return cmd.Help()
			}
			watch := slices.ContainsFunc(args, isWatch)
			path, rest := splitPath(slices.DeleteFunc(args, isWatch))
			if watch {
				return runOnSave(cmd, path, rest)
			}
			s, err := generate(cmd, path, generateOptions{})
			if err != nil {
				return err
			}
			return buildAndRun(cmd, s, rest)
		},
	}
}

// isWatch reports whether an argument is the flag -watch, the only one of run's
// own.
func isWatch(arg string) bool { return arg == "-watch" || arg == "--watch" }

// splitPath takes the path of the service off the arguments: the first, where
// it is a folder or a file.
func splitPath(args []string) (path string, rest []string) {
	if len(args) == 0 {
		return ".", nil
	}
	if _, err := os.Stat(args[0]); err == nil || filepath.Base(args[0]) == gen.SpecName {
		return args[0], args[1:]
	}
	return ".", args
}

// buildAndRun builds the service's program into a folder of its own and runs
// it.
func buildAndRun(cmd *cobra.Command, s *gen.Service, args []string) error {
	dir, err := os.MkdirTemp("", "flowc-run-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, s.Graph.Service)
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	err = build(ctx, cmd.ErrOrStderr(), s, program)
	stop()
	if err != nil {
		return err
	}
	return execute(cmd, s, program, args)
}

// execute runs the program in a process group of its own and passes Ctrl-C and
// SIGTERM on to it, each once, whoever sent them: the first drains it, the
// second ends it at once. Its status is that of flowc.
func execute(cmd *cobra.Command, s *gen.Service, program string, args []string) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	child := newChild(cmd, s, program, args)
	started, done := make(chan error, 1), make(chan error, 1)
	go onOneThread(func() {
		err := child.Start()
		if started <- err; err == nil {
			done <- child.Wait()
		}
	})
	if err := <-started; err != nil {
		return fmt.Errorf("cannot start the service: %w", err)
	}
	for {
		select {
		case sig := <-signals:
			// Where there are no signals (Windows), Ctrl-C reaches the child itself.
			_ = child.Process.Signal(sig)
		case err := <-done:
			return statusOf(err)
		}
	}
}

// newChild returns the program as a child of flowc's, in the folder of the
// service.
func newChild(cmd *cobra.Command, s *gen.Service, program string, args []string) *exec.Cmd {
	child := exec.Command(program, args...)
	child.Dir = s.Dir
	child.SysProcAttr = ownGroup()
	child.Stdin, child.Stdout, child.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	return child
}

// onOneThread runs do on a thread that lasts as long: a child ends with the
// thread that started it, where the system can do so.
func onOneThread(do func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	do()
}

func statusOf(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exitError(max(exitFailed, exit.ExitCode()))
	}
	return err
}
