package spec_test

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// hostile are texts that aim at a weakness: quoting, stack, quadratic time.
func hostile() map[string]string {
	const head = "flowc = 1\nservice = \"t\"\n"
	repeat := func(n int, line func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(line(i))
		}
		return b.String()
	}
	names := repeat(10000, func(i int) string { return fmt.Sprintf("\"s%d\", ", i) })
	return map[string]string{
		"quotes":            head + "[record.R]\n\"a`b\\\"c\\n\\u2028\\u0000\" = \"int\"\n[stage.s]\ndoc = \"`\\u2029*/ \\\"\"\nout = \"R\"\n[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"multiline keys":    head + "[stage.\"a\\nb\"]\nout = \"\\n\"\n",
		"deep list":         strings.Repeat("[", 1<<20),
		"deep list, hidden": "a = \"\\\\\"\nb = " + strings.Repeat("[", 1<<20),
		"deep tables":       "a = " + strings.Repeat("{a=", 1<<20),
		"deep key":          strings.Repeat("a.", 1<<20) + "a = 1",
		"deep header":       "[" + strings.Repeat("a.", 1<<20) + "a]",
		"deep type":         head + "[record.R]\na = \"" + strings.Repeat("[]", 1<<20) + "int\"\n",
		"deep optional":     head + "[record.R]\na = \"int" + strings.Repeat("?", 1<<20) + "\"\n",
		"dollars":           head + "[connection.c]\nurl = \"" + strings.Repeat("${", 1<<20) + "\"\n",
		"variables":         head + "[connection.c]\nurl = \"" + strings.Repeat("${A:-b}", 1<<17) + "\"\n",
		"braces":            head + "[stage.s]\nkind = \"http.post\"\nurl = \"http://h/" + strings.Repeat("{a}", 1<<12) + "\"\nout = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"many braces":       head + "[stage.s]\nout = \"int\"\n[stage.u]\nkind = \"http.post\"\nurl = \"http://h/" + strings.Repeat("x{a}", 1<<19) + "\"\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"braces of host":    head + "[stage.s]\nout = \"int\"\n[stage.u]\nkind = \"http.post\"\nurl = \"" + strings.Repeat("x{a}", 999) + strings.Repeat("x", 1<<20) + "\"\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"long path":         head + "[stage.u]\nkind = \"http.listen\"\nlisten = \":1\"\nout = \"int\"\npath = \"" + strings.Repeat("/{a}", 1<<19) + "\"\n[pipeline.p]\nstages = [\"u\"]\n",
		"long topic":        head + "[connection.c]\nurl = \"mqtt:embedded\"\n[stage.u]\nkind = \"mqtt.subscribe\"\nconnection = \"c\"\nout = \"int\"\ntopic = \"" + strings.Repeat("/x+", 1<<19) + "\"\n[pipeline.p]\nstages = [\"u\"]\n",
		"long string":       head + "[stage.s]\ndoc = '''" + strings.Repeat("x\n", 1<<20) + "'''\n",
		"long name":         head + "[stage." + strings.Repeat("a", 1<<20) + "]\n",
		"many tables":       head + repeat(10000, func(i int) string { return fmt.Sprintf("[stage.s%d]\nout = \"int\"\n", i) }),
		"many pipelines":    head + "[stage.s]\nout = \"int\"\n" + repeat(10000, func(i int) string { return fmt.Sprintf("[pipeline.p%d]\nonce = true\nstages = [\"s\"]\n", i) }),
		"many keys":         head + repeat(50000, func(i int) string { return fmt.Sprintf("k%d = 1\n", i) }),
		"many options":      head + "[stage.s]\n" + repeat(20000, func(i int) string { return fmt.Sprintf("k%d = 1\n", i) }),
		"many fields":       head + "[record.R]\n" + repeat(20000, func(i int) string { return fmt.Sprintf("k%d = \"x%d\"\n", i, i) }),
		"many files":        head + repeat(3000, func(i int) string { return fmt.Sprintf("[store.s%d]\nrecord = \"R\"\nurl = \"jsonl:a\"\n", i) }) + "[record.R]\na = \"int\"\n",
		"unknown stages":    head + repeat(3000, func(i int) string { return fmt.Sprintf("[stage.t%d]\n", i) }) + "[pipeline.p]\nonce = true\nstages = [" + names + "]\n",
		"unknown pipelines": head + repeat(3000, func(i int) string { return fmt.Sprintf("[pipeline.t%d]\n", i) }) + "[flow.p]\npipelines = [" + names + "]\n",
		"unknown fields":    head + "[record.R]\na = \"int\"\n[store.s]\nrecord = \"R\"\nurl = \"sqlite:a\"\nkey = [" + names + "]\n",
		"unknown includes":  head + "include = [" + names + "]\n",
		"one line":          head + "[stage.s]\nretry = { " + repeat(5000, func(i int) string { return fmt.Sprintf("a%d = 1, ", i) }) + "b = 1 }\n",
		"record lattice":    head + repeat(60, func(i int) string { return fmt.Sprintf("[record.R%d]\na = \"R%d\"\nb = \"R%d\"\n", i, i+1, i+1) }) + "[record.R60]\na = \"[]int\"\n",
		"record chain":      head + repeat(20000, func(i int) string { return fmt.Sprintf("[record.R%d]\na = \"R%d\"\n", i, i+1) }),
		"long sequence":     head + "[stage.t]\nout = \"int\"\n[stage.s]\nin = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", " + strings.Repeat("\"s\", ", 20000) + "]\n",
		"nested groups":     head + "[stage.t]\nout = \"int\"\n[stage.s]\nin = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", " + strings.Repeat("[\"s\", ", 60) + strings.Repeat("]", 60) + "]\n",
		"wide group":        head + "[stage.t]\nout = \"int\"\n[stage.s]\nout = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", [" + strings.Repeat("\"s\", ", 10000) + "]]\n",
		"wide body":         head + "[record.R]\na = \"int\"\n[stage.s]\nout = \"R\"\n[stage.u]\nkind = \"http.post\"\nurl = \"http://h/\"\nbody = { a = [" + strings.Repeat("\"{a}\", ", 100000) + "] }\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"many headers":      head + "[stage.s]\nkind = \"http.post\"\nurl = \"http://h/\"\nout = \"int\"\n[stage.s.headers]\n" + repeat(20000, func(i int) string { return fmt.Sprintf("a%d = \"x\"\n", i) }) + "[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"many listeners": head + repeat(3000, func(i int) string {
			return fmt.Sprintf("[stage.s%d]\nkind = \"http.listen\"\nlisten = \":1\"\npath = \"/a/b%d\"\nout = \"int\"\n[pipeline.p%d]\nstages = [\"s%d\"]\n", i, i, i, i)
		}),
		"one sign":       "\x7f",
		"dotted twice":   "a.b=1\na=2\n",
		"table and list": "[[a]]\n[a.b]\n[[a]]\n[a.b]\na.b.c = 1\n",
		"list of tables": "stage = [{a=1},{b=2}]\nrecord = []\n[[flow.f]]\n",
	}
}

// longest is what a text may take on a machine that does much else beside it:
// alone it takes a second at most.
const longest = 2 * time.Minute

// judge parses and resolves a text and prints what is wrong of it.
func judge(t testing.TB, text []byte) {
	start := time.Now()
	f, diags := spec.Parse("flow.toml", text)
	if f != nil {
		spec.Includes(f)
		_, found := spec.Resolve([]*spec.File{f}, templates.Specs(templates.Kinds()))
		diags = append(diags, found...)
	}
	if took := time.Since(start); took > longest {
		t.Errorf("took %v", took)
	}
	if f == nil && !diags.HasErrors() {
		t.Error("no file, and nothing is wrong")
	}
	if err := diags[:min(len(diags), 100)].Render(io.Discard, false); err != nil {
		t.Error(err)
	}
}

func TestHostile(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) { judge(t, []byte(text)) })
	}
}

func FuzzParse(f *testing.F) {
	cases, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".toml") {
				f.Add(file.Data)
			}
		}
	}
	for _, text := range hostile() {
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
