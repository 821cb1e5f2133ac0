package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/spec"
)

// suggestion is what may stand at a place.
type suggestion struct {
	label  string
	text   string // what is written; empty: the label
	kind   int
	detail string
	doc    string // Markdown
}

// completion answers what may stand at a position.
func (s *server) completion(p placeParams) (any, error) {
	items := []completionItem{}
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return items, nil
	}
	at := v.place(p.Position)
	at, list := v.suggest(at)
	edit := v.lines.between(at.start, at.end)
	for i, x := range list {
		item := completionItem{Label: x.label, Kind: x.kind, Detail: x.detail, SortText: fmt.Sprintf("%04d", i), FilterText: x.label}
		if item.TextEdit = (textEdit{edit, x.text}); x.text == "" {
			item.TextEdit.NewText = x.label
		}
		if x.doc != "" {
			item.Documentation = markdown(x.doc)
		}
		items = append(items, item)
	}
	return items, nil
}

// suggest returns what may stand at a place, and the place with the bytes that
// it would take.
func (v view) suggest(at place) (place, []suggestion) {
	switch at.in {
	case inHeader:
		return at, v.headers(at)
	case inKey:
		return at, v.keys(at)
	case inValue:
		return v.values(at)
	}
	return at, nil
}

// headers suggests what a header may name: tables, names that are used and have
// no table yet, tables within a table.
func (v view) headers(at place) (list []suggestion) {
	switch len(at.path) {
	case 0:
		for _, s := range spec.Schemas() {
			if s.Header != "" {
				list = append(list, suggestion{label: s.Name, kind: itemModule, detail: s.Header, doc: s.Summary})
			}
		}
	case 1:
		for _, name := range v.undeclared(at.path[0]) {
			list = append(list, suggestion{label: name, kind: itemRef, detail: "named in this service, and not declared yet"})
		}
	default:
		for _, o := range v.optionsAt(at.path) {
			if slices.Contains([]spec.OptionType{spec.Table, spec.Pairs, spec.Texts, spec.Body}, o.Type) {
				list = append(list, keySuggestion(o, ""))
			}
		}
	}
	return list
}

// undeclared lists the names of a kind that are used and have no table.
func (v view) undeclared(kind string) []string {
	var list []string
	for _, o := range v.places {
		if o.kind == kind && v.table(kind, o.name) == nil && !slices.Contains(list, o.name) {
			list = append(list, o.name)
		}
	}
	return list
}

// keys suggests the keys of a table that it does not have yet.
func (v view) keys(at place) (list []suggestion) {
	behind := " = "
	if at.assigned {
		behind = ""
	}
	taken := append(v.keysOf(at), at.taken...)
	if rec := v.conditions(at.path); rec != nil {
		for _, f := range rec.Fields {
			if !slices.Contains(taken, f.Name) {
				list = append(list, suggestion{label: f.Name, text: keyText(f.Name) + behind, kind: itemField, detail: typeText(f.Type)})
			}
		}
		return list
	}
	for _, o := range v.optionsAt(at.path) {
		if !slices.Contains(taken, o.Name) {
			list = append(list, keySuggestion(o, behind))
		}
	}
	return list
}

// conditions is the record whose fields are keys at a path, that of where; nil
// elsewhere.
func (v view) conditions(path []string) *spec.Record {
	if len(path) == 3 && path[0] == "stage" && path[2] == "where" {
		return v.loaded(path[1])
	}
	return nil
}

// keysOf lists the keys of the table around a place, but for the one at the
// place itself.
func (v view) keysOf(at place) (names []string) {
	for _, f := range v.files {
		t := f.Root
		for _, name := range at.path {
			if e := t.Get(name); e != nil {
				t = e.Value
			} else {
				t = &spec.Value{}
			}
		}
		for _, e := range t.Entries {
			if here := e.KeySpan.Start <= at.end && at.start <= e.KeySpan.End && v.snapshot.path(f.Source) == v.path; !here {
				names = append(names, e.Key)
			}
		}
	}
	return names
}

func keySuggestion(o spec.Option, behind string) suggestion {
	detail := takes(o)
	if o.Required {
		detail += ", required"
	}
	return suggestion{label: o.Name, text: o.Name + behind, kind: itemProperty, detail: detail, doc: optionDoc(o)}
}

// keyText is a key as it is written: in quotes where it needs them.
func keyText(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return !isBare(r) }) >= 0 || name == "" {
		return quoted(name)
	}
	return name
}

func isBare(r rune) bool {
	return r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
