package gen_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/internal/testdir"
	"github.com/flowc-dev/flowc/templates"
)

var update = flag.Bool("update", false, "record what is generated, where it compiles")

// A golden case is a txtar archive: the files of a service as the user has
// them, and under got/ what flowc makes of them. Where it has a file "run", the
// service is run with its words as arguments: it must end with the status of the
// file "status" (0 without one), leave the files under want/ and have said the
// lines of "says". Where that file is named "serve", the service is stopped as
// soon as it has.
type goldenCase struct {
	path    string
	name    string // of its folder and its service
	archive *txtar.Archive
}

const (
	gotPrefix  = "got/"
	wantPrefix = "want/"
)

// ofTheRun are the files of a case that say how it is run.
var ofTheRun = []string{"run", "serve", "status", "says"}

// goldenCases are the cases whose generated files are recorded.
func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	return casesIn(t, "kinds", "rules")
}

// casesIn returns the cases of some folders of testdata.
func casesIn(t *testing.T, folders ...string) []goldenCase {
	t.Helper()
	var cases []goldenCase
	for _, folder := range folders {
		pattern := "../testdata/" + folder + "/*.txtar"
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no cases in %s (%v)", pattern, err)
		}
		for _, p := range paths {
			archive, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.NewReplacer(".txtar", "", ".", "_").Replace(filepath.Base(p))
			cases = append(cases, goldenCase{p, name, archive})
		}
	}
	return cases
}

// file returns a file of the archive, or "".
func (c goldenCase) file(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// lay writes the user's files of a case into a folder.
func (c goldenCase) lay(t *testing.T, dir string) {
	t.Helper()
	for _, f := range c.archive.Files {
		if strings.HasPrefix(f.Name, gotPrefix) || strings.HasPrefix(f.Name, wantPrefix) || slices.Contains(ofTheRun, f.Name) {
			continue
		}
		writeFile(t, filepath.Join(dir, f.Name), f.Data)
	}
}

func writeFile(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// layAll generates all cases in one module, in a folder, and returns what was
// generated for each case.
func layAll(t *testing.T, root string, cases []goldenCase) map[string][]gen.File {
	t.Helper()
	layModule(t, root)
	generated := map[string][]gen.File{}
	for _, c := range cases {
		dir := filepath.Join(root, c.name)
		c.lay(t, dir)
		s, diags := gen.Load(dir)
		if len(diags) > 0 {
			var b bytes.Buffer
			diags.Render(&b, false)
			t.Fatalf("%s: %s", c.path, &b)
		}
		plan, err := gen.NewPlan(s)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if len(plan.Mismatches) > 0 {
			t.Fatalf("%s: %+v", c.path, plan.Mismatches)
		}
		for _, e := range plan.Entries {
			generated[c.name] = append(generated[c.name], gen.File{Path: e.Path, Content: e.After})
		}
		if err := plan.Apply(false); err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
	}
	return generated
}

// buildFolder is where the cases are compiled: at one place, so that the programs
// that run are made of the packages that vet has looked at.
const buildFolder = "golden"

// layModule writes a go.mod that builds with this checkout.
func layModule(t *testing.T, root string) {
	t.Helper()
	checkout, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := gen.ModuleFor(checkout, "example.com/golden")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(root, "go.mod"), mod)
	writeFile(t, filepath.Join(root, "go.sum"), sum)
}

// TestGolden holds what flowc generates against what was recorded, and makes
// sure that it compiles and that vet has nothing to say.
func TestGolden(t *testing.T) {
	cases := goldenCases(t)
	root := testdir.Fixed(t, buildFolder)
	generated := layAll(t, root, cases)
	goCommand(t, root, "vet", "./...")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if *update {
				c.record(t, generated[c.name])
				return
			}
			c.compare(t, generated[c.name])
		})
	}
}

func goCommand(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.Command("go", args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (c goldenCase) compare(t *testing.T, files []gen.File) {
	for _, f := range files {
		want := c.file(gotPrefix + f.Path)
		if d := diff.Diff("recorded "+f.Path, []byte(want), "generated "+f.Path, f.Content); d != nil {
			t.Errorf("%s\n(go test ./gen -update records it)", d)
		}
	}
	for _, f := range c.archive.Files {
		name, ok := strings.CutPrefix(f.Name, gotPrefix)
		if ok && !contains(files, name) {
			t.Errorf("%s is recorded, but not generated any more", name)
		}
	}
}

func contains(files []gen.File, name string) bool {
	for _, f := range files {
		if f.Path == name {
			return true
		}
	}
	return false
}

// record writes what was generated into the archive.
func (c goldenCase) record(t *testing.T, files []gen.File) {
	kept := c.archive.Files[:0:0]
	for _, f := range c.archive.Files {
		if !strings.HasPrefix(f.Name, gotPrefix) {
			kept = append(kept, f)
		}
	}
	for _, f := range files {
		kept = append(kept, txtar.File{Name: gotPrefix + f.Path, Data: f.Content})
	}
	c.archive.Files = kept
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestGoldenStable generates each case twice and wants the same bytes.
func TestGoldenStable(t *testing.T) {
	cases := goldenCases(t)
	first, second := layAll(t, t.TempDir(), cases), layAll(t, t.TempDir(), cases)
	for _, c := range cases {
		for i, f := range first[c.name] {
			if !bytes.Equal(f.Content, second[c.name][i].Content) {
				t.Errorf("%s: %s differs from run to run", c.path, f.Path)
			}
		}
	}
}

// TestEveryKindHasAGolden keeps a kind from being added without one.
func TestEveryKindHasAGolden(t *testing.T) {
	for _, k := range templates.Kinds() {
		if k.Summary == "" {
			t.Errorf("kind %s has no summary", k.Name)
		}
		if k.NotBuilt {
			continue
		}
		if k.Example == "" {
			t.Errorf("kind %s has no example", k.Name)
		}
		if _, err := os.Stat("../testdata/kinds/" + k.Name + ".txtar"); err != nil {
			t.Errorf("kind %s has no golden case: %v", k.Name, err)
		}
	}
}
