package lsp

import (
	"regexp"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
	"github.com/flowc-dev/flowc/spec"
)

// symbol is something that has a name: a table by its kind, or a field of a
// record, whose name is "Reading.temp".
type symbol struct{ kind, name string }

const fieldKind = "field"

// occurrence is a place at which a symbol is named, without quotes around it.
type occurrence struct {
	symbol
	span     spec.Span
	declares bool
}

// occurrences finds all names of a service.
func (s *snapshot) occurrences() []occurrence {
	f := finder{snapshot: s, seen: map[spec.Span]bool{}}
	for _, file := range s.files {
		f.headers(file.Source)
		for _, kind := range s.tables {
			if tables := file.Root.Get(kind); tables != nil {
				for _, e := range tables.Value.Entries {
					f.table(kind, e)
				}
			}
		}
	}
	return f.list
}

// at returns what is named at an offset of a file.
func (s *snapshot) at(path string, offset int) (occurrence, bool) {
	for _, o := range s.places {
		if o.span.Start <= offset && offset <= o.span.End && s.path(o.span.Source) == path {
			return o, true
		}
	}
	return occurrence{}, false
}

// of lists the places of a symbol in the order of files and places.
func (s *snapshot) of(x symbol) []occurrence {
	var list []occurrence
	for _, o := range s.places {
		if o.symbol == x {
			list = append(list, o)
		}
	}
	return list
}

// finder gathers occurrences.
type finder struct {
	*snapshot
	list []occurrence
	seen map[spec.Span]bool
}

func (f *finder) add(kind, name string, span spec.Span, declares bool) {
	if !f.seen[span] && span.End > span.Start {
		f.seen[span] = true
		f.list = append(f.list, occurrence{symbol{kind, name}, span, declares})
	}
}

// headers finds the names of tables where they stand in headers and dotted keys:
// [stage.tell], and again in [stage.tell.body].
func (f *finder) headers(src *spec.Source) {
	var table []part
	for _, s := range tomlscan.Statements(src.Text) {
		list, _ := parts(src.Text, nameStart(src.Text, s), s.End)
		if s.Header {
			table = list
		} else {
			list = slices.Concat(table, list)
		}
		if len(list) < 2 || !f.isTable(list[0].name) {
			continue
		}
		start, end := list[1].content()
		f.add(list[0].name, list[1].name, spec.Span{Source: src, Start: start, End: end}, true)
	}
}

// table finds the names in a table.
func (f *finder) table(kind string, e *spec.Entry) {
	f.add(kind, e.Key, unquoted(e.KeySpan), true)
	if kind == "record" {
		for _, field := range e.Value.Entries {
			f.add(fieldKind, e.Key+"."+field.Key, unquoted(field.KeySpan), true)
			f.types(field.Value)
		}
		return
	}
	t := named{f, kind, e.Key}
	t.options(f.optionsAt([]string{kind, e.Key}), e.Value.Entries)
}

// named finds the names in the options of a table.
type named struct {
	*finder
	kind, name string
}

func (t named) options(options []spec.Option, entries []*spec.Entry) {
	for _, e := range entries {
		o, ok := optionNamed(options, e.Key)
		switch {
		case !ok:
		case o.Type == spec.Table:
			t.options(o.Options, e.Value.Entries)
		default:
			t.option(o, e.Value)
		}
	}
}

func (t named) option(o spec.Option, v *spec.Value) {
	switch o.Type {
	case spec.Name, spec.Names:
		for _, item := range v.Strings() {
			t.reference(o, item)
		}
	case spec.Types, spec.TypeText:
		t.types(v)
	case spec.Sequence:
		for _, item := range v.Strings() {
			t.step(item)
		}
	case spec.Fields:
		for _, item := range v.Strings() {
			t.field(t.fieldsAt(t.kind, t.name, o), item.Text, within(item, 0, len(item.Text)))
		}
	}
	if inTemplate(o) {
		t.templates(o, v)
	}
}

// reference finds the name that an option holds.
func (t named) reference(o spec.Option, v *spec.Value) {
	span := within(v, 0, len(v.Text))
	switch kind := strings.TrimSuffix(o.Of, "s"); {
	case kind == fieldKind:
		t.field(t.fieldsAt(t.kind, t.name, o), v.Text, span)
	case t.isTable(kind):
		t.add(kind, v.Text, span, false)
	case o.Name == "on_error":
		t.dotted(v)
	}
}

// step finds a stage, store or topic in a list of stages.
func (t named) step(v *spec.Value) {
	if !t.dotted(v) {
		t.add("stage", v.Text, within(v, 0, len(v.Text)), false)
	}
}

// dotted finds the name in "store.NAME" and "topic.NAME".
func (t named) dotted(v *spec.Value) bool {
	kind, name, ok := strings.Cut(v.Text, ".")
	if ok && (kind == "store" || kind == "topic") {
		t.add(kind, name, within(v, len(kind)+1, len(v.Text)), false)
	}
	return ok
}

// templates finds the fields in {…}, and those that where names.
func (t named) templates(o spec.Option, v *spec.Value) {
	if o.Name == "where" {
		for _, e := range v.Entries {
			t.field(t.loaded(t.name), e.Key, unquoted(e.KeySpan))
		}
	}
	rec := t.fieldsAt(t.kind, t.name, o)
	if rec == nil {
		return
	}
	for _, text := range v.Strings() {
		fields, _ := spec.TemplateFields(text.Text)
		for _, field := range fields {
			t.field(rec, field.Name, within(text, field.Start+1, field.End-1))
		}
	}
}

// loaded is the record of the store that a stage loads from.
func (s *snapshot) loaded(stage string) *spec.Record {
	return s.records[s.text("store", s.text("stage", stage, "store"), "record")]
}

func (f *finder) field(rec *spec.Record, name string, span spec.Span) {
	if rec != nil && rec.Field(name) != nil {
		f.add(fieldKind, rec.Name+"."+name, span, false)
	}
}

// recordName is the name of a record within a type.
var recordName = regexp.MustCompile(`[A-Z][A-Za-z0-9]*`)

// types finds the records in types.
func (f *finder) types(v *spec.Value) {
	for _, item := range v.Strings() {
		at := recordName.FindStringIndex(item.Text)
		if at == nil || strings.ContainsAny(item.Text, "./") {
			continue
		}
		f.add("record", item.Text[at[0]:at[1]], within(item, at[0], at[1]), false)
	}
}

// within is the place of a part of a string's content; none where the string is
// not written as it reads.
func within(v *spec.Value, start, end int) spec.Span {
	s, ok := v.Within(start, end)
	if !ok {
		return spec.Span{}
	}
	return s
}

// unquoted is the place of a key without its quotes.
func unquoted(s spec.Span) spec.Span {
	if raw := s.Source.Text[s.Start:s.End]; len(raw) >= 2 && (raw[0] == '"' || raw[0] == '\'') {
		s.Start, s.End = s.Start+1, s.End-1
	}
	return s
}
