package run

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"
)

// Env is what a program gets from outside: arguments, environment, output and
// signals. The zero Env has no arguments, the environment of this process, and
// drops all output.
type Env struct {
	Args    []string                         // without the program's name
	Lookup  func(name string) (string, bool) // of environment variables; nil: os.LookupEnv
	Stdout  io.Writer                        // nil: dropped
	Stderr  io.Writer                        // nil: dropped
	Signals <-chan os.Signal                 // the first one drains, the second one ends at once; nil: none

	control *control         // of a process that -processes started; else nil
	wall    func() time.Time // the wall clock; nil: that of the machine
	// main says that the process is the program's: what libraries write by
	// package log goes where the program's own log does, and as it does.
	main bool
}

// withDefaults fills what was left out.
func (e Env) withDefaults() Env {
	if e.Lookup == nil {
		e.Lookup = os.LookupEnv
	}
	if e.Stdout == nil {
		e.Stdout = io.Discard
	}
	if e.Stderr == nil {
		e.Stderr = io.Discard
	}
	if e.wall == nil {
		e.wall = func() time.Time { return time.Now().Round(0) }
	}
	return e
}

// Open opens and connects the parts that open registers, without running any
// pipeline: for tests of connectors, and for tools that look into a store. Logs
// go to env.Stderr. The errors of all settings come back as one. Where err is
// nil, the caller calls close when it is done.
func Open(ctx context.Context, env Env, open func(*Setup)) (close func(context.Context) error, err error) {
	env = env.withDefaults()
	p := newProcess("test", env.Lookup)
	out := &output{secrets: &p.secret, stdout: env.Stdout, stderr: env.Stderr}
	p.logger = newLogger(out, "text", slog.LevelInfo)
	open(&Setup{flow: "test", process: p})
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	if failed, cut := p.connect(ctx); failed != nil || cut != nil {
		return nil, errors.Join(failed, cut)
	}
	return p.close, nil
}
