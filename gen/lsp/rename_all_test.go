package lsp

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestRenameAll gives everything that has a name in the golden cases another
// name, where it is named last, and then its own again: in between the service is
// as sound as it was, and nothing has the old name.
func TestRenameAll(t *testing.T) {
	renamed := 0
	for _, pattern := range []string{"kinds", "rules", "wiredflow", "twins"} {
		names, err := filepath.Glob("../../testdata/" + pattern + "/*.txtar")
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no cases (%v)", pattern, err)
		}
		for _, name := range names {
			t.Run(pattern+"/"+filepath.Base(name), func(t *testing.T) {
				a, err := txtar.ParseFile(name)
				if err != nil {
					t.Fatal(err)
				}
				renamed += renameAll(t, newService(a))
			})
		}
	}
	if renamed < 200 {
		t.Errorf("only %d names were tried", renamed)
	}
}

// newService opens the spec files of an archive in a server without an editor.
func newService(a *txtar.Archive) *server {
	s := &server{open: documents{}}
	for _, f := range a.Files {
		if strings.HasSuffix(f.Name, ".toml") {
			path := "/x/" + f.Name
			s.open[path] = &document{uri: documents{}.uri(path), text: f.Data}
		}
	}
	return s
}

// renameAll renames each name of a service there and back.
func renameAll(t *testing.T, s *server) (renamed int) {
	before := newSnapshot("/x", s.open.read)
	if !before.sound {
		return 0 // its files are of several services
	}
	texts := s.open.clone()
	for i, o := range before.places {
		last := !slices.ContainsFunc(before.places[i+1:], func(x occurrence) bool { return x.symbol == o.symbol })
		if o.kind == fieldKind || !last {
			continue
		}
		another := "zz_another"
		if o.kind == "record" {
			another = "ZzAnother"
		}
		s.renameAt(t, o, another)
		now := newSnapshot("/x", s.open.read)
		if !now.sound || len(now.of(o.symbol)) > 0 || len(now.of(symbol{o.kind, another})) != len(before.of(o.symbol)) {
			t.Fatalf("%s %s became another in\n%s", o.kind, o.name, s.open["/x/flow.toml"].text)
		}
		first := slices.IndexFunc(now.places, func(x occurrence) bool { return x.symbol == symbol{o.kind, another} })
		s.renameAt(t, now.places[first], o.name)
		for path, doc := range texts {
			if d := cmp.Diff(string(doc.text), string(s.open[path].text)); d != "" {
				t.Fatalf("%s %s, renamed there and back: %s", o.kind, o.name, d)
			}
		}
		renamed++
	}
	return renamed
}

// renameAt renames what stands at an occurrence, as an editor does.
func (s *server) renameAt(t *testing.T, o occurrence, name string) {
	t.Helper()
	path := filepath.Join("/x", o.span.Source.Name)
	at := newLines(s.open[path].text, true).position(o.span.End)
	answer, err := s.rename(renameParams{placeParams{textDocument{URI: s.open[path].uri}, at}, name})
	if err != nil {
		t.Fatalf("%s %s: %v", o.kind, o.name, err)
	}
	for uri, edits := range answer.(workspaceEdit).Changes {
		path, _ := pathOf(uri)
		s.open[path].text = []byte(apply(string(s.open[path].text), edits...))
	}
}
