// Package docs_test holds docs/language.md against the code: its examples are
// checked by the compiler, and every option has its row.
package docs_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

const (
	document = "language.md"
	notBuilt = "*not built yet*"
)

// block is a fenced block of the document.
type block struct {
	line int
	info string // what stands behind the fence: "toml service"
	text string
}

// readDocument returns the document.
func readDocument(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the fenced blocks of the document.
func blocks(t *testing.T) []block {
	t.Helper()
	var list []block
	var open *block
	for i, line := range strings.Split(readDocument(t), "\n") {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && open == nil:
			open = &block{line: i + 1, info: info}
		case fence:
			list = append(list, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	if open != nil {
		t.Fatalf("%s:%d: the block has no end", document, open.line)
	}
	return list
}

// section returns the text of a heading up to the next of its level or a higher
// one. The heading is found by its text.
func section(t *testing.T, heading string) string {
	t.Helper()
	level := 0
	var b strings.Builder
	for line := range strings.Lines(readDocument(t)) {
		marks := len(line) - len(strings.TrimLeft(line, "#"))
		switch {
		case level > 0 && marks > 0 && marks <= level:
			return b.String()
		case level == 0 && marks > 0 && strings.TrimSpace(line[marks:]) == heading:
			level = marks
		}
		if level > 0 {
			b.WriteString(line)
		}
	}
	if level == 0 {
		t.Errorf("%s has no heading %q", document, heading)
	}
	return b.String()
}

// row returns the row of a table that starts with a name.
func row(text, name string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| `"+name+"` |") {
			return line
		}
	}
	return ""
}

// resolve returns what the compiler says of a spec.
func resolve(text string) spec.Diagnostics {
	file, diags := spec.Parse("flow.toml", []byte(text))
	if file == nil {
		return diags
	}
	_, found := spec.Resolve([]*spec.File{file}, templates.Specs(templates.Kinds()))
	return append(diags, found...)
}

// TestExamples checks the blocks of the document for what they claim to be.
func TestExamples(t *testing.T) {
	services := 0
	for _, b := range blocks(t) {
		var diags spec.Diagnostics
		switch b.info {
		case "toml service":
			services++
			diags = resolve(b.text)
		case "toml":
			_, diags = spec.Parse("flow.toml", []byte(b.text))
		case "go":
			source := "package stages\n" + b.text
			if _, err := parser.ParseFile(token.NewFileSet(), "stages.go", source, 0); err != nil {
				t.Errorf("%s:%d: %v", document, b.line, err)
			}
		default:
			t.Errorf("%s:%d: a block of an unknown kind: %q", document, b.line, b.info)
		}
		if len(diags) > 0 {
			var out bytes.Buffer
			if err := diags.Render(&out); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s:%d:\n%s", document, b.line, &out)
		}
	}
	if services == 0 {
		t.Errorf("%s has no block marked as a service", document)
	}
}

// headings are the sections of the kinds that do not have one of their own.
var headings = map[string]string{
	"http.get": "HTTP requests", "http.post": "HTTP requests", "http.put": "HTTP requests",
	"http.patch": "HTTP requests", "http.delete": "HTTP requests",
}

// TestKinds wants a section for each built-in, in it a row for each option with
// its default, and a mark on what is not built.
func TestKinds(t *testing.T) {
	for _, k := range templates.Kinds() {
		heading, shared := headings[k.Name]
		if !shared {
			heading = "`" + k.Name + "`"
		}
		text := section(t, heading)
		if k.NotBuilt != marked(text, k.Name, shared) {
			t.Errorf("section %s: is kind %s built? the code says %t", heading, k.Name, !k.NotBuilt)
		}
		for _, o := range k.Options {
			checkRow(t, text, heading, o)
		}
	}
}

// marked reports whether a section says that a kind is not built. One that
// several kinds share says it in the sentence that names them.
func marked(text, kind string, shared bool) bool {
	if !shared {
		return strings.Contains(text, "\n*Not built yet.*")
	}
	for sentence := range strings.SplitSeq(text, ";") {
		first, _, _ := strings.Cut(sentence, "\n\n|")
		if strings.Contains(first, "`"+kind+"`") {
			return strings.Contains(first, notBuilt)
		}
	}
	return false
}

func checkRow(t *testing.T, text, heading string, o spec.Option) {
	t.Helper()
	found := row(text, o.Name)
	if found == "" {
		t.Errorf("section %s has no row for option %s", heading, o.Name)
		return
	}
	if o.Default != "" && !strings.Contains(found, "| `"+o.Default+"` |") {
		t.Errorf("section %s, option %s: the default is %s, not as in %q", heading, o.Name, o.Default, found)
	}
	if o.Required && !strings.Contains(found, "| required |") {
		t.Errorf("section %s, option %s is required", heading, o.Name)
	}
	if o.NotBuilt != strings.Contains(found, notBuilt) {
		t.Errorf("section %s, option %s: is it built? the code says %t", heading, o.Name, !o.NotBuilt)
	}
	for _, c := range o.Choices {
		if !strings.Contains(found, "`"+c+"`") {
			t.Errorf("section %s, option %s: the choice %s is missing", heading, o.Name, c)
		}
	}
}

// unknown is no option of any table, nor near to one.
const unknown = "no_option_of_any_table_has_this_name"

// TestTables wants a row for each option of each table. What these are the
// compiler tells when it meets an unknown one.
func TestTables(t *testing.T) {
	const top = "flowc = 1\nservice = \"x\"\n"
	for _, table := range []struct{ heading, prefix, text string }{
		{"The file", "", unknown + " = 1\n" + top},
		{"Connections", "", top + "[connection.x]\n" + unknown + " = 1\n"},
		{"Connections", "tls.", top + "[connection.x]\ntls = { " + unknown + " = 1 }\n"},
		{"Stores", "", top + "[store.x]\n" + unknown + " = 1\n"},
		{"Topics", "", top + "[topic.x]\n" + unknown + " = 1\n"},
		{"Stages", "", top + "[stage.x]\n" + unknown + " = 1\n"},
		{"Stages", "retry.", top + "[stage.x]\nretry = { " + unknown + " = 1 }\n"},
		{"Stages", "batch.", top + "[stage.x]\nbatch = { " + unknown + " = 1 }\n"},
		{"Pipelines", "", top + "[pipeline.x]\n" + unknown + " = 1\n"},
		{"Flows and hosts", "", top + "[flow.x]\n" + unknown + " = 1\n"},
	} {
		text := section(t, table.heading)
		names := keysOf(t, table.text)
		for _, name := range names {
			if row(text, table.prefix+name) == "" {
				t.Errorf("section %s has no row for option %s%s", table.heading, table.prefix, name)
			}
		}
		for _, name := range rowsOf(text, table.prefix) {
			if !slices.Contains(names, name) && !isRowOfElse(table.heading, table.prefix, name) {
				t.Errorf("section %s has a row for %s%s, which is no option", table.heading, table.prefix, name)
			}
		}
	}
}

var keysHere = regexp.MustCompile(`^keys here are (.+)$`)

// keysOf returns the options of the table in which a spec has the unknown one.
func keysOf(t *testing.T, text string) []string {
	t.Helper()
	for _, d := range resolve(text) {
		if m := keysHere.FindStringSubmatch(d.Help); m != nil && strings.Contains(d.Message, unknown) {
			return strings.Split(m[1], ", ")
		}
	}
	t.Fatalf("the compiler does not tell the options of\n%s", text)
	return nil
}

var rowStart = regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| [a-z`]")

// rowsOf returns the names of a section's rows that have a prefix, without it.
func rowsOf(text, prefix string) []string {
	var names []string
	for _, m := range rowStart.FindAllStringSubmatch(text, -1) {
		name, ok := strings.CutPrefix(m[1], prefix)
		if ok && !strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	return names
}

// isRowOfElse reports whether a row belongs to another table than that of the
// options: the modes of stores.
func isRowOfElse(heading, prefix, name string) bool {
	return heading == "Stores" && prefix == "" && slices.Contains([]string{"append", "upsert", "replace"}, name)
}

var link = regexp.MustCompile(`\]\(#([^)]*)\)`)

// TestLinks wants a heading for each link within the document.
func TestLinks(t *testing.T) {
	text := readDocument(t)
	var anchors []string
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); heading != line {
			anchors = append(anchors, anchor(heading))
		}
	}
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(anchors, m[1]) {
			t.Errorf("%s has no heading #%s", document, m[1])
		}
	}
}

// anchor is what GitHub makes of a heading.
func anchor(heading string) string {
	drop := strings.NewReplacer("`", "", ".", "", ",", "", " ", "-")
	return drop.Replace(strings.ToLower(strings.TrimSpace(heading)))
}
