package docs_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

//go:generate go test . -run ^Test(Reference|Schema)$ -update

var update = flag.Bool("update", false, "write docs/reference and docs/flow.schema.json anew")

// TestReference keeps docs/reference what the tables of flowc say.
func TestReference(t *testing.T) {
	var names []string
	for _, f := range templates.References() {
		name := filepath.Join("reference", f.Path)
		names = append(names, name)
		if *update {
			writePage(t, name, f.Content)
		}
		have, _ := os.ReadFile(name) // a missing one differs
		if d := diff.Diff("docs/"+name, have, "generated", f.Content); d != nil {
			t.Errorf("%s\n(go generate ./docs writes it)", d)
		}
	}
	pages, err := filepath.Glob("reference/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		switch {
		case slices.Contains(names, name):
		case *update:
			if err := os.Remove(name); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("docs/%s is the page of no table and no kind (go generate ./docs removes it)", name)
		}
	}
}

func writePage(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestReferencePages wants everything that a page needs of the kinds that are
// built.
func TestReferencePages(t *testing.T) {
	for _, k := range templates.Kinds() {
		if k.NotBuilt {
			continue
		}
		uses := map[string]bool{"First": k.First, "Later": k.Later && (k.Sends || k.Loads), "Ask": k.Later && k.Asks}
		for use, text := range map[string]string{"First": k.Uses.First, "Later": k.Uses.Later, "Ask": k.Uses.Ask} {
			if uses[use] != (text != "") {
				t.Errorf("kind %s: Uses.%s is %q; may it be used so? %t", k.Name, use, text, uses[use])
			}
		}
		base := spec.Lossy
		if k.Source != nil {
			base, _ = k.SourceWith("")
		}
		for _, v := range k.Variants {
			if class, diags := k.SourceWith(v); len(diags) > 0 || class == base {
				t.Errorf("kind %s: %s makes the source %v, as it is without (%v)", k.Name, v, class, diags)
			}
		}
	}
}

// TestKindsFitATerminal wants no line of flowc kinds to be longer than 80
// columns.
func TestKindsFitATerminal(t *testing.T) {
	kinds, tables := templates.KindPages(), templates.TablePages()
	texts := []string{templates.Overview(kinds), templates.Overview(tables)}
	for _, p := range append(kinds, tables...) {
		texts = append(texts, p.Text())
	}
	for _, text := range texts {
		for line := range strings.SplitSeq(text, "\n") {
			if utf8.RuneCountInString(line) > 80 {
				t.Errorf("too long: %s", line)
			}
		}
	}
}

// surroundings are what the examples of kinds name.
const surroundings = `flowc   = 1
service = "examples"

[record.Reading]
id     = "int"
name   = "string"
sensor = "string"
value  = "float64"
at     = "time"
saved  = "time?"

[record.Report]
city = "string"
temp = "float64"

[record.Order]
id    = "int"
title = "string"

[connection.broker]
url = "mqtt:embedded"

[store.readings]
record = "Reading"
url    = "sqlite:data/readings.db"
key    = ["sensor", "at"]
stamp  = "saved"

[stage.feed]
out = "Reading"
`

// TestKindExamples puts the example of each kind into a small service, at the
// first place if it may stand there as it is, else behind a stage.
func TestKindExamples(t *testing.T) {
	for _, k := range templates.Kinds() {
		if k.Example == "" {
			continue
		}
		name, _, ok := strings.Cut(strings.TrimPrefix(k.Example, "[stage."), "]")
		if !ok || !strings.Contains(k.Example, "\""+k.Name+"\"") {
			t.Errorf("kind %s: the example is no [stage.NAME] of this kind:\n%s", k.Name, k.Example)
			continue
		}
		stages, trigger := "\"feed\", \""+name+"\"", "once = true\n"
		if k.First && (!k.NeedsOut || strings.Contains(k.Example, "\nout ")) && !strings.Contains(k.Example, "\"{") {
			stages = "\"" + name + "\""
		}
		if k.Waits {
			trigger = ""
		}
		wrong(t, k.Name, k.NotBuilt, surroundings+"\n"+k.Example+"\n[pipeline.p]\n"+trigger+"stages = ["+stages+"]\n")
	}
}

// TestTableExamples makes one service of the examples of all tables.
func TestTableExamples(t *testing.T) {
	var b strings.Builder
	anyNotBuilt := false
	for _, s := range spec.Schemas() {
		anyNotBuilt = anyNotBuilt || s.NotBuilt
		b.WriteString(s.Example + "\n\n")
	}
	wrong(t, "tables", anyNotBuilt, b.String())
}

// notBuiltCode is the code of errors about what flowc cannot generate.
const notBuiltCode = "FLOW090"

// wrong reports what the compiler says of an example. It must say that it is
// not built where the pages do, and only there.
func wrong(t *testing.T, name string, notBuilt bool, text string) {
	t.Helper()
	marked := false
	var errs spec.Diagnostics
	for _, d := range resolve(text) {
		if d.Code == notBuiltCode {
			marked = true
		}
		if d.Severity == spec.Error && (d.Code != notBuiltCode || !notBuilt) {
			errs = append(errs, d)
		}
	}
	if notBuilt && !marked {
		t.Errorf("example of %s: the pages say that it is not built, and the compiler takes it", name)
	}
	if len(errs) > 0 {
		var out bytes.Buffer
		if err := errs.Render(&out, false); err != nil {
			t.Fatal(err)
		}
		t.Errorf("example of %s:\n%s\n%s", name, &out, text)
	}
}
