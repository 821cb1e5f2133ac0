package gen

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Explanation is the page of an error code: what it means, an example that is
// wrong and one that is right.
type Explanation struct {
	Code  string
	Title string // in a line
	Text  string
	Wrong []txtar.File // the files of a service
	Right []txtar.File
}

// explanations holds a page a code, as a txtar archive: a line of title and the
// text, then the examples' files under wrong/ and right/.
//
//go:embed explain/*.txtar
var explanations embed.FS

const explainDir = "explain"

// ExplainedCodes are the codes that have a page, sorted.
func ExplainedCodes() []string {
	entries, _ := explanations.ReadDir(explainDir) // embedded
	var codes []string
	for _, e := range entries {
		codes = append(codes, strings.TrimSuffix(e.Name(), ".txtar"))
	}
	return codes
}

// Explain returns the page of a code; ok is false where there is no such code.
func Explain(code string) (x Explanation, ok bool) {
	text, err := explanations.ReadFile(path.Join(explainDir, code+".txtar"))
	if err != nil {
		return x, false
	}
	a := txtar.Parse(text)
	x.Code = code
	x.Title, x.Text, _ = strings.Cut(string(a.Comment), "\n")
	x.Text = strings.TrimSpace(x.Text)
	for _, f := range a.Files {
		folder, name, _ := strings.Cut(f.Name, "/")
		f.Name = name
		if folder == "wrong" {
			x.Wrong = append(x.Wrong, f)
		} else {
			x.Right = append(x.Right, f)
		}
	}
	return x, true
}

// Says is what flowc says of an example: it is asked, so that a page is never
// behind the compiler.
func Says(example []txtar.File) (string, error) {
	dir, err := os.MkdirTemp("", "flowc-explain-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	if !slices.ContainsFunc(example, func(f txtar.File) bool { return f.Name == "go.mod" }) {
		example = append(slices.Clone(example), txtar.File{Name: "go.mod", Data: []byte("module example.com/example\n")})
	}
	for _, f := range example {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(name, unmarked(f.Data), 0o666); err != nil {
			return "", err
		}
	}
	diags, err := Diagnose(dir)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	_ = diags.Render(&b, false) // to a text, which takes everything
	return strings.ReplaceAll(b.String(), dir, "the folder"), nil
}

// unmarked writes what a page cannot show as text in the place of its mark: what
// is far too long, a byte that is not UTF-8.
func unmarked(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("<4MiB>"), bytes.Repeat([]byte("#\n"), 2<<20))
	if mark := []byte("<20000 tables>"); bytes.Contains(text, mark) {
		var tables bytes.Buffer
		for i := range 20_000 {
			fmt.Fprintf(&tables, "[record.R%d]\nvalue = \"int\"\n", i)
		}
		text = bytes.ReplaceAll(text, mark, tables.Bytes())
	}
	return bytes.ReplaceAll(text, []byte("<FF>"), []byte{0xff})
}

// Render is the page as text: the examples indented, with what flowc says of the
// wrong one.
func (x Explanation) Render() (string, error) {
	says, err := Says(x.Wrong)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", x.Code, x.Title, x.Text)
	b.WriteString("\nWrong:\n\n" + exampleText(x.Wrong))
	b.WriteString("\nflowc says:\n\n" + indented(says))
	b.WriteString("\nRight:\n\n" + exampleText(x.Right))
	return b.String(), nil
}

func exampleText(files []txtar.File) string {
	var b strings.Builder
	for i, f := range files {
		if f.Name != SpecName {
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "  %s:\n\n", f.Name)
		}
		b.WriteString(indented(string(f.Data)))
	}
	return b.String()
}

// indented puts four spaces before each line that is not empty.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
