package format_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/internal/hostile"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/spec/format"
	"github.com/flowc-dev/flowc/templates"
)

var update = flag.Bool("update", false, "write the golden cases of testdata/fmt anew")

// formatted returns the canonical form of a text that is TOML.
func formatted(t testing.TB, name string, text []byte) []byte {
	t.Helper()
	f, diags := spec.Parse(name, text)
	if f == nil {
		t.Fatalf("%s: %v", name, diags)
	}
	after, err := format.File(f, templates.Specs(templates.Kinds()))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return after
}

// TestFormat formats the cases of testdata/fmt: a file, and what it becomes.
func TestFormat(t *testing.T) {
	cases, err := filepath.Glob("../../testdata/fmt/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases (%v)", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil || len(a.Files) != 2 {
				t.Fatalf("%d files, not two: before and after (%v)", len(a.Files), err)
			}
			got := formatted(t, "flow.toml", a.Files[0].Data)
			if *update {
				a.Files[1].Data = got
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(a.Files[1].Data), string(got)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(string(got), string(formatted(t, "flow.toml", got))); d != "" {
				t.Errorf("formatting again changes it: %s", d)
			}
		})
	}
}

// FuzzFormat wants what is formatted to be TOML that means the same, which File
// itself asserts, and to stay as it is when it is formatted again.
func FuzzFormat(f *testing.F) {
	seeds, err := hostile.Cases("../../testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range seeds {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if file, _ := spec.Parse("flow.toml", text); file == nil {
			return
		}
		once := formatted(t, "flow.toml", text)
		if d := cmp.Diff(string(once), string(formatted(t, "flow.toml", once))); d != "" {
			t.Errorf("formatting again changes it: %s", d)
		}
	})
}

// TestFormatKeepsLineEnds wants a file of Windows to stay one, and a byte order
// mark to stay.
func TestFormatKeepsLineEnds(t *testing.T) {
	got := string(formatted(t, "flow.toml", []byte("\uFEFFb = [ # c\r\n1]\r\na='''\r\nx\n'''\r\n")))
	if want := "\uFEFFb = [\r\n  # c\r\n  1,\r\n]\r\na = '''\r\nx\n'''\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFormatted wants our own files to be in canonical form: the examples, what
// flowc init writes, and the golden cases that are written by its rules.
func TestFormatted(t *testing.T) {
	files := map[string]string{}
	examples, err := filepath.Glob("../../examples/*/flow.toml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	starter, err := templates.Starter("weather", "example.com/weather")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range starter {
		if filepath.Ext(f.Path) == ".toml" {
			files["flowc init: "+f.Path] = string(f.Content)
		}
	}
	for _, s := range spec.Schemas() {
		files["example of "+s.Name] = s.Example + "\n"
	}
	for _, k := range templates.Kinds() {
		if k.Example != "" {
			files["example of "+k.Name] = k.Example + "\n"
		}
	}
	for name, text := range files {
		if d := cmp.Diff(text, string(formatted(t, name, []byte(text)))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
