package run

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// Program is what a generated main runs.
type Program struct {
	Service string
	Flows   []Flow
}

// Exit statuses of a program.
const (
	exitOK      = 0
	exitFailed  = 1   // it failed at start or while it ran
	exitUsage   = 2   // its arguments are wrong
	exitStopped = 130 // a second signal ended it at once
)

// Main runs the program with the arguments and the environment of the process
// and returns its exit status: 0 where all went well, 1 where it failed, 2
// where its arguments are wrong.
func Main(p Program) int {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	return Exec(context.Background(), p, Env{
		Args:    os.Args[1:],
		Lookup:  os.LookupEnv,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Signals: signals,
		control: controlOfMain(),
		main:    true,
	})
}

// Exec runs the program with what env holds and returns its exit status. The
// end of ctx drains it, as the first signal does. Processes that -processes
// starts inherit the environment of this process, whatever env.Lookup says.
func Exec(ctx context.Context, p Program, env Env) int {
	env = env.withDefaults()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	alive, kill := context.WithCancel(context.Background())
	defer kill()
	x := newExecution(p, env, alive)
	if env.main {
		log.SetOutput(x.output.err())
	}
	if env.control != nil {
		go env.control.listen(stop)
	}
	done := make(chan int, 1)
	go func() { done <- x.run(ctx) }()
	var first os.Signal
	var at time.Time
	for {
		select {
		case code := <-done:
			return code
		case s := <-env.Signals:
			switch {
			case first == nil:
				first, at = s, time.Now()
				stop(fmt.Errorf("signal: %v", s))
			case s != first || time.Since(at) > sameSignal:
				kill()
				x.awaitKilled(done)
				return exitStopped
			}
		}
	}
}

// sameSignal is how long after the first signal the same one is no second one:
// whoever sends it to a process and to its group, as timeout(1) does, sends it
// twice.
const sameSignal = 100 * time.Millisecond

// execution is one run of a program.
type execution struct {
	program Program
	env     Env
	alive   context.Context // ends where the program ends at once
	options *options
	process *process
	output  *output
	setups  []*Setup

	hasProcesses atomic.Bool // children have been started
}

func newExecution(p Program, env Env, alive context.Context) *execution {
	process := newProcess(p.Service, env.Lookup)
	return &execution{
		program: p,
		env:     env,
		alive:   alive,
		process: process,
		output:  &output{secrets: &process.secret, stdout: env.Stdout, stderr: env.Stderr},
	}
}

// awaitKilled gives the processes of -processes the moment that killing them
// takes.
func (x *execution) awaitKilled(done <-chan int) {
	if !x.hasProcesses.Load() {
		return
	}
	select {
	case <-done:
	case <-time.After(abandonAfter):
	}
}

// run does what the arguments say and returns the exit status.
func (x *execution) run(ctx context.Context) int {
	o, flags, err := parseOptions(x.env.Args)
	x.options = o
	x.process.logger = newLogger(x.output, o.format, o.level)
	if err == flag.ErrHelp {
		x.open(x.program.Flows)
		io.WriteString(x.output.out(), help(x.program, x.setups, flags))
		return exitOK
	}
	if err == nil {
		err = x.prepare()
	}
	if err == nil {
		err = x.do(ctx)
	}
	return x.exit(err)
}

// exit reports an error and returns the status that it means.
func (x *execution) exit(err error) int {
	if err == nil {
		return exitOK
	}
	x.output.fail(err)
	if wrong := (usageError{}); errors.As(err, &wrong) {
		fmt.Fprintf(x.output.err(), "%s -h shows how it is used\n", x.program.Service)
		return exitUsage
	}
	return exitFailed
}

// prepare opens the flows that the arguments name and reports all settings that
// are wrong. It connects to nothing.
func (x *execution) prepare() error {
	flows, err := selectFlows(x.program, x.options)
	if err != nil {
		return err
	}
	x.open(flows)
	checkSuccessions(x.setups)
	if err := selectPipelines(x.setups, x.options.pipelines); err != nil {
		return err
	}
	return errors.Join(x.process.errs...)
}

func (x *execution) open(flows []Flow) {
	for _, f := range flows {
		s := &Setup{flow: f.Name, process: x.process}
		x.process.secret.AddName(f.Name)
		f.Open(s)
		x.setups = append(x.setups, s)
	}
}

func (x *execution) do(ctx context.Context) error {
	switch {
	case x.options.check:
		return x.check(ctx)
	case x.options.processes:
		return x.runProcesses(ctx)
	}
	return x.runPipelines(ctx)
}

// check connects all parts and says how it went.
func (x *execution) check(ctx context.Context) error {
	defer x.closeParts()
	failed, cut := x.process.connectEach(ctx, func(p Part, err error) {
		switch {
		case err != nil:
			fmt.Fprintf(x.output.out(), "failed  %s\n", p.Name)
		case p.Where != "":
			fmt.Fprintf(x.output.verbatim(x.env.Stdout), "ok      %s (%s)\n", p.Name, x.process.secret.HideInPlace(p.Where))
		default:
			fmt.Fprintf(x.output.out(), "ok      %s\n", p.Name)
		}
	})
	return errors.Join(failed, cut)
}

// runPipelines connects all parts, runs the pipelines and says what they did. A
// stop before all is connected is one like any other.
func (x *execution) runPipelines(ctx context.Context) error {
	failed, cut := x.process.connect(ctx)
	if cut != nil {
		x.process.logger.Info("stopping before all is connected", "because", context.Cause(ctx), "at", cut)
	}
	if failed != nil || cut != nil {
		return failed
	}
	if c := x.env.control; c != nil && !c.await(ctx) {
		return x.closeParts()
	}
	pipelines := pipelinesOf(x.setups)
	changed, hideStatus := x.showStatus(pipelines)
	v := &supervisor{
		logger:    x.process.logger,
		pipelines: pipelines,
		once:      x.options.once,
		stopAfter: x.options.stopAfter,
		grace:     x.options.grace,
		control:   x.env.control,
		changed:   changed,
		wall:      x.env.wall,
	}
	err := v.run(ctx)
	hideStatus()
	err = errors.Join(err, x.closeParts())
	to := x.output.verbatim(x.env.Stdout)
	io.WriteString(to, summary(pipelines)+places(x.process.parts, x.process.secret.HideInPlace))
	return err
}

// showStatus shows how the pipelines go until hide is called; changed tells it
// that there is something new.
func (x *execution) showStatus(pipelines []*pipeline) (changed, hide func()) {
	if x.options.quiet {
		return func() {}, func() {}
	}
	b := newBoard(x.output, pipelines, x.options.format == "json")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.watch(ctx)
	}()
	return b.changed, func() {
		cancel()
		<-done
		x.output.show("")
	}
}

// closeTime is how long the parts may take to close.
const closeTime = 5 * time.Second

// closeParts closes all parts. The context of the run has ended by then.
func (x *execution) closeParts() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	return x.process.close(ctx)
}
