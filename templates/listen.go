package templates

import (
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
				{Name: "path", Type: spec.Text, Default: "/", Fills: true, Doc: "path of the requests; {field} is a segment that fills that field"},
				{Name: "method", Type: spec.Choice, Default: "POST", Choices: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, Doc: "method of the requests"},
				{Name: "limit", Type: spec.Size, Default: "1MiB", Doc: "longest body that is read"},
				{Name: "token", Type: spec.Text, Doc: "bearer token that callers must show"},
				{Name: "open", Type: spec.Flag, Doc: "everybody may call"},
			},
			Check:    checkListen,
			CheckAll: checkListeners,
			NoEffect: listenNoEffect,
		},
		Uses: Uses{First: "Takes requests: a record is made of the body, the fields in the path and the query. A caller is answered when the record is stored and sent everywhere."},
		Notes: []string{
			"The answer is 200 with the value of the last stage where that has an out, else 202; 400 where the record cannot be decoded, 422 where a stage fails with flow.Permanent, 503 where the pipeline fails.",
			"A stage that refuses a record with flow.Refuse chooses the status and the reason, and fails nothing.",
			"An error of a later stage stops the service unless the pipeline says on_error = \"continue\".",
		},
		Example: "[stage.orders]\nkind   = \"http.listen\"\nlisten = \":8080\"\npath   = \"/orders\"\nout    = \"Order\"",
		Package: httpPath,
		Type: func(s *Service, st *spec.Stage) *jen.Statement {
			return jen.Op("*").Qual(httpPath, "Listener").Types(s.goType(st.Out))
		},
		Open: openListen,
	}
}

// listenNoEffect says that a request which cannot be decoded is no error of the
// stage.
func listenNoEffect(_ spec.Options, option string) string {
	if option == "on_error" {
		return "a request that cannot be decoded is answered with 400"
	}
	return ""
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
		report(errListenPath(v.Span, "a path starts with /", "write /"+v.Text))
	case !known || problem == setting.RouteFine || problem == setting.RouteStart:
	case problem == setting.RouteSegment && !strings.Contains(path, "//"):
		report(errListenPath(v.Span, "a path has no segment . or ..", "write it without them"))
	default:
		report(errListenPath(v.Span, "a path has no empty segment, no ?, no # and no space", "write /orders or /shops/{shop}/orders; fields of the query are filled by their names"))
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
			report(errListenPath(v.Span, "{"+p.Value+"} is only a part of its segment", "let it stand alone between two slashes"))
			return
		case p.Kind == setting.Text && strings.ContainsAny(p.Value, "{}"):
			report(errListenPath(v.Span, "a brace can stand in a path only as {field}", "write %7B or %7D for the character"))
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
		report(errBadAddress(v.Span))
		return
	}
	if !setting.IsLoopback(host) && st.Options.Missing("token") && !st.Options.Bool("open") && (st.Options.Has("open") || st.Options.Missing("open")) {
		report(errOpenAddress(v.Span))
	}
}

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

// Diagnostics of a listener.

// errListenPath says that a text is no path of requests.
func errListenPath(at spec.Span, problem, help string) spec.Diagnostic {
	return spec.NewError("FLOW137", at, help, "%s", problem)
}

// errBadAddress says that a text is no address to listen at.
func errBadAddress(at spec.Span) spec.Diagnostic {
	return spec.NewError("FLOW138", at, "write :8080 for this machine, or 0.0.0.0:8080 with token or open", "the address has no port from 0 to 65535")
}

// errOpenAddress says that a listener lets everybody in, and nobody said so.
func errOpenAddress(at spec.Span) spec.Diagnostic {
	return spec.NewError("FLOW139", at, "add token = \"${NAME}\", or open = true if everybody may call", "others can reach this address")
}
