package spec

import (
	"strconv"
	"strings"

	"github.com/flowc-dev/flowc/internal/toml"
)

// A body as a table becomes a JSON object: strings are templates, all else is
// taken as it is.

// checkBody checks a body, or a value within one.
func (r *resolver) checkBody(s Option, v *Value) bool {
	switch {
	case v.Kind == StringValue:
		return r.checkText(s, v)
	case v.Kind == TimeValue:
		r.report(errNotJSON(v.Span, "dates and times"))
		return false
	case v.Kind == FloatValue && v.JSON() == "":
		r.report(errNotJSON(v.Span, "number "+v.Text))
		return false
	case v.Kind == ArrayValue && v.header:
		r.report(errTableList(v.Span))
		return false
	}
	ok := true
	for _, inner := range v.inner() {
		ok = r.checkBody(s, inner) && ok
	}
	return ok
}

// inner lists the values of a list or a table.
func (v *Value) inner() []*Value {
	list := v.Items
	for _, e := range v.Entries {
		list = append(list, e.Value)
	}
	return list
}

// JSON returns a number or a bool as JSON writes it; "" where JSON has no such
// value.
func (v *Value) JSON() string {
	switch v.Kind {
	case BoolValue:
		return v.Text
	case IntegerValue:
		n, ok := toml.Int(v.Text)
		if !ok {
			return ""
		}
		return strconv.FormatInt(n, 10)
	case FloatValue:
		plain := strings.TrimPrefix(strings.ReplaceAll(v.Text, "_", ""), "+")
		if strings.Contains(plain, "n") { // inf, nan
			return ""
		}
		return plain
	}
	return ""
}

// Strings lists the strings of a body in the order in which they stand: the
// body itself, or those of its tables and lists.
func (v *Value) Strings() []*Value {
	if v.Kind == StringValue {
		return []*Value{v}
	}
	var list []*Value
	for _, inner := range v.inner() {
		list = append(list, inner.Strings()...)
	}
	return list
}

// WholeField returns the field that a template consists of, and nothing else:
// in a body it becomes that field's JSON value.
func WholeField(template string) (name string, ok bool) {
	fields, problem := TemplateFields(template)
	if problem != "" || len(fields) != 1 || fields[0].End-fields[0].Start != len(template) {
		return "", false
	}
	return fields[0].Name, true
}
