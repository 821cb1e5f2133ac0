package gen_test

import (
	"os"
	"path/filepath"
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
	writeFile(t, filepath.Join(dir, "go.mod"), []byte("module example.com/small\n"))
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(smallSpec))
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
