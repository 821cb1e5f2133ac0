package gen_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/gen"
)

const errorCases = "../testdata/errors"

// TestErrors (-update records anew) loads each spec of testdata/errors and compares what the compiler
// says of it with what is recorded. A case is files of a service (flow.toml and
// those it includes) and "want".
func TestErrors(t *testing.T) {
	for _, name := range errorFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, have := wanted(archive), diagnose(t, archive)
			if want == have {
				return
			}
			if *update {
				record(t, name, archive, have)
				return
			}
			t.Errorf("%s", diff.Diff("want", []byte(want), "have", []byte(have)))
		})
	}
}

// TestErrorsCovered asserts that every code of a message has a case.
func TestErrorsCovered(t *testing.T) {
	var all strings.Builder
	for _, name := range errorFiles(t) {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(wanted(archive))
	}
	for _, code := range errorCodes(t) {
		if !strings.Contains(all.String(), "["+code+"]") {
			t.Errorf("no case in %s shows %s", errorCases, code)
		}
	}
}

func errorFiles(t *testing.T) []string {
	t.Helper()
	list, err := filepath.Glob(errorCases + "/*.txtar")
	if err != nil || len(list) == 0 {
		t.Fatal("no cases: ", err)
	}
	return list
}

func wanted(a *txtar.Archive) string {
	for _, f := range a.Files {
		if f.Name == "want" {
			return string(f.Data)
		}
	}
	return ""
}

// diagnose loads the files of a case as a service.
func diagnose(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	files := append([]txtar.File{{Name: "go.mod", Data: []byte("module example.com/t\n")}}, a.Files...)
	for _, f := range files {
		if f.Name == "want" {
			continue
		}
		writeFile(t, filepath.Join(dir, filepath.FromSlash(f.Name)), unescape(f.Data))
	}
	diags, err := gen.Diagnose(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := diags.Render(&b, false); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), dir, "$DIR")
}

// unescape writes what a txtar file cannot hold as text: a byte order mark, a
// byte that is not UTF-8, a carriage return, and what is far too long.
func unescape(data []byte) []byte {
	r := strings.NewReplacer("<4MiB>", strings.Repeat("#\n", 2<<20), "<20000 tables>", manyTables(20_000), "<10000 tables>", manyTables(10_000), "<BOM>", "\uFEFF", "<FF>", "\xff", "<CR>", "\r")
	return []byte(r.Replace(string(data)))
}

func manyTables(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "[record.R%d]\na = \"int\"\n", i)
	}
	return b.String()
}

func record(t *testing.T, name string, a *txtar.Archive, have string) {
	t.Helper()
	var files []txtar.File
	for _, f := range a.Files {
		if f.Name != "want" {
			files = append(files, f)
		}
	}
	a.Files = append(files, txtar.File{Name: "want", Data: []byte(have)})
	if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

var codePattern = regexp.MustCompile(`^"(FLOW[0-9]{3})"$`)

// errorCodes reads the codes of the messages from their source: spec/errors.go,
// and the files of the kinds.
func errorCodes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../templates/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no kinds: ", err)
	}
	var codes []string
	for _, name := range append(files, "../spec/errors.go") {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok {
				if m := codePattern.FindStringSubmatch(lit.Value); m != nil {
					codes = append(codes, m[1])
				}
			}
			return true
		})
	}
	return codes
}
