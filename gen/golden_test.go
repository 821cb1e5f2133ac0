package gen_test

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/templates"
)

var update = flag.Bool("update", false, "record what is generated, where it compiles")

// A golden case is a txtar archive: the files of a service as the user has
// them, and under got/ what flowc makes of them. Where it has a file "run", the
// service is run with its lines as arguments, and must leave the files under
// want/.
type goldenCase struct {
	path    string
	name    string // of its folder and its service
	archive *txtar.Archive
}

const (
	gotPrefix  = "got/"
	wantPrefix = "want/"
)

func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	var cases []goldenCase
	for _, pattern := range []string{"../testdata/kinds/*.txtar", "../testdata/rules/*.txtar"} {
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
		if strings.HasPrefix(f.Name, gotPrefix) || strings.HasPrefix(f.Name, wantPrefix) || f.Name == "run" {
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

// layAll generates all cases in one module and returns its folder, and what was
// generated for each case.
func layAll(t *testing.T, cases []goldenCase) (string, map[string][]gen.File) {
	t.Helper()
	root := t.TempDir()
	layModule(t, root)
	generated := map[string][]gen.File{}
	for _, c := range cases {
		dir := filepath.Join(root, c.name)
		c.lay(t, dir)
		s, diags := gen.Load(dir)
		if len(diags) > 0 {
			var b bytes.Buffer
			diags.Render(&b)
			t.Fatalf("%s: %s", c.path, &b)
		}
		plan, err := gen.NewPlan(s)
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		if len(plan.Mismatches) > 0 {
			t.Fatalf("%s: %+v", c.path, plan.Mismatches)
		}
		generated[c.name] = plan.Write
		if err := plan.Apply(); err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
	}
	return root, generated
}

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
	root, generated := layAll(t, cases)
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
		if f.Path == gen.SumName {
			continue
		}
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
		if f.Path != gen.SumName {
			kept = append(kept, txtar.File{Name: gotPrefix + f.Path, Data: f.Content})
		}
	}
	c.archive.Files = kept
	if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestGoldenRuns builds and runs the cases that say how, and looks at what they
// leave.
func TestGoldenRuns(t *testing.T) {
	var cases []goldenCase
	for _, c := range goldenCases(t) {
		if c.file("run") != "" {
			cases = append(cases, c)
		}
	}
	root, _ := layAll(t, cases)
	programs := []string{"build", "-o", filepath.Join(root, "bin") + string(filepath.Separator)}
	for _, c := range cases {
		programs = append(programs, "./"+c.name+"/cmd/"+c.name)
	}
	goCommand(t, root, programs...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, root)
		})
	}
}

// run runs the program of a case in its folder, with a free port in PORT.
func (c goldenCase) run(t *testing.T, root string) {
	dir := filepath.Join(root, c.name)
	program := exec.Command(filepath.Join(root, "bin", c.name), strings.Fields(c.file("run"))...)
	program.Dir = dir
	program.Env = append(os.Environ(), "PORT="+freePort(t))
	timer := time.AfterFunc(time.Minute, func() { program.Process.Kill() })
	defer timer.Stop()
	out, err := program.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, f := range c.archive.Files {
		name, ok := strings.CutPrefix(f.Name, wantPrefix)
		if !ok {
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if d := diff.Diff("want "+name, f.Data, "got "+name, got); d != nil {
			t.Errorf("%s\n%s", d, out)
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// TestGoldenStable generates each case twice and wants the same bytes.
func TestGoldenStable(t *testing.T) {
	cases := goldenCases(t)
	_, first := layAll(t, cases)
	_, second := layAll(t, cases)
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
