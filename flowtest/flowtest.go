// Package flowtest is for the tests of services that flowc compiles: it keeps
// what is committed and what flowc generates the same.
//
//	func TestGenerated(t *testing.T) { flowtest.Golden(t, "flow.toml") }
//
// It generates with the flowc that the module's go.mod pins, so that a new
// version of flowc, an edit of flow.toml without a generate, and an edit of a
// generated file are all found by "go test". "go test -update" generates.
package flowtest

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/gen"
)

// update is set by "go test -update", also for golden tests of the package's
// own that use a flag of this name.
var update = flag.Bool("update", false, "generate what is not up to date, instead of failing")

// Golden fails the test where the files beside a flow.toml are not what flowc
// generates from it, with the difference of each; path is that of the file, or
// of its folder. With the flag -update it generates instead, and fails only
// where that is refused: where a generated file was edited, where something else
// stands in its place, where the spec has errors.
func Golden(t testing.TB, path string) {
	t.Helper()
	unlock, err := gen.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	plan := plan(t, path)
	if *update {
		if err := plan.Apply(false); err != nil {
			t.Errorf("flowc generates nothing: %v", err)
		}
		return
	}
	for _, e := range plan.All() {
		name := filepath.ToSlash(plan.Service.Rel(e.Path))
		t.Errorf("%s is %s (go test -update generates it):\n%s", name, e.Status, diff.Diff(name, e.Before, "generated "+name, e.After))
	}
	for _, m := range plan.Mismatches {
		t.Errorf("%s:%d:%d: the spec asks for another signature; write\n  %s", plan.Service.Rel(m.Function.File), m.Function.Line, m.Function.Column, m.Want)
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
