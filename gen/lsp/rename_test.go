package lsp

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// factory is plant with a stage in several places, and the user's Go.
const factory = plant + `
[stage.alert]
kind = "http.post"
url  = "http://127.0.0.1/{sensor}"

[stage.alert.query]
escaped = "{{sensor}/\t{sensor}"

[stage.alert.retry]
attempts = 2

[stage.load]
kind  = "store.load"
store = "readings"
where = { sensor = "{sensor}" }

[pipeline.again]
after    = ["gather"]
stages   = ["load", "core", ["alert", "store.sums"]]

[flow.one]
pipelines = ["gather", "again"]
-- stages/core.go --
package stages

import (
	"context"

	"example.com/t/records"
)

// Core is stage "core". Core sums up; Cores do not.
//
/* é */
func Core(ctx context.Context, in records.Reading) (records.Reading, error) {
	var other struct{ Core int }
	other.Core++
	return records.Reading{Sensor: in.Sensor}, nil
}

type T struct{ records.Reading }

// Core is no stage.
func (T) Core() {}
-- stages/core_test.go --
package stages

var again = Core

var list = struct{ Core int }{Core: 1}
-- stages/out_test.go --
package stages_test

import "example.com/t/stages"

var f = stages.Core
`

// locations are those of the places of cursors in the files of an archive: each
// is "flow.toml:3:5", counted from 1.
func (e *editor) places(list []Location) (places []string) {
	e.Helper()
	for _, at := range list {
		path, ok := pathOf(at.URI)
		if !ok {
			e.Fatalf("no path: %v", at)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			e.Fatal(err)
		}
		l := newLines(text, false)
		rel, _ := filepath.Rel(e.dir, path)
		line, _, _ := strings.Cut(string(text[l.starts[at.Range.Start.Line]:]), "\n")
		places = append(places, filepath.ToSlash(rel)+": "+line+": "+string(text[l.offset(at.Range.Start):l.offset(at.Range.End)]))
	}
	return places
}

// openAt opens a file as it is on disk, with a cursor in it.
func (e *editor) openAt(name, at string) Position {
	e.Helper()
	text, err := os.ReadFile(filepath.Join(e.dir, name))
	if err != nil {
		e.Fatal(err)
	}
	before, after, _ := strings.Cut(at, cursor)
	if !strings.Contains(string(text), before+after) {
		e.Fatalf("%s does not hold %q", name, before+after)
	}
	return e.open(name, strings.Replace(string(text), before+after, at, 1))
}

func TestDefinition(t *testing.T) {
	for _, c := range []struct {
		name, file, at string
		want           []string
	}{
		{"a stage", "flow.toml", `["fetch", "co‸re"`, []string{"flow.toml: [stage.core]: core"}},
		{"a Go stage's own table", "flow.toml", "[stage.co‸re]", []string{"stages/core.go: func Core(ctx context.Context, in records.Reading) (records.Reading, error) {: Core"}},
		{"a stage's Go function", "stages/core.go", "func Co‸re(", []string{"flow.toml: [stage.core]: core"}},
		{"a type in a Go file", "stages/core.go", "in records.Rea‸ding", nil},
		{"a built-in's own table", "flow.toml", "[stage.fet‸ch]", []string{"flow.toml: [stage.fetch]: fetch"}},
		{"a store of another file", "flow.toml", `"store.read‸ings"]`, []string{"more.toml: [store.readings]: readings"}},
		{"a record, from another file", "more.toml", "record = \"Rea‸ding\"\nurl    = \"sqlite:data/r.db\"", []string{"flow.toml: [record.Reading]: Reading"}},
		{"a field", "more.toml", `{sen‸sor}`, []string{`flow.toml: sensor = "string": sensor`}},
		{"a field behind a text that looks like one", "more.toml", `{{sensor}/\t{sen‸sor}`, []string{`flow.toml: sensor = "string": sensor`}},
		{"a text that looks like a field", "more.toml", `{{sen‸sor}`, nil},
		{"a condition", "more.toml", `where = { sen‸sor`, []string{`flow.toml: sensor = "string": sensor`}},
		{"a field of a key", "more.toml", `["sensor", "a‸t"]`, []string{`flow.toml: at     = "time": at`}},
		{"a pipeline", "more.toml", `["gat‸her"]`, []string{"flow.toml: [pipeline.gather]: gather"}},
		{"an included file", "flow.toml", `["mo‸re.toml"]`, []string{"more.toml: " + "[store.readings]" + ": "}},
		{"a kind", "flow.toml", `"http‸.get"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newSession(t, factory)
			var got []Location
			e.call("textDocument/definition", e.at(c.file, e.openAt(c.file, c.at)), &got)
			if diff := cmp.Diff(c.want, e.places(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	e := newSession(t, factory)
	p := referenceParams{placeParams: e.at("flow.toml", e.openAt("flow.toml", "[stage.co‸re]"))}
	var got []Location
	e.call("textDocument/references", p, &got)
	want := []string{
		`flow.toml: stages = ["fetch", "core", "store.readings"]: core`,
		`more.toml: stages   = ["load", "core", ["alert", "store.sums"]]: core`,
	}
	if diff := cmp.Diff(want, e.places(got)); diff != "" {
		t.Error(diff)
	}
	p.Context.IncludeDeclaration = true
	e.call("textDocument/references", p, &got)
	if len(got) != 3 {
		t.Errorf("with the declaration: %v", e.places(got))
	}
}

// renamed asks for another name and applies the edits to the files on disk.
func (e *editor) renamed(p placeParams, name string) {
	e.Helper()
	var edit workspaceEdit
	e.call("textDocument/rename", renameParams{p, name}, &edit)
	for uri, edits := range edit.Changes {
		path, _ := pathOf(uri)
		text, err := os.ReadFile(path)
		if err != nil {
			e.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(apply(string(text), edits...)), 0o666); err != nil {
			e.Fatal(err)
		}
	}
}

func TestRename(t *testing.T) {
	for _, c := range []struct {
		name, file, at, to string
		from, into         []string
	}{
		{"a Go stage", "flow.toml", `["fetch", "co‸re"`, "tally_up", []string{"[stage.core]", `"core"`,
			"// Core is stage \"core\". Core sums up; Cores do not.", "func Core(", "again = Core", "stages.Core"}, []string{"[stage.tally_up]", `"tally_up"`,
			"// TallyUp is stage \"tally_up\". TallyUp sums up; Cores do not.", "func TallyUp(", "again = TallyUp", "stages.TallyUp"}},
		{"a built-in", "more.toml", "[stage.ale‸rt]", "tell", []string{"stage.alert", `"alert"`}, []string{"stage.tell", `"tell"`}},
		{"a store", "flow.toml", `"store.read‸ings"`, "kept", []string{"store.readings", `"readings"`}, []string{"store.kept", `"kept"`}},
		{"a record", "flow.toml", "[record.Re‸ading]", "Measured", []string{"[record.Reading]", `"Reading"`, "[]Reading", "records.Reading"}, []string{"[record.Measured]", `"Measured"`, "[]Measured", "records.Measured"}},
		{"a pipeline", "more.toml", `["gat‸her"]`, "collect", []string{"pipeline.gather", `"gather"`}, []string{"pipeline.collect", `"collect"`}},
		{"a flow", "more.toml", `[flow.o‸ne]`, "single", []string{"flow.one"}, []string{"flow.single"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newSession(t, factory)
			e.write("stages/more.go", "package stages\n\nfunc Cores( MyReadings {\n") // none of the names
			p := e.at(c.file, e.openAt(c.file, c.at))
			var r renameRange
			e.call("textDocument/prepareRename", p, &r)
			if c.from[0] == "" || !strings.Contains(strings.Join(c.from, " "), r.Placeholder) {
				t.Errorf("the name is %q", r.Placeholder)
			}
			before := e.all()
			e.renamed(p, c.to)
			var pairs []string
			for i := range c.from {
				pairs = append(pairs, c.from[i], c.into[i])
			}
			want := strings.NewReplacer(pairs...).Replace(before)
			if diff := cmp.Diff(want, e.all()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// all is the content of all files.
func (e *editor) all() string {
	var b strings.Builder
	for _, name := range []string{"flow.toml", "more.toml", "stages/core.go", "stages/core_test.go", "stages/out_test.go"} {
		text, err := os.ReadFile(filepath.Join(e.dir, name))
		if err != nil {
			e.Fatal(err)
		}
		b.WriteString("-- " + name + " --\n" + string(text))
	}
	return b.String()
}

func TestRenameRefused(t *testing.T) {
	for _, c := range []struct{ name, at, to, why string }{
		{"no name", "[stage.co‸re]", "Core", `"Core" is no name for a stage`},
		{"of a record", "[record.Re‸ading]", "reading", `"reading" is no name for a record`},
		{"taken", "[stage.co‸re]", "fetch", "there is stage fetch already"},
		{"taken in Go", "[stage.co‸re]", "alert_", `is no name for a stage`},
		{"taken in package stages", "[stage.co‸re]", "t", "package stages declares T already"},
		{"a field", "sen‸sor = \"string\"", "x", "by hand"},
		{"nothing", "flowc  ‸ = 1", "x", "no name stands here"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newSession(t, factory)
			p := e.at("flow.toml", e.openAt("flow.toml", c.at))
			err := e.conn.Call(t.Context(), "textDocument/rename", renameParams{p, c.to}, nil)
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want %q", err, c.why)
			}
		})
	}
	e := newSession(t, factory)
	e.write("more.toml", "[store.readings\n")
	p := e.at("flow.toml", e.openAt("flow.toml", "[stage.co‸re]"))
	if err := e.conn.Call(t.Context(), "textDocument/rename", renameParams{p, "x"}, nil); err == nil || !strings.Contains(err.Error(), "not TOML") {
		t.Errorf("with a file that is not TOML: %v", err)
	}
	e = newSession(t, factory)
	e.write("stages/core.go", "package stages\n\nfunc Core( {\n")
	p = e.at("flow.toml", e.openAt("flow.toml", "[stage.co‸re]"))
	if err := e.conn.Call(t.Context(), "textDocument/rename", renameParams{p, "x"}, nil); err == nil || !strings.Contains(err.Error(), "does not parse") {
		t.Errorf("with a Go file that does not parse: %v", err)
	}
}

func TestFormatting(t *testing.T) {
	e := newSession(t, plant)
	for text, want := range map[string]string{
		"flowc=1\r\nservice=\"é😀\"\r\n": "flowc   = 1\r\nservice = \"é😀\"\r\n",
		"flowc = 1\n":                   "flowc = 1\n",
		"flowc = \n":                    "flowc = \n",
	} {
		e.open("flow.toml", text)
		var edits []textEdit
		e.call("textDocument/formatting", documentParams{textDocument{URI: e.uri("flow.toml")}}, &edits)
		if got := apply(text, edits...); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
