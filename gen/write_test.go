package gen_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
)

const smallSpec = `flowc   = 1
service = "small"
[stage.make]
out = "int"
[pipeline.p]
once   = true
stages = ["make"]
`

func planFor(t *testing.T, dir string) *gen.Plan {
	t.Helper()
	return planWith(t, dir, smallSpec)
}

func planWith(t *testing.T, dir, text string) *gen.Plan {
	t.Helper()
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/small\n"))
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(text))
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	plan, err := gen.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestApplyStaysInside puts a link to another folder in the way: nothing is
// written there, and nothing is left half written.
func TestApplyStaysInside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	plan := planFor(t, dir)
	if err := os.Symlink(outside, filepath.Join(dir, "records")); err != nil {
		t.Fatal(err)
	}
	if err := plan.Apply(false); err == nil {
		t.Error("a link that leaves the folder was followed")
	}
	for _, folder := range []string{outside, filepath.Join(dir, "flows", "small"), filepath.Join(dir, "cmd", "small")} {
		entries, err := os.ReadDir(folder)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if len(entries) > 0 {
			t.Errorf("%s holds %v", folder, entries)
		}
	}
}

// TestApplyTwice wants a second generate to find nothing to do.
func TestApplyTwice(t *testing.T) {
	dir := t.TempDir()
	if err := planFor(t, dir).Apply(false); err != nil {
		t.Fatal(err)
	}
	if again := planFor(t, dir); len(again.Entries) > 0 {
		t.Errorf("a second generate changes %v", again.Entries)
	}
}

// TestApplyKeepsModes gives files modes that no new file gets: they stay, and a
// stage that its user made read-only is not written.
func TestApplyKeepsModes(t *testing.T) {
	for _, stage := range []fs.FileMode{0o646, 0o444} {
		dir := t.TempDir()
		if err := planFor(t, dir).Apply(false); err != nil {
			t.Fatal(err)
		}
		want := map[string]fs.FileMode{"flows/small/pipelines.go": 0o646, "cmd/small/main.go": 0o444, gen.SumName: 0o664, "stages/make.go": stage}
		for name, mode := range want {
			if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
				t.Fatal(err)
			}
		}
		plan := planWith(t, dir, strings.NewReplacer(`"int"`, `"string"`, `"p"`, `"q"`, ".p]", ".q]").Replace(smallSpec))
		if len(plan.Entries) != 2+len(plan.Changed) || len(plan.Changed)+len(plan.Mismatches) != 1 || len(plan.Changed) == 1 != (stage != 0o444) {
			t.Errorf("%v: %v changes, %v is told", stage, plan.Changed, plan.Mismatches)
		}
		if err := plan.Apply(false); err != nil {
			t.Fatal(err)
		}
		for name, mode := range want {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.Mode().Perm() != mode {
				t.Errorf("%s has mode %v, not %v (%v)", name, info.Mode().Perm(), mode, err)
			}
		}
	}
}

// TestApplySavedMeanwhile saves a file of the user's between the plan and its
// writing: nothing at all is written.
func TestApplySavedMeanwhile(t *testing.T) {
	dir := t.TempDir()
	if err := planFor(t, dir).Apply(false); err != nil {
		t.Fatal(err)
	}
	plan := planWith(t, dir, strings.ReplaceAll(smallSpec, `"int"`, `"string"`))
	if err := appendTo(filepath.Join(dir, "stages/make.go")); err != nil {
		t.Fatal(err)
	}
	before := readAll(t, dir)
	if err := plan.Apply(false); err == nil || !strings.Contains(err.Error(), "stages/make.go was changed while flowc ran") {
		t.Errorf("the error is %v", err)
	}
	if after := readAll(t, dir); after != before {
		t.Errorf("something was written:\n%s\nwas\n%s", after, before)
	}
}

// readAll returns what flowc wrote into a folder.
func readAll(t *testing.T, dir string) string {
	t.Helper()
	all := ""
	for _, name := range []string{"flow.sum", "flows/small/pipelines.go", "cmd/small/main.go"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all += string(text)
	}
	return all
}
