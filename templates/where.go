package templates

import (
	"strings"
	"time"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/spec"
)

// where of store.load: fields of the store's record, and the values that they
// must have.

// condition is a field of a store's record and the value that it must have.
type condition struct {
	field *spec.Field
	text  string // the value as written: a template
	// from is the field of what arrives that is the value, where the template
	// is one {field} and nothing else; else nil, and the value is the text.
	from *spec.Field
}

// conditionsOf returns the conditions of a stage without errors.
func conditionsOf(st *spec.Stage) []condition {
	var list []condition
	for _, e := range st.Options.Pairs("where") {
		c := condition{field: st.Store.Record.Field(e.Key), text: e.Value.Text}
		if len(st.Params) == 1 {
			c.from = wholeField(e.Value, recordOf(st.Params[0]))
		}
		list = append(list, c)
	}
	return list
}

// recordOf is the record that a type is; nil: none.
func recordOf(t *spec.Type) *spec.Record {
	if t.Kind != spec.RecordOf {
		return nil
	}
	return t.Record
}

// checkWhere judges the fields of the conditions, and the values without {field}.
func checkWhere(st *spec.Stage, report spec.Report) {
	if st.Store == nil || st.Store.Record == nil {
		return
	}
	for _, e := range st.Options.Pairs("where") {
		f := st.Store.Record.Field(e.Key)
		switch {
		case f == nil:
			report(spec.ErrUnknownField(e.KeySpan, e.Key, st.Store.Record))
		case f.Type == nil:
		case sortOf(f.Type) == "":
			report(errNotComparable(e.KeySpan, f))
		default:
			checkConstant(f, e.Value, report)
		}
	}
}

// checkConstant judges a value without {field}, by the defaults of its settings.
func checkConstant(f *spec.Field, v *spec.Value, report spec.Report) {
	if fields, _ := spec.TemplateFields(v.Text); len(fields) > 0 {
		return
	}
	if text, known := spec.DefaultOf(v.Text); known && !holds(f.Type.Required(), text) {
		report(errWhereText(v.Span, f, text))
	}
}

// checkConditions judges the {field}s of the conditions against the type of the
// values that arrive.
func checkConditions(st *spec.Stage, t *spec.Type, report spec.Report) {
	for _, e := range st.Options.Pairs("where") {
		from := wholeField(e.Value, recordOf(t))
		if from == nil || from.Type == nil {
			spec.CheckTemplate(e.Value, t, report)
			continue
		}
		if st.Store == nil || st.Store.Record == nil {
			continue
		}
		f := st.Store.Record.Field(e.Key)
		if f != nil && f.Type != nil && sortOf(f.Type) != "" && !compares(f.Type, from.Type) {
			report(errWhereField(e.Value.Span, f, from))
		}
	}
}

// sortOf names the values that values of a type can be equal to: "number",
// "string" and so on; empty where where does not compare them.
func sortOf(t *spec.Type) string {
	t = t.Required()
	switch {
	case t.Kind == spec.GoType:
		return t.String()
	case t.Kind != spec.Basic || t.Name == "bytes" || t.Name == "json":
		return ""
	case strings.HasPrefix(t.Name, "time"):
		return "time"
	case bits(t) > 0:
		return "number"
	}
	return t.Name
}

// compares reports whether a field of type t can be compared with a value
// of another type, which is never missing.
func compares(t, other *spec.Type) bool {
	return other.Kind != spec.Optional && sortOf(t) == sortOf(other)
}

// bits returns the size of a number; 0 of other types.
func bits(t *spec.Type) int {
	switch t.Name {
	case "int", "int64", "uint64", "float64":
		return 64
	case "int32", "uint32", "float32":
		return 32
	}
	return 0
}

// holds reports whether a text is a value of the type, as it would stand in
// place of {field}. Of a Go type only the program can tell.
func holds(t *spec.Type, text string) bool {
	ok := true
	switch t.Name {
	case "bool":
		_, ok = setting.Bool(text)
	case "int", "int32", "int64":
		_, ok = setting.Int(text, bits(t))
	case "uint32", "uint64":
		_, ok = setting.Uint(text, bits(t))
	case "float32", "float64":
		_, ok = setting.Float(text, bits(t))
	case "time":
		_, ok = setting.Time(text)
	case "time(unix)":
		return isEpoch(text, time.Second)
	case "time(unix_ms)":
		return isEpoch(text, time.Millisecond)
	case "duration":
		_, problem := setting.Duration(text)
		return problem == setting.Fine || problem == setting.Negative
	}
	return ok
}

func isEpoch(text string, unit time.Duration) bool {
	t, ok := setting.Epoch(text, unit)
	return ok && setting.FitsYear(t)
}

func errNotComparable(at spec.Span, f *spec.Field) spec.Diagnostic {
	return spec.NewError("FLOW039", at, "where takes fields that are a bool, a number, a string, a time, a duration or a Go type", "field %q is %s, which where cannot compare", f.Name, f.Type).WithNote(f.Span, "declared here")
}

func errWhereText(at spec.Span, f *spec.Field, text string) spec.Diagnostic {
	help := map[string]string{
		"bool": "write true or false", "number": "write a number of that type", "duration": `write it as "1m30s"`,
		"time": `write it as "2026-01-02T15:04:05Z"`,
	}[sortOf(f.Type)]
	if name := f.Type.Required().Name; strings.HasPrefix(name, "time(") {
		help = "write a number, as " + name + " counts"
	}
	return spec.NewError("FLOW039", at, help, "field %q is %s, and %q is no such value", f.Name, f.Type, text).WithNote(f.Span, "declared here")
}

func errWhereField(at spec.Span, f, from *spec.Field) spec.Diagnostic {
	help := "name a field of that type, or convert it in a stage before"
	if sortOf(f.Type) == sortOf(from.Type) {
		help = "a value that may be missing equals nothing: let a stage before give one that is always there"
	}
	return spec.NewError("FLOW039", at, help, "field %q is %s, but {%s} is %s", f.Name, f.Type, from.Name, from.Type).WithNote(f.Span, "declared here")
}
