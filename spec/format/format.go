// Package format has the canonical form of a spec file: flowc fmt.
package format

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
	"github.com/flowc-dev/flowc/spec"
)

// commentColumn is where a comment behind code starts, counted from 0.
const commentColumn = 35

// longestAligned is how many columns a key may have that others are aligned to.
const longestAligned = 40

// File returns the text of a file in its canonical form: its tables in their
// order, the keys of each in the order of its options, their = signs aligned. A
// group of keys between blank lines stays one, comments stay with what they are
// about, and strings and numbers as they are written. It fails where the result
// would mean something else, which is a mistake of flowc's.
func File(f *spec.File, kinds []spec.Kind) ([]byte, error) {
	text, mark := bytes.CutPrefix(f.Source.Text, []byte(tomlscan.ByteOrderMark))
	l := &layout{root: f.Root, tables: tablesOf(kinds), eol: "\n"}
	if end := tomlscan.LineEnd(text, 0); end > 0 && text[end-1] == '\r' {
		l.eol = "\r\n"
	}
	if mark {
		l.out.WriteString(tomlscan.ByteOrderMark)
	}
	for i, p := range paragraphs(splitLines(text)) {
		if i > 0 {
			l.out.WriteString(l.eol)
		}
		l.paragraph(p)
	}
	after := []byte(l.out.String())
	if !l.keeps(f, after) {
		return nil, errors.New(f.Source.Name + " cannot be formatted without a change of its meaning: this is a mistake of flowc's, please report it with the file")
	}
	return after, nil
}

// layout writes a file in its canonical form.
type layout struct {
	root   *spec.Value
	tables map[string][]spec.Option // by the name of a table and, of a stage, its kind
	eol    string                   // what ends a line
	out    strings.Builder
}

// tablesOf returns the options of all tables.
func tablesOf(kinds []spec.Kind) map[string][]spec.Option {
	tables := map[string][]spec.Option{}
	for _, s := range spec.Schemas() {
		tables[s.Name] = s.Options
	}
	for _, k := range kinds {
		tables["stage "+k.Name] = k.TableOptions()
	}
	return tables
}

// options returns the options of the table at a path, in their order; none
// where the order of its keys means something: that of a record, of headers.
func (l *layout) options(path []string) []spec.Option {
	switch len(path) {
	case 0:
		return l.tables["service"]
	case 1:
		return nil
	}
	options := l.tables[path[0]]
	if kind := l.kind(path); kind != "" {
		options = l.tables["stage "+kind]
	}
	for _, name := range path[2:] {
		options = optionsWithin(options, name)
	}
	return options
}

// kind returns the kind of the stage at a path; empty where it has none.
func (l *layout) kind(path []string) string {
	at := l.root
	for _, key := range []string{"stage", path[1], "kind"} {
		e := at.Get(key)
		if e == nil || path[0] != "stage" {
			return ""
		}
		at = e.Value
	}
	return at.Text
}

func optionsWithin(options []spec.Option, name string) []spec.Option {
	for _, o := range options {
		if o.Name == name {
			return o.Options
		}
	}
	return nil
}

// keeps reports whether a text means what the file means, and has all of its
// comments.
func (l *layout) keeps(f *spec.File, after []byte) bool {
	g, _ := spec.Parse(f.Source.Name, after)
	return g != nil && l.same(f.Root, g.Root, nil) && slices.Equal(comments(f.Source.Text), comments(after))
}

// same reports whether two values at a path are the same, but for the order of
// keys where it means nothing.
func (l *layout) same(a, b *spec.Value, path []string) bool {
	if a.Kind != b.Kind || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Entries) != len(b.Entries) {
		return false
	}
	for i := range a.Items {
		if !l.same(a.Items[i], b.Items[i], append(path, "")) {
			return false
		}
	}
	ordered := len(l.options(path)) == 0
	for i, e := range a.Entries {
		other := b.Get(e.Key)
		if other == nil || ordered && b.Entries[i].Key != e.Key || !l.same(e.Value, other.Value, append(path, e.Key)) {
			return false
		}
	}
	return true
}

// comments returns all comments of a text, sorted.
func comments(text []byte) []string {
	var list []string
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i = tomlscan.StringEnd(text, i) - 1
		case '#':
			end := tomlscan.LineEnd(text, i)
			list = append(list, trimEnd(text[i:end]))
			i = end
		}
	}
	slices.Sort(list)
	return list
}

func trimEnd(text []byte) string { return strings.TrimRight(string(text), " \t\r\n") }
