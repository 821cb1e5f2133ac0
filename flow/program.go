package flow

import (
	"context"
	"io"
	"os"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// Program is what a generated main runs.
type Program struct {
	Service string
	Flows   []Flow
}

// Flow is a flow as generated code describes it.
type Flow struct {
	Name string
	Host string // the host it runs on; empty: that of all flows without one
	// Open resolves the settings of the flow and registers its stores,
	// connections and pipelines. It connects to nothing.
	Open func(*Setup)
}

// Env is what a program gets from outside: arguments, environment, output and
// signals. The zero Env has no arguments, the environment of this process, and
// drops all output.
type Env struct {
	Args    []string                         // without the program's name
	Lookup  func(name string) (string, bool) // of environment variables; nil: os.LookupEnv
	Stdout  io.Writer                        // nil: dropped
	Stderr  io.Writer                        // nil: dropped
	Signals <-chan os.Signal                 // the first one drains, the second one ends at once; nil: none
}

// Main runs the program with the arguments and the environment of the process
// and returns its exit status: 0 where all went well, 1 where it failed, 2
// where its arguments are wrong.
func Main(p Program) int { return run.Main(p.core()) }

// Exec runs the program with what env holds and returns its exit status. The
// end of ctx drains it, as the first signal does. Processes that -processes
// starts inherit the environment of this process, whatever env.Lookup says.
func Exec(ctx context.Context, p Program, env Env) int { return run.Exec(ctx, p.core(), env.core()) }

// Open opens and connects the parts that open registers, without running any
// pipeline: for tests of connectors, and for tools that look into a store. Logs
// go to env.Stderr. The errors of all settings come back as one. Where err is
// nil, the caller calls close when it is done.
func Open(ctx context.Context, env Env, open func(*Setup)) (close func(context.Context) error, err error) {
	return run.Open(ctx, env.core(), opening(open))
}

func (p Program) core() run.Program {
	core := run.Program{Service: p.Service}
	for _, f := range p.Flows {
		core.Flows = append(core.Flows, run.Flow{Name: f.Name, Host: f.Host, Open: opening(f.Open)})
	}
	return core
}

func (e Env) core() run.Env {
	return run.Env{Args: e.Args, Lookup: e.Lookup, Stdout: e.Stdout, Stderr: e.Stderr, Signals: e.Signals}
}

func opening(open func(*Setup)) func(*run.Setup) {
	return func(core *run.Setup) { open(&Setup{core}) }
}
