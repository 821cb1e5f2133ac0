// Package docs_test holds the pages of docs against the code: their examples are
// checked by the compiler, every option has its row in language.md, and what
// from-wiredflow.md names exists.
package docs_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
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

// block is a fenced block of a page.
type block struct {
	line int
	info string // what stands behind the fence: "toml service"
	text string
}

// read returns a page.
func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the fenced blocks of a page.
func blocks(t *testing.T, page string) []block {
	t.Helper()
	var list []block
	var open *block
	for i, line := range strings.Split(read(t, page), "\n") {
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
		t.Fatalf("%s:%d: the block has no end", page, open.line)
	}
	return list
}

// section returns the text of a heading up to the next of its level or a higher
// one. The heading is found by its text.
func section(t *testing.T, heading string) string {
	t.Helper()
	level := 0
	var b strings.Builder
	for line := range strings.Lines(read(t, document)) {
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

// TestExamples checks the blocks of the pages for what they claim to be.
func TestExamples(t *testing.T) {
	for _, page := range []string{document, fromWiredflow} {
		services := 0
		for _, b := range blocks(t, page) {
			if b.info == "toml service" {
				services++
			}
			b.check(t, page)
		}
		if services == 0 {
			t.Errorf("%s has no block marked as a service", page)
		}
	}
}

func (b block) check(t *testing.T, page string) {
	t.Helper()
	var diags spec.Diagnostics
	switch b.info {
	case "toml service":
		diags = resolve(b.text)
	case "toml":
		_, diags = spec.Parse("flow.toml", []byte(b.text))
	case "go":
		source := "package stages\n" + b.text
		if _, err := parser.ParseFile(token.NewFileSet(), "stages.go", source, 0); err != nil {
			t.Errorf("%s:%d: %v", page, b.line, err)
		}
	default:
		t.Errorf("%s:%d: a block of an unknown kind: %q", page, b.line, b.info)
	}
	if len(diags) > 0 {
		var out bytes.Buffer
		if err := diags.Render(&out, false); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s:%d:\n%s", page, b.line, &out)
	}
}

// TestKinds wants a section for each built-in, in it a row for each option, and
// a mark on what is not built.
func TestKinds(t *testing.T) {
	for _, k := range templates.Kinds() {
		heading, shared := k.Section, k.Section != ""
		if !shared {
			heading = "`" + k.Name + "`"
		}
		text := section(t, heading)
		if k.NotBuilt != marked(text, k.Name, shared) {
			t.Errorf("section %s: is kind %s built? the code says %t", heading, k.Name, !k.NotBuilt)
		}
		for _, o := range k.Options {
			checkRow(t, text, heading, "", o)
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

// checkRow holds the row of an option, and those of the options within, against
// the table that the compiler reads.
func checkRow(t *testing.T, text, heading, prefix string, o spec.Option) {
	t.Helper()
	name := prefix + o.Name
	found := row(text, name)
	if found == "" {
		t.Errorf("section %s has no row for option %s", heading, name)
		return
	}
	if elsewhere := strings.Contains(found, "](#"); !elsewhere {
		for _, within := range o.Options {
			within.NotBuilt = o.NotBuilt
			checkRow(t, text, heading, name+".", within)
		}
	}
	cells := strings.Split(found, " | ")
	if kind := typeCell(o); cells[1] != kind {
		t.Errorf("section %s, option %s: the type is %s, not %s", heading, name, kind, cells[1])
	}
	switch value := o.Implied(); {
	case o.Required && cells[2] != "required":
		t.Errorf("section %s, option %s is required", heading, name)
	case value != "" && cells[2] != "`"+value+"`":
		t.Errorf("section %s, option %s: the default is %s, not %s", heading, name, value, cells[2])
	case !o.Required && value == "" && (cells[2] == "required" || strings.HasPrefix(cells[2], "`")):
		t.Errorf("section %s, option %s has no default, and is not required: %s", heading, name, cells[2])
	}
	partly := slices.Contains([]string{"on_error", "out"}, name) // what some of their words mean is not built
	if o.NotBuilt != strings.Contains(found, notBuilt) && !partly {
		t.Errorf("section %s, option %s: is it built? the code says %t", heading, name, !o.NotBuilt)
	}
}

// typeCell is what the column of types says of an option.
func typeCell(o spec.Option) string {
	if len(o.Choices) > 0 {
		return "`" + strings.Join(o.Choices, "`, `") + "`"
	}
	return o.Takes()
}

// TestTables wants a row for each option of each table, and no other rows.
func TestTables(t *testing.T) {
	for _, table := range spec.Schemas() {
		text := section(t, table.Section)
		for _, o := range table.Options {
			checkRow(t, text, table.Section, "", o)
			for _, name := range rowsOf(text, o.Name+".") {
				if !has(o.Options, name) {
					t.Errorf("section %s has a row for %s.%s, which is no option", table.Section, o.Name, name)
				}
			}
		}
		for _, name := range rowsOf(text, "") {
			if !has(table.Options, name) && !isRowOfElse(table.Name, name) {
				t.Errorf("section %s has a row for %s, which is no option", table.Section, name)
			}
		}
	}
}

func has(options []spec.Option, name string) bool {
	return slices.ContainsFunc(options, func(o spec.Option) bool { return o.Name == name })
}

// TestSchemes holds the table of the stores' schemes against the code.
func TestSchemes(t *testing.T) {
	text := section(t, "Stores")
	for _, s := range spec.StoreSchemes() {
		found := row(text, s.Name+":")
		cells := strings.Split(found, " | ")
		if len(cells) < 4 {
			t.Errorf("section Stores has no row for scheme %s", s.Name)
			continue
		}
		modes, _, _ := strings.Cut(cells[1], ";")
		if modes != strings.Join(spec.ModeNames(s.Modes), ", ") || cells[2] != s.Shared.String() || strings.Contains(found, notBuilt) == s.Built() {
			t.Errorf("scheme %s: the code says %+v, not %s", s.Name, s, found)
		}
		for _, taken := range s.Taken {
			if name := "`" + strings.Replace(taken, "*", "…", 1) + "`"; s.Built() && !strings.Contains(text, name) {
				t.Errorf("section Stores does not say that %s: takes the name of tables %s", s.Name, name)
			}
		}
	}
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
func isRowOfElse(table, name string) bool {
	return table == "store" && slices.Contains([]string{"append", "upsert", "replace"}, name)
}

// link finds what a page leads to: a path, an anchor behind #, or both.
var link = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)

// TestLinks wants a file for each link of a page, and in it a heading for each
// anchor.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("reference/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, document, fromWiredflow, "../README.md") {
		for _, m := range link.FindAllStringSubmatch(read(t, page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			to := page
			if m[1] != "" {
				to = filepath.Join(filepath.Dir(page), m[1])
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: %v", page, err)
			} else if m[2] != "" && !slices.Contains(anchors(t, to), m[2]) {
				t.Errorf("%s: %s has no heading #%s", page, to, m[2])
			}
		}
	}
}

// anchors returns what the headings of a page are linked by.
func anchors(t *testing.T, page string) []string {
	t.Helper()
	var list []string
	for line := range strings.Lines(read(t, page)) {
		if heading := strings.TrimLeft(line, "#"); heading != line {
			list = append(list, anchor(heading))
		}
	}
	return list
}

// anchor is what GitHub makes of a heading.
func anchor(heading string) string {
	drop := strings.NewReplacer("`", "", ".", "", ",", "", " ", "-")
	return drop.Replace(strings.ToLower(strings.TrimSpace(heading)))
}
