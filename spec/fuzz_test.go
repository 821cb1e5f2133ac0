package spec_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/internal/hostile"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// maxTwice is the length of a text that is judged twice.
const maxTwice = 1 << 12

// judge parses and resolves a text: what is wrong of it has a place in it, and a
// text of which nothing is wrong gives a whole graph.
func judge(t testing.TB, text []byte) {
	var said string
	var graph *spec.Graph
	if took := hostile.Took(func() { said, graph = says(t, text) }); took > hostile.MostTime() {
		t.Errorf("took %v of processor time", took)
	}
	if graph != nil {
		checkWhole(t, graph)
	}
	if len(text) > maxTwice {
		return
	}
	if again, _ := says(t, text); again != said {
		t.Errorf("flowc says first\n%s\nand then\n%s", said, again)
	}
}

// says is what flowc says of a text; the graph is nil where it has errors.
func says(t testing.TB, text []byte) (string, *spec.Graph) {
	var graph *spec.Graph
	f, diags := spec.Parse("flow.toml", text)
	if f == nil && !diags.HasErrors() {
		t.Error("no file, and nothing is wrong")
	}
	if f != nil {
		spec.Includes(f)
		g, found := spec.Resolve([]*spec.File{f}, templates.Specs(templates.Kinds()))
		if diags = append(diags, found...); !diags.HasErrors() {
			graph = g
		}
	}
	for _, d := range diags {
		if !code.MatchString(d.Code) || d.Message == "" {
			t.Errorf("%q [%s]", d.Message, d.Code)
		}
		checkSpan(t, d.Span, text)
		if d.Also != nil {
			checkSpan(t, d.Also.Span, text)
		}
	}
	var said strings.Builder
	if err := diags.Render(&said, false); err != nil {
		t.Error(err)
	}
	return said.String(), graph
}

var code = regexp.MustCompile(`^FLOW[0-9]{3}$`)

func checkSpan(t testing.TB, s spec.Span, text []byte) {
	if !s.IsZero() && (s.Start < 0 || s.End < s.Start || s.End > len(text) || s.Source.Name != "flow.toml") {
		t.Errorf("bytes %d to %d of %s, which has %d", s.Start, s.End, s.Source.Name, len(text))
	}
}

// checkWhole wants each name of a graph linked, and each pipeline in one flow.
func checkWhole(t testing.TB, g *spec.Graph) {
	flows := map[*spec.Pipeline]int{}
	for _, f := range g.Flows {
		for _, p := range f.Pipelines {
			flows[p]++
		}
	}
	for _, p := range g.Pipelines {
		if flows[p] != 1 || len(p.Steps) == 0 {
			t.Errorf("pipeline %s has %d steps and is in %d flows", p.Name, len(p.Steps), flows[p])
		}
	}
	for _, s := range g.Stages {
		if !spec.ValidName("stage", s.Name) || s.IsGo() != (s.Kind == nil) {
			t.Errorf("stage %q is of kind %v", s.Name, s.Kind)
		}
		for _, place := range s.Places {
			if place.Stage != s || place.Pipeline == nil {
				t.Errorf("stage %s stands at a place of %v", s.Name, place.Stage)
			}
		}
	}
}

func TestHostile(t *testing.T) {
	for name, text := range hostile.Specs() {
		t.Run(name, func(t *testing.T) { judge(t, []byte(text)) })
	}
}

func FuzzParse(f *testing.F) {
	seeds, err := hostile.Cases("../testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range seeds {
		f.Add(text)
	}
	for _, text := range hostile.Specs() {
		if len(text) < 4096 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) { judge(t, text) })
}

// FuzzOptions puts a text into every kind of option.
func FuzzOptions(f *testing.F) {
	for _, text := range []string{
		"", "${A}", "${A:-b}", "${", "$$", "{a}", "{", "{{", "http://h/{a}", "http://{a}", "sqlite:a.db", "sqlite:../a", "jsonl:", "mqtt:embedded",
		":80", "0.0.0.0:80", "[::1]:0", "[]A", "map[string]A?", "stream A", "net/netip.Addr", "\r\n", "\u2028", "topic.t", "store.s", "a/+/#", "1s", "100/s",
	} {
		f.Add(text)
	}
	const tables = `
flowc = 1
service = "t"
[record.A]
a = "string"
b = TEXT
[connection.c]
url = TEXT
token = TEXT
headers = { A = TEXT, TEXT = "x" }
[store.s]
record = "A"
url = TEXT
table = TEXT
key = [TEXT]
drivers = [TEXT]
[stage.listen]
kind = "http.listen"
listen = TEXT
path = TEXT
limit = TEXT
out = "A"
[stage.sub]
kind = "mqtt.subscribe"
connection = "c"
topic = TEXT
session = TEXT
out = "A"
[stage.post]
kind = "http.post"
url = TEXT
headers = { A = TEXT }
query = { TEXT = TEXT }
body = TEXT
on_error = TEXT
[stage.put]
kind = "http.put"
connection = "c"
url = TEXT
body = { a = TEXT, TEXT = [TEXT, { b = TEXT }] }
[stage.listen_too]
kind = "http.listen"
listen = TEXT
path = TEXT
out = "A"
[stage.pub]
kind = "mqtt.publish"
connection = "c"
topic = TEXT
field = TEXT
[stage.go]
out = TEXT
in = TEXT
timeout = TEXT
[stage.kind]
kind = TEXT
[pipeline.a]
stages = ["listen", "store.s", "post", "put", "pub", TEXT]
[pipeline.d]
stages = ["listen_too", "put"]
[pipeline.b]
every = TEXT
promise = TEXT
stages = ["go", [TEXT, ["post"]], "go"]
[pipeline.c]
stages = ["sub"]
[flow.f]
pipelines = ["a", "d", TEXT]
host = TEXT
`
	f.Fuzz(func(t *testing.T, text string) {
		judge(t, []byte(strings.ReplaceAll(tables, "TEXT", quote(text))))
	})
}

// quote writes a TOML string.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.ToValidUTF8(text, "?") {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// large is a service of 1000 stages in 100 pipelines.
func large() []byte {
	var b strings.Builder
	b.WriteString("flowc = 1\nservice = \"large\"\n[record.A]\na = \"int\"\nb = \"string\"\n")
	for p := range 100 {
		fmt.Fprintf(&b, "[store.s%d]\nrecord = \"A\"\nurl = \"sqlite:data/%d.db\"\nkey = [\"a\"]\n", p, p)
		var names []string
		for s := range 10 {
			fmt.Fprintf(&b, "[stage.p%d_s%d]\nout = \"A\"\ntimeout = \"5s\"\n", p, s)
			names = append(names, fmt.Sprintf("%q", fmt.Sprintf("p%d_s%d", p, s)))
		}
		fmt.Fprintf(&b, "[pipeline.p%d]\nevery = \"60s\"\nstages = [%s, \"store.s%d\"]\n", p, strings.Join(names, ", "), p)
	}
	return []byte(b.String())
}

func TestLarge(t *testing.T) {
	_, diags := resolve(t, string(large()))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
}

func BenchmarkLarge(b *testing.B) {
	text := large()
	for b.Loop() {
		judge(b, text)
	}
}
