package lsp

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// values suggests values of the option at a place.
func (v view) values(at place) (place, []suggestion) {
	if len(at.path) == 3 && at.path[0] == "record" {
		return v.types(at)
	}
	o, ok := v.valueOption(at.path)
	switch {
	case !ok:
		return at, nil
	case o.Type == spec.Types || o.Type == spec.TypeText:
		return v.types(at)
	case o.Type == spec.Flag:
		return at, words([]string{"true", "false"}, o)
	case o.Type == spec.Whole:
		return at, words(o.Choices, o)
	case inTemplate(o) && at.quoted && o.Of == "":
		return v.templateFields(at, o)
	}
	return at, asWritten(at, o, v.names(at, o))
}

// valueOption is the option that a value belongs to, also one that stands deeper
// in a table of templates or in a body.
func (v view) valueOption(path []string) (o spec.Option, ok bool) {
	for n := len(path); n > 2 || n == 1 && len(path) == 1; n-- {
		o, ok = v.optionAt(path[:n])
		if ok && (n == len(path) || slices.Contains([]spec.OptionType{spec.Pairs, spec.Body}, o.Type)) {
			return o, true
		}
	}
	return spec.Option{}, false
}

// inTemplate reports whether {field} may stand in an option's text.
func inTemplate(o spec.Option) bool {
	return o.Fills || slices.Contains([]spec.OptionType{spec.Template, spec.Pairs, spec.Body}, o.Type)
}

// names suggests what an option may name.
func (v view) names(at place, o spec.Option) []suggestion {
	switch {
	case o.Type == spec.Choice:
		return words(o.Choices, o)
	case o.Type == spec.Sequence:
		return slices.Concat(v.declared("stage", ""), v.declared("store", "store."), v.declared("topic", "topic."))
	case o.Name == "on_error":
		plain := slices.DeleteFunc(slices.Clone(o.Choices), func(c string) bool { return c == "topic.NAME" })
		return slices.Concat(words(plain, o), v.declared("topic", "topic."))
	case o.Of == "kind":
		return kinds()
	case o.Type == spec.Fields || o.Of == fieldKind:
		return fields(v.fieldsAt(at.path[0], at.path[1], o))
	case o.Of == "host":
		return v.hosts()
	case o.Of == "connection" && len(at.path) > 1:
		return v.connections(at.path[1])
	case o.Of == "zone":
		return words(spec.Zones(), o)
	case o.Of == "paths":
		return v.specFiles()
	case o.Of == "schemes" || o.Type == spec.URL && at.path[0] == "store":
		return schemes(o)
	}
	if kind := strings.TrimSuffix(o.Of, "s"); v.isTable(kind) {
		return v.declared(kind, "")
	}
	return nil
}

// asWritten puts names into the quotes and brackets that are not there yet.
func asWritten(at place, o spec.Option, list []suggestion) []suggestion {
	for i, x := range list {
		text := x.label
		if x.text != "" {
			text = x.text
		}
		if !at.quoted {
			text = quoted(text)
		}
		if many := o.Type == spec.Names || o.Type == spec.Fields || o.Type == spec.Sequence; many && !at.list && !at.quoted {
			text = "[" + text + "]"
		}
		list[i].text = text
	}
	return list
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// words suggests the words of an option.
func words(choices []string, o spec.Option) (list []suggestion) {
	for _, c := range choices {
		x := suggestion{label: c, kind: itemValue, doc: optionDoc(o)}
		if c == o.Implied() {
			x.detail = "default"
		}
		list = append(list, x)
	}
	return list
}

// declared suggests the names of a kind of tables, with a prefix.
func (v view) declared(kind, prefix string) (list []suggestion) {
	for _, f := range v.files {
		tables := f.Root.Get(kind)
		if tables == nil {
			continue
		}
		for _, e := range tables.Value.Entries {
			list = append(list, suggestion{label: prefix + e.Key, kind: itemRef, detail: v.brief(symbol{kind, e.Key})})
		}
	}
	return list
}

// connections suggests those that may speak what a stage speaks: what another
// stage speaks something else with is none.
func (v view) connections(stage string) []suggestion {
	protocol := v.protocols[v.kindOf(stage)]
	return slices.DeleteFunc(v.declared("connection", ""), func(x suggestion) bool {
		i := slices.IndexFunc(v.graph.Connections, func(c *spec.Connection) bool { return c.Name == x.label })
		return i >= 0 && v.graph.Connections[i].Protocol != nil && v.graph.Connections[i].Protocol != protocol
	})
}

func kinds() (list []suggestion) {
	for _, k := range templates.KindPages() {
		detail := k.Summary
		if k.NotBuilt {
			detail += " (not built yet)"
		}
		list = append(list, suggestion{label: k.Name, kind: itemFunction, detail: detail, doc: kindDoc(k)})
	}
	return list
}

func fields(rec *spec.Record) (list []suggestion) {
	if rec == nil {
		return nil
	}
	for _, f := range rec.Fields {
		list = append(list, suggestion{label: f.Name, kind: itemField, detail: typeText(f.Type)})
	}
	return list
}

func (v view) hosts() (list []suggestion) {
	for _, f := range v.graph.Flows {
		known := slices.ContainsFunc(list, func(x suggestion) bool { return x.label == f.Host })
		if f.Host != "" && !known {
			list = append(list, suggestion{label: f.Host, kind: itemValue, detail: "host of flow " + f.Name})
		}
	}
	return list
}

// specFiles suggests the files beside flow.toml that may be included.
func (v view) specFiles() (list []suggestion) {
	names, _ := filepath.Glob(filepath.Join(v.dir, "*.toml"))
	for _, name := range names {
		if base := filepath.Base(name); base != gen.SpecName {
			list = append(list, suggestion{label: base, kind: itemFile})
		}
	}
	return list
}

// schemes suggests those of stores: a URL goes on behind one.
func schemes(o spec.Option) (list []suggestion) {
	for _, x := range spec.StoreSchemes() {
		label := x.Name
		if o.Type == spec.URL {
			label += ":"
		}
		if x.Built() {
			list = append(list, suggestion{label: label, kind: itemKeyword, detail: strings.Join(spec.ModeNames(x.Modes), ", ") + "; " + x.Shared.String()})
		}
	}
	return list
}

// types suggests types, behind the [] and map[string] that are there.
func (v view) types(at place) (place, []suggestion) {
	var list []suggestion
	for _, name := range spec.BasicTypes() {
		list = append(list, suggestion{label: name, kind: itemKeyword})
	}
	records := v.declared("record", "")
	for i := range records {
		records[i].kind = itemStruct
	}
	list = append(records, list...)
	if !at.quoted {
		return at, asWritten(at, spec.Option{}, list)
	}
	at.start += strings.LastIndexByte(at.before(), ']') + 1
	at.end = at.cursor + wordLength(string(at.text[at.cursor:at.end]))
	return at, list
}

// wordLength is how much of a text continues a word.
func wordLength(text string) int {
	if n := strings.IndexFunc(text, func(r rune) bool { return !isBare(r) }); n >= 0 {
		return n
	}
	return len(text)
}

// templateFields suggests the fields that may stand in {…}.
func (v view) templateFields(at place, o spec.Option) (place, []suggestion) {
	brace, open := spec.OpenField(at.before())
	if !open {
		return at, nil
	}
	at.start += brace + 1
	rest := string(at.text[at.cursor:at.end])
	at.end = at.cursor + wordLength(rest)
	list := fields(v.fieldsAt(at.path[0], at.path[1], o))
	for i := range list {
		if !strings.HasPrefix(rest[wordLength(rest):], "}") {
			list[i].text = list[i].label + "}"
		}
	}
	return at, list
}
