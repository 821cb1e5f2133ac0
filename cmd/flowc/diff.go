package main

import (
	"os"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

// exitDiffers says that diff has something to show.
const exitDiffers = 1

func diffCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "diff [path]",
		Short: "say what a generate would change",
		Long: `diff shows what a generate would change, as a unified diff: files that are
missing or of an earlier spec, those that would go, those that somebody edited,
and stage functions whose signature would change. It writes nothing.

It ends with 0 where nothing would change, with 1 where something would, with 2
where it could not tell.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := newReporter(cmd, reportOptions{})
			plan, err := makePlan(r, servicePath(args))
			if err != nil {
				return exitError(exitUsage)
			}
			all := plan.All()
			for _, e := range all {
				if _, err := cmd.OutOrStdout().Write(unified(plan.Service, e)); err != nil {
					return err
				}
			}
			r.mismatches(plan)
			if len(all)+len(plan.Mismatches) > 0 {
				return exitError(exitDiffers)
			}
			return nil
		},
	}
}

// unified is the change of a file as a unified diff.
func unified(s *gen.Service, e gen.Entry) []byte {
	name := s.Rel(e.Path)
	before, after := name+" ("+e.Status.String()+")", name
	if e.Before == nil {
		before = os.DevNull
	}
	if e.After == nil {
		after = os.DevNull
	}
	return diff.Diff(before, e.Before, after, e.After)
}
