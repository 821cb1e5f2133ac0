package templates

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/spec"
)

func httpListen() Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "http.listen", Summary: "Takes HTTP requests; answers once their records are acknowledged.",
			First: true, Waits: true, NeedsOut: true, Replies: true,
			Source: func(spec.Options) spec.SourceClass { return spec.Held },
			Options: []spec.Option{
				{Name: "listen", Type: spec.Text, Required: true, Doc: "address; without a host 127.0.0.1, any other needs token or open"},
				{Name: "path", Type: spec.Text, Default: "/", Doc: "path of the requests; {field} is a segment that fills that field"},
				{Name: "method", Type: spec.Choice, Default: "POST", Choices: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, Doc: "method of the requests"},
				{Name: "limit", Type: spec.Size, Default: "1MiB", Doc: "longest body that is read"},
				{Name: "token", Type: spec.Text, Doc: "bearer token that callers must show"},
				{Name: "open", Type: spec.Flag, Doc: "everybody may call"},
			},
			Check: checkListen,
		},
		Uses: Uses{First: "Takes requests: a record is made of the body, the fields in the path and the query. A caller is answered when the record is stored and sent everywhere."},
		Notes: []string{
			"The answer is 200 with the value of the last stage where that has an out, else 202; 400 where the record cannot be decoded, 422 where a stage fails with flow.Permanent, 503 where the pipeline fails.",
			"A stage that refuses a record with flow.Refuse chooses the status and the reason, and fails nothing.",
			"An error of a later stage stops the service unless the pipeline says on_error = \"continue\".",
		},
		Example: "[stage.orders]\nkind   = \"http.listen\"\nlisten = \":8080\"\npath   = \"/orders\"\nout    = \"Order\"",
		Type: func(s *Service, st *spec.Stage) *jen.Statement {
			return jen.Op("*").Qual(httpPath, "Listener").Types(s.goType(st.Out))
		},
		Open: openListen,
	}
}

func checkListen(st *spec.Stage, report spec.Report) {
	if e := st.Options.Entry("listen"); e != nil {
		checkAddress(st, e.Value, report)
	}
	if e := st.Options.Entry("token"); e != nil {
		spec.CheckToken(e.Value, report)
	}
	if e := st.Options.Entry("path"); e != nil {
		checkPath(e.Value, report)
		checkFilled(st, e.Value, report)
	}
}

// checkPath checks the path of the requests, as far as the defaults of its
// settings say: a {field} is a whole segment.
func checkPath(v *spec.Value, report spec.Report) {
	path, known := spec.DefaultOf(v.Text)
	switch problem := setting.Route(path); {
	case problem == setting.RouteStart && (known || !strings.HasPrefix(v.Text, "${")):
		report(spec.ErrListenPath(v.Span, "a path starts with /", "write /"+v.Text))
	case !known || problem == setting.RouteFine || problem == setting.RouteStart:
	case problem == setting.RouteSegment && !strings.Contains(path, "//"):
		report(spec.ErrListenPath(v.Span, "a path has no segment . or ..", "write it without them"))
	default:
		report(spec.ErrListenPath(v.Span, "a path has no empty segment, no ?, no # and no space", "write /orders or /shops/{shop}/orders; fields of the query are filled by their names"))
	}
	for _, segment := range setting.Levels(setting.ParseTemplate(v.Text)) {
		checkSegment(v, segment, report)
	}
}

// checkSegment refuses a {field} that is only a part of a segment, and braces
// that are none.
func checkSegment(v *spec.Value, segment []setting.Part, report spec.Report) {
	for _, p := range segment {
		switch {
		case p.Problem != "": // which is reported with the fields
		case p.Kind == setting.Field && len(segment) > 1:
			report(spec.ErrListenPath(v.Span, "{"+p.Value+"} is only a part of its segment", "let it stand alone between two slashes"))
			return
		case p.Kind == setting.Text && strings.ContainsAny(p.Value, "{}"):
			report(spec.ErrListenPath(v.Span, "a brace can stand in a path only as {field}", "write %7B or %7D for the character"))
			return
		}
	}
}

// checkAddress refuses an address that others can reach, unless the spec says
// who may.
func checkAddress(st *spec.Stage, v *spec.Value, report spec.Report) {
	address, known := spec.DefaultOf(v.Text)
	if !known {
		return
	}
	host, _, problem := setting.Address(address)
	if problem != setting.AddressFine {
		report(spec.ErrBadAddress(v.Span))
		return
	}
	if !setting.IsLoopback(host) && st.Options.Missing("token") && !st.Options.Bool("open") && (st.Options.Has("open") || st.Options.Missing("open")) {
		report(spec.ErrOpenAddress(v.Span))
	}
}

// checkFilled checks the {field}s that a source fills: out must be a record
// that has them, as scalars.
func checkFilled(st *spec.Stage, v *spec.Value, report spec.Report) {
	fields, problem := spec.TemplateFields(v.Text)
	if problem != "" {
		report(spec.ErrBadForm(v.Span, problem, "write {field}"))
	}
	for i, f := range fields {
		at := v.SpanOf("{" + f.Name + "}")
		switch {
		case slices.ContainsFunc(fields[:i], func(x spec.TemplateField) bool { return x.Name == f.Name }):
			report(spec.ErrListedTwice(v.Span, "{"+f.Name+"}", "this text"))
		case st.Out == nil:
		case st.Out.Kind != spec.RecordOf:
			report(spec.ErrNothingToFill(at, st.Out, f.Name))
		case st.Out.Record.Field(f.Name) == nil:
			report(spec.ErrUnknownField(at, f.Name, st.Out.Record))
		case !fillable(st.Out.Record.Field(f.Name)):
			report(spec.ErrUnfillable(at, st.Out.Record.Field(f.Name)))
		}
	}
}

func fillable(f *spec.Field) bool { return f.Type != nil && f.Type.Required().IsScalar() }

func openListen(s *Service, st *spec.Stage) *jen.Statement {
	o := st.Options
	options := jen.Qual(httpPath, "ListenOptions").Types(s.goType(st.Out))
	return jen.Qual(httpPath, "Listen").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Listen", text(o.Text("listen"))},
		field{"Path", text(o.Text("path"))},
		field{"Method", text(o.Text("method"))},
		field{"Limit", text(o.Text("limit"))},
		field{"Token", text(o.Text("token"))},
		field{"Open", flag(o.Bool("open"))},
		field{"Body", flag(o.Text("method") != "GET")},
		field{"Decode", s.payload(st.Out)},
		field{"Fields", filledFields(st.Out)},
	))
}

// filledFields is the []flow.Field of a record that text can fill.
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
