package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"

	"github.com/flowc-dev/flowc/gen"
)

func generateCommand() *cobra.Command {
	var o generateOptions
	c := &cobra.Command{
		Use:   "generate [path]",
		Short: "write the Go of a service",
		Long: `generate writes the Go of a service beside its flow.toml. It changes files of
flowc's only. Stubs of stage functions are written once and are then yours:
where the spec asks for another signature, that is changed at its bytes, with the
imports it needs, and nothing else.

A file of flowc's that somebody edited is refused, with the difference, and so
is one that stands in the way: then nothing is written.`,
		Example: `  flowc generate                 the service in this folder
  //go:generate go tool flowc generate
  flowc generate examples/plant  the service in another
  flowc generate -check          write nothing; name what is not up to date`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case !o.watch && gen.UpToDate(servicePath(args)):
				return nil
			case o.watch:
				return generateOnSave(cmd, servicePath(args), o)
			case o.check:
				return check(cmd, servicePath(args), o)
			}
			_, err := generate(cmd, servicePath(args), o)
			return err
		},
	}
	f := c.Flags()
	f.BoolVar(&o.check, "check", false, "write nothing; name the files that are not up to date, and end with 1 where there are any")
	f.BoolVar(&o.force, "force", false, "write over files of flowc's that somebody edited")
	f.BoolVar(&o.watch, "watch", false, "generate again whenever flow.toml or a Go file changes")
	o.flags(c, "say what was done as JSON, a line each")
	c.MarkFlagsMutuallyExclusive("check", "force")
	c.MarkFlagsMutuallyExclusive("check", "watch")
	return c
}

// generateOptions are the flags of generate.
type generateOptions struct {
	reportOptions
	check, force bool
}

// generate checks a service, writes its files and says what it did.
func generate(cmd *cobra.Command, path string, o generateOptions) (*gen.Service, error) {
	unlock, err := gen.Lock(path)
	if err != nil {
		return nil, err
	}
	defer unlock()
	r := newReporter(cmd, o.reportOptions)
	plan, err := makePlan(r, path)
	if err != nil {
		return nil, err
	}
	if err := plan.Apply(o.force); err != nil {
		r.failed(err)
		r.refused(plan, o.force)
		return nil, exitError(exitFailed)
	}
	r.generated(plan)
	if len(plan.Mismatches) > 0 {
		return nil, exitError(exitFailed)
	}
	if plan.Service.Warnings == 0 && missingRequire(plan.Service) == "" { // which a run has to say again
		plan.MarkUpToDate()
	}
	return plan.Service, nil
}

// makePlan reads a service and finds out what a generate would change.
func makePlan(r *reporter, path string) (*gen.Plan, error) {
	s, err := load(r, path)
	if err != nil {
		return nil, err
	}
	plan, err := gen.NewPlan(s)
	if err != nil {
		r.failed(err)
		return nil, exitError(exitFailed)
	}
	return plan, nil
}

// check names what a generate would change.
func check(cmd *cobra.Command, path string, o generateOptions) error {
	r := newReporter(cmd, o.reportOptions)
	plan, err := makePlan(r, path)
	if err != nil {
		return err
	}
	for _, e := range plan.All() {
		r.say(event{Event: eventOutdated, File: e.Path, Status: e.Status.String()})
	}
	r.mismatches(plan)
	if len(plan.All())+len(plan.Mismatches) > 0 {
		return exitError(exitFailed)
	}
	return nil
}

// missingRequire returns the go get line that go.mod needs; go.mod is the
// user's, so flowc does not run it.
func missingRequire(s *gen.Service) string {
	text, err := os.ReadFile(filepath.Join(s.Module, "go.mod"))
	if err != nil {
		return ""
	}
	f, err := modfile.ParseLax("go.mod", text, nil)
	if err != nil || f.Module == nil || f.Module.Mod.Path == gen.ModulePath {
		return ""
	}
	for _, r := range f.Require {
		if r.Mod.Path == gen.ModulePath {
			return ""
		}
	}
	return "go get " + gen.ModulePath + "/flow@latest"
}
