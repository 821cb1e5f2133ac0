package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// The {field}s that a source fills: those of a path of http.listen, and of a
// topic of mqtt.subscribe.

// checkFilled checks the {field}s that a source fills: out must be a record
// that has them, as scalars.
func checkFilled(st *spec.Stage, v *spec.Value, report spec.Report) {
	fields, problem := spec.TemplateFields(v.Text)
	if problem != "" {
		report(spec.ErrBadForm(v.Span, problem, "write {field}"))
	}
	for i, f := range fields {
		at := v.SpanAt(f.Start, f.End)
		switch {
		case slices.ContainsFunc(fields[:i], func(x spec.TemplateField) bool { return x.Name == f.Name }):
			report(spec.ErrListedTwice(v.Span, "{"+f.Name+"}", "this text"))
		case st.Out == nil:
		case st.Out.Kind != spec.RecordOf:
			report(errNothingToFill(at, st.Out, f.Name))
		case st.Out.Record.Field(f.Name) == nil:
			report(spec.ErrUnknownField(at, f.Name, st.Out.Record))
		case !fillable(st.Out.Record.Field(f.Name)):
			report(errUnfillable(at, st.Out.Record.Field(f.Name)))
		}
	}
}

func fillable(f *spec.Field) bool { return f.Type != nil && f.Type.Required().IsScalar() }

// filledFields is the []record.Field of a record that text can fill.
func filledFields(t *spec.Type) jen.Code {
	if t.Kind != spec.RecordOf || !slices.ContainsFunc(t.Record.Fields, fillable) {
		return nil
	}
	return jen.Index().Add(fromRecord("Field")).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, f := range t.Record.Fields {
			if fillable(f) {
				g.Add(line(jen.Null(), field{"Name", jen.Lit(f.Name)}, field{"Type", fromRecord(textType(f.Type))}, field{"Optional", flag(f.Type.Kind == spec.Optional)}))
			}
		}
	})
}

// errNothingToFill says that a {field} of a source fills a field, and out has
// none.
func errNothingToFill(at spec.Span, out *spec.Type, field string) spec.Diagnostic {
	return spec.NewError("FLOW026", at, "let out be a record", "%s is no record, so {%s} has no field to fill", out, field)
}

// errUnfillable says that a {field} of a source names a field that no text fits
// into.
func errUnfillable(at spec.Span, f *spec.Field) spec.Diagnostic {
	return spec.NewError("FLOW027", at, "it must be a bool, a number, a string or a time", "field %q cannot be filled from a text", f.Name).WithNote(f.Span, "declared here")
}
