package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	_ "time/tzdata" // the next runs of a schedule are the same on every machine

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

func checkCommand() *cobra.Command {
	var verbose bool
	c := &cobra.Command{
		Use:   "check [path]",
		Short: "say everything that is wrong with a spec",
		Example: `  flowc check                 the service in this folder
  flowc check examples/plant  the service in another
  flowc check -v              also what each pipeline promises, and why, and when it runs next`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := load(newReporter(cmd, generateOptions{}), servicePath(args))
			if err != nil {
				return err
			}
			if verbose {
				printPromises(cmd, s.Graph)
			}
			return nil
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show what each pipeline promises, and why, and when it runs next")
	return c
}

// load reads a service and says what is wrong with it.
func load(r *reporter, path string) (*gen.Service, error) {
	s, diags := gen.Load(path)
	if err := r.diagnostics(diags); err != nil {
		return nil, err
	}
	if diags.HasErrors() {
		return nil, exitError(exitFailed)
	}
	r.service = s
	return s, nil
}

func printPromises(cmd *cobra.Command, g *spec.Graph) {
	for _, f := range g.Flows {
		for _, p := range f.Pipelines {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n    source: %s\n    why: %s\n", templates.Describe(p), p.Source, p.Why)
			if p.Promise == spec.EffectivelyOnce {
				fmt.Fprintln(cmd.OutOrStdout(), "    as long as its stages give the same keys for the same record, which flowc cannot see")
			}
			printRuns(cmd.OutOrStdout(), p)
		}
	}
}

// printRuns shows when a schedule is due next, as far as the spec tells it.
func printRuns(w io.Writer, p *spec.Pipeline) {
	zone, err := time.LoadLocation(p.Zone)
	if p.Schedule == nil || p.Zone == "" || err != nil {
		return
	}
	var runs []string
	for at := time.Now(); len(runs) < 3; {
		at = p.Schedule.Next(at, zone)
		runs = append(runs, at.Format("Mon 2006-01-02 15:04 MST"))
	}
	fmt.Fprintf(w, "    next runs: %s, …\n", strings.Join(runs, ", "))
}
