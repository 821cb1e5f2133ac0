package spec

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/internal/setting"
)

// where of store.load: fields of the store's record, and the values that they
// must have.

// Condition is a field of a store's record and the value that it must have.
type Condition struct {
	Field *Field
	Text  string // the value as written: a template
	// From is the field of what arrives that is the value, where the template
	// is one {field} and nothing else; else nil, and the value is the text.
	From  *Field
	value *Value
}

// where links the conditions of a stage to the record of its store. What their
// {field}s are, the places of the stage tell: see checkWhere.
func (r *resolver) where(s *Stage) {
	if s.Store == nil || s.Store.Record == nil {
		return
	}
	for _, e := range s.Options.Pairs("where") {
		f := s.Store.Record.Field(e.Key)
		switch {
		case f == nil:
			r.report(ErrUnknownField(e.KeySpan, e.Key, s.Store.Record))
		case f.Type == nil:
		case f.Type.sort() == "":
			r.report(errNotComparable(e.KeySpan, f))
		default:
			r.constant(f, e.Value)
			s.Where = append(s.Where, Condition{Field: f, Text: e.Value.Text, value: e.Value})
		}
	}
}

// constant judges a value without {field}, by the defaults of its settings.
func (r *resolver) constant(f *Field, v *Value) {
	if fields, _ := TemplateFields(v.Text); len(fields) > 0 {
		return
	}
	if text, known := DefaultOf(v.Text); known && !f.Type.Required().holds(text) {
		r.report(errWhereText(v.Span, f, text))
	}
}

// checkWhere checks the conditions against the type of the values that arrive.
func (r *resolver) checkWhere(s *Stage, t *Type) {
	for _, e := range s.Options.Pairs("where") {
		if wholeField(t, e.Value.Text) == nil {
			r.checkTemplate(e.Value, t)
		}
	}
	for i := range s.Where {
		c := &s.Where[i]
		if c.From = wholeField(t, c.Text); c.From != nil && !c.Field.Type.comparesWith(c.From.Type) {
			r.report(errWhereField(c.value.Span, c.Field, c.From))
		}
	}
}

// wholeField returns the field of t that a template is, if it is one {field}
// and nothing else.
func wholeField(t *Type, template string) *Field {
	name, ok := WholeField(template)
	if !ok || t.Kind != RecordOf {
		return nil
	}
	if f := t.Record.Field(name); f != nil && f.Type != nil {
		return f
	}
	return nil
}

// sort names the values that values of a type can be equal to: "number",
// "string" and so on; empty where where does not compare them.
func (t *Type) sort() string {
	t = t.Required()
	switch {
	case t.Kind == GoType:
		return t.String()
	case t.Kind != Basic || t.Name == "bytes" || t.Name == "json":
		return ""
	case strings.HasPrefix(t.Name, "time"):
		return "time"
	case t.bits() > 0:
		return "number"
	}
	return t.Name
}

// comparesWith reports whether a field of type t can be compared with a value
// of another type, which is never missing.
func (t *Type) comparesWith(other *Type) bool {
	return other.Kind != Optional && t.sort() == other.sort()
}

// bits returns the size of a number; 0 of other types.
func (t *Type) bits() int {
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
func (t *Type) holds(text string) bool {
	var err error
	switch t.Name {
	case "bool":
		_, ok := setting.Bool(text)
		return ok
	case "int", "int32", "int64":
		_, err = strconv.ParseInt(text, 10, t.bits())
	case "uint32", "uint64":
		_, err = strconv.ParseUint(text, 10, t.bits())
	case "float32", "float64":
		var f float64
		f, err = strconv.ParseFloat(text, t.bits())
		return err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	case "time":
		_, ok := setting.Time(text)
		return ok
	case "time(unix)":
		return setting.IsEpoch(text, time.Second)
	case "time(unix_ms)":
		return setting.IsEpoch(text, time.Millisecond)
	case "duration":
		_, err = time.ParseDuration(text)
	}
	return err == nil
}
