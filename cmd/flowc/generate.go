package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"

	"github.com/flowc-dev/flowc/gen"
)

func generateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "generate [path]",
		Short: "write the Go of a service",
		Long: `generate writes the Go of a service beside its flow.toml. It changes files of
flowc's only; stubs of stage functions are written once and are then yours.`,
		Example: `  flowc generate                 the service in this folder
  //go:generate go tool flowc generate
  flowc generate examples/plant  the service in another`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := generate(cmd, servicePath(args))
			return err
		},
	}
}

// generate checks a service, writes its files and says what it did.
func generate(cmd *cobra.Command, path string) (*gen.Service, error) {
	s, err := load(cmd, path)
	if err != nil {
		return nil, err
	}
	plan, err := gen.NewPlan(s)
	if err == nil {
		err = plan.Apply()
	}
	if err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "flowc: nothing was generated:\n  %s\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return nil, exitError(exitFailed)
	}
	report(cmd, plan)
	if len(plan.Mismatches) > 0 {
		return nil, exitError(exitFailed)
	}
	return s, nil
}

// report says what a generate did, a line each.
func report(cmd *cobra.Command, p *gen.Plan) {
	out, errs := cmd.OutOrStdout(), cmd.ErrOrStderr()
	for _, f := range p.Stubs() {
		fmt.Fprintf(out, "new stub %s: write the body of its function\n", p.Service.Rel(f.Path))
	}
	for _, c := range p.Changed {
		fmt.Fprintf(out, "%s:%d: changed to %s\n", p.Service.Rel(c.Function.File), c.Function.Line, c.Want)
	}
	for _, name := range p.Remove {
		fmt.Fprintf(out, "removed %s\n", p.Service.Rel(name))
	}
	for _, f := range p.Unused {
		fmt.Fprintf(out, "%s:%d: no stage names function %s any more; it is yours to delete, or to rename where its stage was renamed\n", p.Service.Rel(f.File), f.Line, f.Name)
	}
	for _, m := range p.Mismatches {
		fmt.Fprintf(errs, "%s:%d: error: the spec asks for another signature; write\n  %s\n", p.Service.Rel(m.Function.File), m.Function.Line, m.Want)
	}
	if missing := missingRequire(p.Service); missing != "" {
		fmt.Fprintf(errs, "go.mod lacks what the generated code imports; run\n  %s\n", missing)
	}
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
