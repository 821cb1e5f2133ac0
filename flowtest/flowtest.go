// Package flowtest is for the tests of services that flowc compiles: it keeps
// what is committed and what flowc generates the same.
//
//	func TestGenerated(t *testing.T) { flowtest.Golden(t, "flow.toml") }
//
// It generates with the flowc that the module's go.mod pins, so that a new
// version of flowc, an edit of flow.toml without a generate, and an edit of a
// generated file are all found by "go test". "go test -update" generates.
//
// The flag is one for the whole package of a test: other golden tests in it get
// it by flag.Lookup("update"), and those that insist on a flag -update of their
// own stand in another package.
package flowtest

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/gen"
)

func init() {
	if flag.Lookup("update") == nil { // a golden library may have it already
		flag.Bool("update", false, "generate what is not up to date, instead of failing")
	}
}

// Golden fails the test where the files beside a flow.toml are not what flowc
// generates from it, with the difference of each; path is that of the file, or
// of its folder. With the flag -update it generates instead, and fails only
// where that is refused: where a generated file was edited, where something else
// stands in its place, where the spec has errors, where you have to change a
// signature.
func Golden(t testing.TB, path string) {
	t.Helper()
	unlock, err := gen.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	plan := plan(t, path)
	if flag.Lookup("update").Value.String() == "true" {
		if err := plan.Apply(false); err != nil {
			t.Fatalf("flowc generates nothing: %v", err)
		}
	} else {
		differences(t, plan)
	}
	for _, m := range plan.Mismatches {
		t.Errorf("%s:%d:%d: the spec asks for another signature; write\n  %s", plan.Service.Rel(m.Function.File), m.Function.Line, m.Function.Column, m.Want)
	}
}

// differences tells what a generate would change.
func differences(t testing.TB, plan *gen.Plan) {
	t.Helper()
	refused := plan.Refused(false)
	for _, e := range plan.All() {
		name, hint := filepath.ToSlash(plan.Service.Rel(e.Path)), ""
		if refused == nil {
			hint = " (go test -update generates it)"
		}
		t.Errorf("%s is %s%s:\n%s", name, e.Status, hint, diff.Diff(name, e.Before, "generated "+name, e.After))
	}
	if refused != nil {
		t.Error(refused)
	}
}

// plan loads a service and finds out what a generate would change.
func plan(t testing.TB, path string) *gen.Plan {
	t.Helper()
	s, diags := gen.Load(path)
	if diags.HasErrors() {
		var text strings.Builder
		_ = diags.Render(&text, false) // to a text, which takes everything
		t.Fatalf("%s has errors:\n%s", path, &text)
	}
	plan, err := gen.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}
