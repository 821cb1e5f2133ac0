package docs_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

const fromWiredflow = "from-wiredflow.md"

var (
	inCode   = regexp.MustCompile("`([^`]+)`")
	testName = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)|^\t+(?:t\.Run\(|s\.(?:with|each)\(t, )"([^"]+)", `)
)

// TestProofs wants what from-wiredflow.md names as a proof to exist: the last
// cell of each row names examples, cases and tests.
func TestProofs(t *testing.T) {
	tests := testsOf(t, os.DirFS(".."))
	proofs := 0
	for n, line := range strings.Split(read(t, fromWiredflow), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "wiredflow" || cells[0] == "fault" || strings.HasPrefix(cells[len(cells)-1], "not yet: ") {
			continue
		}
		names := inCode.FindAllStringSubmatch(cells[len(cells)-1], -1)
		if len(names) == 0 {
			t.Errorf("%s:%d: the row has no proof", fromWiredflow, n+1)
		}
		for _, name := range names {
			proofs++
			if _, err := os.Stat("../" + name[1]); err == nil {
				continue
			}
			test, part, _ := strings.Cut(name[1], "/")
			if !tests[test] || part != "" && !tests[part] {
				t.Errorf("%s:%d: there is no example, case or test %s", fromWiredflow, n+1, name[1])
			}
		}
	}
	if proofs < 30 {
		t.Errorf("only %d proofs: has the form of the tables changed?", proofs)
	}
}

// testsOf returns the names of all tests of the module, and of all subtests that
// have a fixed one.
func testsOf(t *testing.T, module fs.FS) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := fs.WalkDir(module, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".go" {
			return err
		}
		text, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		for _, m := range testName.FindAllSubmatch(text, -1) {
			names[string(m[1])+string(m[2])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
