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
	var o reportOptions
	var verbose bool
	c := &cobra.Command{
		Use:   "check [path]",
		Short: "say everything that is wrong with a spec, and with the Go that it names",
		Long: `check says everything that is wrong with a spec, all at once. Where the spec has no
errors it looks into the user's Go, too: stage functions that are missing, stubs or
of another signature, Go types that do not exist or do not fit, import cycles. It
writes nothing.`,
		Example: `  flowc check                 the service in this folder
  flowc check examples/plant  the service in another
  flowc check -v              also what each pipeline promises, and why, and when it runs next
  flowc check -annotations    for the log of a code host, which shows them at their lines`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, path := newReporter(cmd, o), servicePath(args)
			r.dir = serviceDir(path)
			diags, err := gen.Diagnose(path)
			if err != nil {
				return err
			}
			if err := r.diagnostics(diags); err != nil || !verbose {
				return err
			}
			s, _ := gen.Load(path)
			printPromises(cmd, s.Graph)
			return nil
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show what each pipeline promises, and why, and when it runs next")
	o.flags(c, "say what is wrong as JSON, a line each")
	c.Flags().BoolVar(&o.annotations, "annotations", false, "say what is wrong as workflow commands, which code hosts turn into annotations")
	return c
}

// load reads a service and says what is wrong with its spec.
func load(r *reporter, path string) (*gen.Service, error) {
	s, diags := gen.Load(path)
	r.service = s
	return s, r.diagnostics(diags)
}

func printPromises(cmd *cobra.Command, g *spec.Graph) {
	for _, f := range g.Flows {
		for _, p := range f.Pipelines {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n    source: %s\n    why: %s\n", templates.Describe(p), p.Source, p.Why)
			if p.Proviso != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "    %s\n", p.Proviso)
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
