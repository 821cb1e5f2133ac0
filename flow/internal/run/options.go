package run

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/internal/setting"
)

// options are the arguments of a program.
type options struct {
	stopAfter time.Duration
	once      bool
	pipelines []string // empty: all
	check     bool
	host      *string // nil: all
	processes bool
	grace     time.Duration
	level     slog.Level
	format    string // "text" or "json"
	quiet     bool
	flows     []string // empty: all
}

// usageError is a mistake in the arguments.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// defaultGrace is how long work in flight has after a stop.
const defaultGrace = 10 * time.Second

// parseOptions reads the arguments. The names of flows may stand before, after
// and between the flags. It returns flag.ErrHelp for -h.
func parseOptions(args []string) (*options, *flag.FlagSet, error) {
	o := &options{grace: defaultGrace, format: "text"}
	f := flag.NewFlagSet("", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	o.register(f)
	for {
		switch err := f.Parse(args); {
		case err == flag.ErrHelp:
			return o, f, err
		case err != nil:
			return o, f, usageError{err}
		case f.NArg() == 0:
			return o, f, o.validate()
		}
		o.flows = append(o.flows, f.Arg(0))
		args = f.Args()[1:]
	}
}

func (o *options) register(f *flag.FlagSet) {
	f.Var((*period)(&o.stopAfter), "for", "stop after this `time`, such as 20s; 0: run until stopped")
	f.BoolVar(&o.once, "once", false, "run each scheduled pipeline once, then stop")
	f.Func("pipelines", "run only these pipelines: `a,b`", func(v string) error {
		o.pipelines = append(o.pipelines, splitNames(v)...)
		return nil
	})
	f.BoolVar(&o.check, "check", false, "resolve all settings, connect, say how it went, and exit")
	f.Func("host", "run only the flows of the host `NAME`", func(v string) error {
		o.host = &v
		return nil
	})
	f.BoolVar(&o.processes, "processes", false, "run each flow in a process of its own")
	f.Var((*period)(&o.grace), "grace", "`time` that work in flight has to end after a stop")
	f.TextVar(&o.level, "log-level", slog.LevelInfo, "`level` of the log: debug, info, warn or error")
	f.StringVar(&o.format, "log-format", o.format, "`format` of the log: text or json")
	f.BoolVar(&o.quiet, "quiet", false, "show no status while running")
}

// period is a flag that is a time. Its errors say what to write.
type period time.Duration

func (p *period) String() string { return time.Duration(*p).String() }

func (p *period) Set(text string) error {
	d, problem := setting.Duration(text)
	_, whole := setting.Uint(text, 64)
	switch {
	case problem == setting.Negative:
		return errors.New("a time cannot be negative")
	case problem != setting.Fine && whole:
		return fmt.Errorf("it has no unit; write %[1]ss, %[1]sm or %[1]sh for seconds, minutes or hours", text)
	case problem != setting.Fine:
		return errors.New("not a time such as 20s, 5m or 1h30m")
	}
	*p = period(d)
	return nil
}

// splitNames splits "a, b" at the commas.
func splitNames(v string) []string {
	var list []string
	for name := range strings.SplitSeq(v, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, name)
		}
	}
	return list
}

func (o *options) validate() error {
	if o.format != "text" && o.format != "json" {
		return usagef("-log-format %q: text or json expected", o.format)
	}
	return nil
}

// arguments returns the options as arguments of a process that runs one flow.
func (o *options) arguments(flow string, pipelines []string) []string {
	args := []string{
		"-for", o.stopAfter.String(), "-grace", o.grace.String(),
		"-log-level", o.level.String(), "-log-format", o.format,
		fmt.Sprintf("-once=%t", o.once), fmt.Sprintf("-quiet=%t", o.quiet),
	}
	if len(o.pipelines) > 0 {
		args = append(args, "-pipelines", strings.Join(pipelines, ","))
	}
	return append(args, flow)
}
