// Package hostile holds specs that aim at a weakness of a compiler, for the tests
// of all its parts: quoting, stack, quadratic time. They are smaller where a person
// waits; so is what they may take.
package hostile

import (
	"fmt"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/internal/campaign"
)

// fewer is how many times smaller the specs are that a person waits for.
const fewer = 10

func size(large int) int { return campaign.Size(large/fewer, large) }

// MostTime is what a compiler may take for a spec, of the processor. It takes a
// tenth of that; the rest is for a machine that does much else. What costs a
// square takes more.
func MostTime() time.Duration { return 20 * time.Second / time.Duration(campaign.Size(fewer, 1)) }

// Specs are texts by what they aim at.
func Specs() map[string]string {
	const head = "flowc = 1\nservice = \"t\"\n"
	names := repeat(size(10000), func(i int) string { return fmt.Sprintf("\"s%d\", ", i) })
	return map[string]string{
		"quotes":            head + "[record.R]\n\"a`b\\\"c\\n\\u2028\\u0000\" = \"int\"\n[stage.s]\ndoc = \"`\\u2029*/ \\\"\"\nout = \"R\"\n[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"multiline keys":    head + "[stage.\"a\\nb\"]\nout = \"\\n\"\n",
		"deep list":         strings.Repeat("[", size(1<<20)),
		"deep list, hidden": "a = \"\\\\\"\nb = " + strings.Repeat("[", size(1<<20)),
		"deep tables":       "a = " + strings.Repeat("{a=", size(1<<20)),
		"deep key":          strings.Repeat("a.", size(1<<20)) + "a = 1",
		"deep header":       "[" + strings.Repeat("a.", size(1<<20)) + "a]",
		"deep type":         head + "[record.R]\na = \"" + strings.Repeat("[]", size(1<<20)) + "int\"\n",
		"deep optional":     head + "[record.R]\na = \"int" + strings.Repeat("?", size(1<<20)) + "\"\n",
		"dollars":           head + "[connection.c]\nurl = \"" + strings.Repeat("${", size(1<<20)) + "\"\n",
		"variables":         head + "[connection.c]\nurl = \"" + strings.Repeat("${A:-b}", size(1<<17)) + "\"\n",
		"braces":            head + "[stage.s]\nkind = \"http.post\"\nurl = \"http://h/" + strings.Repeat("{a}", 1<<12) + "\"\nout = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"many braces":       head + "[stage.s]\nout = \"int\"\n[stage.u]\nkind = \"http.post\"\nurl = \"http://h/" + strings.Repeat("x{a}", size(1<<19)) + "\"\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"braces of host":    head + "[stage.s]\nout = \"int\"\n[stage.u]\nkind = \"http.post\"\nurl = \"" + strings.Repeat("x{a}", 999) + strings.Repeat("x", size(1<<20)) + "\"\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"long path":         head + "[stage.u]\nkind = \"http.listen\"\nlisten = \":1\"\nout = \"int\"\npath = \"" + strings.Repeat("/{a}", size(1<<19)) + "\"\n[pipeline.p]\nstages = [\"u\"]\n",
		"long topic":        head + "[connection.c]\nurl = \"mqtt:embedded\"\n[stage.u]\nkind = \"mqtt.subscribe\"\nconnection = \"c\"\nout = \"int\"\ntopic = \"" + strings.Repeat("/x+", size(1<<19)) + "\"\n[pipeline.p]\nstages = [\"u\"]\n",
		"long string":       head + "[stage.s]\ndoc = '''" + strings.Repeat("x\n", size(1<<20)) + "'''\n",
		"long name":         head + "[stage." + strings.Repeat("a", size(1<<20)) + "]\n",
		"many tables":       head + repeat(size(10000), func(i int) string { return fmt.Sprintf("[stage.s%d]\nout = \"int\"\n", i) }),
		"too many tables":   repeat(size(100000), func(i int) string { return fmt.Sprintf("[x%d]\n", i) }),
		"many pipelines":    head + "[stage.s]\nout = \"int\"\n" + repeat(size(10000), func(i int) string { return fmt.Sprintf("[pipeline.p%d]\nonce = true\nstages = [\"s\"]\n", i) }),
		"many keys":         head + repeat(size(50000), func(i int) string { return fmt.Sprintf("k%d = 1\n", i) }),
		"many options":      head + "[stage.s]\n" + repeat(size(20000), func(i int) string { return fmt.Sprintf("k%d = 1\n", i) }),
		"many fields":       head + "[record.R]\n" + repeat(size(20000), func(i int) string { return fmt.Sprintf("k%d = \"x%d\"\n", i, i) }),
		"many files":        head + repeat(size(3000), func(i int) string { return fmt.Sprintf("[store.s%d]\nrecord = \"R\"\nurl = \"jsonl:a\"\n", i) }) + "[record.R]\na = \"int\"\n",
		"unknown stages":    head + repeat(size(3000), func(i int) string { return fmt.Sprintf("[stage.t%d]\n", i) }) + "[pipeline.p]\nonce = true\nstages = [" + names + "]\n",
		"unknown pipelines": head + repeat(size(3000), func(i int) string { return fmt.Sprintf("[pipeline.t%d]\n", i) }) + "[flow.p]\npipelines = [" + names + "]\n",
		"unknown fields":    head + "[record.R]\na = \"int\"\n[store.s]\nrecord = \"R\"\nurl = \"sqlite:a\"\nkey = [" + names + "]\n",
		"unknown includes":  head + "include = [" + names + "]\n",
		"one line":          head + "[stage.s]\nretry = { " + repeat(size(5000), func(i int) string { return fmt.Sprintf("a%d = 1, ", i) }) + "b = 1 }\n",
		"record lattice":    head + repeat(60, func(i int) string { return fmt.Sprintf("[record.R%d]\na = \"R%d\"\nb = \"R%d\"\n", i, i+1, i+1) }) + "[record.R60]\na = \"[]int\"\n",
		"record chain":      head + repeat(size(16000), func(i int) string { return fmt.Sprintf("[record.R%d]\na = \"R%d\"\n", i, i+1) }),
		"long sequence":     head + "[stage.t]\nout = \"int\"\n[stage.s]\nin = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", " + strings.Repeat("\"s\", ", size(20000)) + "]\n",
		"nested groups":     head + "[stage.t]\nout = \"int\"\n[stage.s]\nin = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", " + strings.Repeat("[\"s\", ", 60) + strings.Repeat("]", 60) + "]\n",
		"wide group":        head + "[stage.t]\nout = \"int\"\n[stage.s]\nout = \"int\"\n[pipeline.p]\nonce = true\nstages = [\"t\", [" + strings.Repeat("\"s\", ", size(10000)) + "]]\n",
		"wide body":         head + "[record.R]\na = \"int\"\n[stage.s]\nout = \"R\"\n[stage.u]\nkind = \"http.post\"\nurl = \"http://h/\"\nbody = { a = [" + strings.Repeat("\"{a}\", ", size(40000)) + "] }\n[pipeline.p]\nonce = true\nstages = [\"s\", \"u\"]\n",
		"many headers":      head + "[stage.s]\nkind = \"http.post\"\nurl = \"http://h/\"\nout = \"int\"\n[stage.s.headers]\n" + repeat(size(20000), func(i int) string { return fmt.Sprintf("a%d = \"x\"\n", i) }) + "[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"many listeners": head + repeat(size(3000), func(i int) string {
			return fmt.Sprintf("[stage.s%d]\nkind = \"http.listen\"\nlisten = \":1\"\npath = \"/a/b%d\"\nout = \"int\"\n[pipeline.p%d]\nstages = [\"s%d\"]\n", i, i, i, i)
		}),
		"long sequence of many": head + repeat(size(4000), func(i int) string { return fmt.Sprintf("[stage.s%d]\nout = \"int\"\n", i) }) + "[pipeline.p]\nonce = true\nstages = [" + repeat(size(4000), func(i int) string { return fmt.Sprintf("\"s%d\", ", i) }) + "]\n",
		"wide join":             head + repeat(size(2000), func(i int) string { return fmt.Sprintf("[stage.s%d]\nout = \"int\"\n", i) }) + "[stage.t]\nout = \"int\"\n[stage.u]\n[pipeline.p]\nonce = true\nstages = [\"t\", [" + repeat(size(2000), func(i int) string { return fmt.Sprintf("\"s%d\", ", i) }) + "], \"u\"]\n",
		"long doc":              head + "[stage.s]\nout = \"int\"\ndoc = \"\"\"" + strings.Repeat("x\n", size(1<<20)) + "\"\"\"\n[pipeline.p]\nonce = true\nstages = [\"s\"]\n",
		"wide where":            head + "[record.R]\na = \"int\"\n[store.s]\nrecord = \"R\"\nurl = \"sqlite:a\"\n[stage.l]\nkind = \"store.load\"\nstore = \"s\"\nwhere = { " + repeat(size(20000), func(i int) string { return fmt.Sprintf("k%d = \"1\", ", i) }) + "a = \"1\" }\n[pipeline.p]\nonce = true\nstages = [\"l\"]\n",
		"one sign":              "\x7f",
		"dotted twice":          "a.b=1\na=2\n",
		"table and list":        "[[a]]\n[a.b]\n[[a]]\n[a.b]\na.b.c = 1\n",
		"list of tables":        "stage = [{a=1},{b=2}]\nrecord = []\n[[flow.f]]\n",
	}
}

// repeat joins n texts.
func repeat(n int, text func(int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(text(i))
	}
	return b.String()
}
