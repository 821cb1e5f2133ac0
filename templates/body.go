package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Bodies of HTTP requests that the spec has: a template, or a table that
// becomes a JSON object.

// bodyText is the template of a body; nil where there is none.
func bodyText(o spec.Options) jen.Code {
	if e := o.Entry("body"); e != nil {
		return text(e.Value.Text)
	}
	return nil
}

// bodyObject is the http.Object of a body that is a table; nil where it is none.
func bodyObject(st *spec.Stage) jen.Code {
	e := st.Options.Entry("body")
	if e == nil || e.Value.Kind != spec.TableValue {
		return nil
	}
	var record *spec.Record
	if len(st.Params) == 1 {
		record = st.Params[0].Record
	}
	return bodyValue(e.Value, record)
}

// bodyValue is a value of the body of a request for a record: nil in first
// place, where no string has a field.
func bodyValue(v *spec.Value, record *spec.Record) *jen.Statement {
	lines := jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}
	switch v.Kind {
	case spec.TableValue:
		return jen.Qual(httpPath, "Object").CustomFunc(lines, func(g *jen.Group) {
			for _, e := range v.Entries {
				g.Add(line(jen.Null(), field{"Name", jen.Lit(e.Key)}, field{"Value", bodyValue(e.Value, record)}))
			}
		})
	case spec.ArrayValue:
		return jen.Qual(httpPath, "List").CustomFunc(lines, func(g *jen.Group) {
			for _, item := range v.Items {
				g.Add(bodyValue(item, record))
			}
		})
	case spec.StringValue:
		if f := wholeField(v, record); f == nil || quotedInJSON(f.Type) {
			return jen.Qual(httpPath, "Text").Call(jen.Lit(v.Text))
		}
		return jen.Qual(httpPath, "Raw").Call(jen.Lit(v.Text))
	}
	return jen.Qual(httpPath, "Raw").Call(jen.Lit(v.JSON()))
}

// wholeField is the field that a string of a body consists of; nil: none.
func wholeField(v *spec.Value, record *spec.Record) *spec.Field {
	if name, ok := spec.WholeField(v.Text); ok && record != nil {
		return record.Field(name)
	}
	return nil
}

// quotedInJSON reports whether JSON writes values of a scalar as strings.
func quotedInJSON(t *spec.Type) bool { return t.Name == "string" || t.Name == "time" }

// bodyTexts is a []string with the texts of a body's fields, of a record v.
func bodyTexts(record *spec.Record, o spec.Options) jen.Code {
	e := o.Entry("body")
	if e == nil {
		return nil
	}
	var list []jen.Code
	for _, v := range e.Value.Strings() {
		fields, _ := spec.TemplateFields(v.Text)
		for _, f := range fields {
			x := record.Field(f.Name)
			list = append(list, bodyTextOf(v, x, e.Value.Kind == spec.TableValue))
		}
	}
	if e.Value.Kind != spec.TableValue || list == nil {
		return stringList(list)
	}
	return jen.Index().String().Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, list...)
}

// bodyTextOf is the text of a field in a string of a body. In a table a field
// by itself is its JSON value: of a time that travels as a number, all of it.
func bodyTextOf(v *spec.Value, f *spec.Field, inTable bool) jen.Code {
	if _, whole := spec.WholeField(v.Text); whole && inTable && f.Type.Name == "time(unix)" {
		return fromRecord("UnixText").Call(valueOf(f))
	}
	return textOf(f.Type, valueOf(f))
}
