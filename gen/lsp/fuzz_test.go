package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/internal/campaign"
	"github.com/flowc-dev/flowc/internal/hostile"
	"github.com/flowc-dev/flowc/spec"
)

// requests is how many ask makes.
const requests = 7

// ask makes every request at a position of a text.
func ask(t *testing.T, text string, p Position) {
	t.Helper()
	s := &server{open: documents{"/x/flow.toml": {uri: "file:///x/flow.toml", text: []byte(text)}}}
	at := placeParams{textDocument{URI: "file:///x/flow.toml"}, p}
	list, err := s.completion(at)
	if err != nil {
		t.Fatal(err)
	}
	l := newLines([]byte(text), true)
	for _, x := range list.([]completionItem) {
		if start, end := l.offset(x.TextEdit.Range.Start), l.offset(x.TextEdit.Range.End); start > end {
			t.Fatalf("%q at %v replaces %v", text, p, x.TextEdit.Range)
		}
	}
	if _, err := s.hover(at); err != nil {
		t.Fatal(err)
	}
	if _, err := s.definition(at); err != nil {
		t.Fatal(err)
	}
	if _, err := s.references(referenceParams{placeParams: at}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.prepareRename(at); err != nil {
		t.Fatal(err)
	}
	if edit, err := s.rename(renameParams{at, "another"}); err == nil {
		checkRename(t, text, edit)
	}
	if _, err := s.formatting(documentParams{at.TextDocument}); err != nil {
		t.Fatal(err)
	}
}

// checkRename makes sure that the edits of a rename leave TOML behind.
func checkRename(t *testing.T, text string, edit any) {
	t.Helper()
	e, ok := edit.(workspaceEdit)
	if !ok {
		return
	}
	after := apply(text, e.Changes["file:///x/flow.toml"]...)
	if _, diags := spec.Parse("flow.toml", []byte(after)); diags.HasErrors() {
		t.Fatalf("%q became %q, which is no TOML: %v", text, after, diags)
	}
}

// FuzzRequests asks at any position of any text.
func FuzzRequests(f *testing.F) {
	for _, c := range completions {
		before, after, _ := strings.Cut(service+c.text, cursor)
		p := positionBehind(before)
		f.Add(before+after, p.Line, p.Character)
	}
	for _, text := range []string{"", "\uFEFF[", "a = \"\"\"", "[[[", "a.b.c = {[{[", "x = ']]", "\r\r\n=", "[stage.\"x\".y]\nz = 1 # é", "[stage.x]\n\"\" = 1\n'' = 2", "\x00 = \x7f"} {
		f.Add(text, 0, 1)
		f.Add(text, 1, 3)
	}
	f.Fuzz(func(t *testing.T, text string, line, character int) {
		ask(t, text, Position{line, character})
	})
}

// FuzzMend mends any text: it keeps its places, and is TOML.
func FuzzMend(f *testing.F) {
	for _, c := range completions {
		f.Add(strings.ReplaceAll(c.text, cursor, ""))
	}
	f.Fuzz(func(t *testing.T, text string) {
		mended := mend([]byte(text))
		if mended != nil && len(mended) != len(text) {
			t.Errorf("%q became %q", text, mended)
		}
		if again := mend(mended); string(again) != string(mended) {
			t.Errorf("%q became %q, and then %q", text, mended, again)
		}
	})
}

// TestErrorCases asks at places of each spec that is wrong in some way.
func TestErrorCases(t *testing.T) {
	names, err := filepath.Glob("../../testdata/errors/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases: ", err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range txtar.Parse(text).Files {
			if f.Name != "flow.toml" || len(f.Data) > 4000 {
				continue
			}
			l := newLines(f.Data, true)
			for offset := 0; offset <= len(f.Data); offset += campaign.Size(997, 97) {
				ask(t, string(f.Data), l.position(offset))
			}
		}
	}
}

// TestHostile answers, whatever stands there, in a time that goes by its size:
// where it is mended, and where it is too large for that.
func TestHostile(t *testing.T) {
	sizes := []int{1 << 13}
	if campaign.Long() {
		sizes = []int{1 << 16, 4 << 20}
	}
	for name, unit := range map[string]string{
		"unclosed lists": "a = [\n", "brackets": "[", "braces": "a={", "quotes": `"`, "triples": "a = \"\"\"\nb = '''\n", "headers": "[stage.x]\n",
		"keys": "a = 1\n", "strings": `"a", `, "dots": "a.", "equals": "=", "commas": "a = [,\n", "steps": "[pipeline.p]\nstages = [\"a\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range sizes {
				text := strings.Repeat(unit, size/len(unit))
				p := newLines([]byte(text), true).position(size / 2)
				if took := hostile.Took(func() { ask(t, text, p) }); took > requests*hostile.MostTime() {
					t.Errorf("%d bytes took %v of processor time", size, took)
				}
			}
		})
	}
}
