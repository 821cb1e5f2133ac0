package templates

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/spec"
)

const httpPath = flowPath + "/http"

var httpProtocol = &spec.Protocol{Name: "http", Package: httpPath}

func httpGet() Kind {
	k := httpClient("GET", "Asks a web server.")
	k.Example = "[stage.fetch]\nkind = \"http.get\"\nurl  = \"${WEATHER_URL}\"\nout  = \"Report\""
	return k
}

func httpPost() Kind {
	k := httpClient("POST", "Posts what arrives to a web server, or asks it with that.")
	k.Example = "[stage.tell]\nkind = \"http.post\"\nurl  = \"${OPS_URL}\""
	return k
}

func httpPut() Kind {
	k := httpClient("PUT", "Puts what arrives to a web server.")
	k.Idempotent = true
	k.Example = "[stage.save]\nkind = \"http.put\"\nurl  = \"${ARCHIVE_URL}/readings/{id}\""
	return k
}

func httpPatch() Kind {
	k := httpClient("PATCH", "Patches what a web server holds with what arrives.")
	k.Example = "[stage.rename]\nkind = \"http.patch\"\nurl  = \"${SHOP_URL}/orders/{id}\"\nbody = { name = \"{name}\" }"
	return k
}

func httpDelete() Kind {
	k := httpClient("DELETE", "Deletes at a web server what arrives.")
	k.Example = "[stage.forget]\nkind = \"http.delete\"\nurl  = \"${SHOP_URL}/orders/{id}\""
	return k
}

// httpClient is what the kinds of HTTP requests have in common.
func httpClient(method, summary string) Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "http." + strings.ToLower(method), Summary: summary,
			First: true, Later: true, Sends: true, Asks: true, NeedsOut: true,
			Source:     func(spec.Options) spec.SourceClass { return spec.Lossy },
			Connection: httpProtocol,
			Options:    httpOptions(method),
			Check:      checkHTTP,
		},
		Uses: Uses{
			First: "Makes the request at each run of the trigger; the answer, decoded as out, goes on.",
			Later: "Makes a request for each value and passes the value on; the body of the answer is dropped.",
			Ask:   "Makes a request for each value; the answers, decoded as out, go on.",
		},
		Notes:   httpNotes(method),
		Section: "HTTP requests",
		Package: httpPath,
		Type:    httpType,
		Open:    func(s *Service, st *spec.Stage) *jen.Statement { return openHTTP(s, st, method) },
		Call:    "Get", Send: "Send", Ask: "Ask",
	}
}

func httpNotes(method string) []string {
	tried := "408, 425, 429, 5xx and an answer that does not come are tried again. Any other status that accept does not list, an answer beyond limit and one that cannot be decoded are not."
	if method == "GET" {
		return []string{tried, "Redirects are followed, ten at most; a request that is led to another server loses its headers."}
	}
	notes := []string{tried, "Where field is missing in a value, nothing is sent: the value goes on, and with out it is skipped."}
	if method == "DELETE" {
		return append(notes, "What arrives fills the URL, the query and the headers: many servers refuse a DELETE with a body.")
	}
	return append(notes, "With body = \"\" a request has no body.")
}

func httpOptions(method string) []spec.Option {
	options := []spec.Option{
		{Name: "connection", Type: spec.Name, Of: "connection", Doc: "connection whose url, secrets and headers are used"},
		{Name: "url", Type: spec.Template, Doc: "address; may hold {field}, but not in scheme and host"},
		{Name: "query", Type: spec.Pairs, Doc: "values of the query; may hold {field}"},
		{Name: "headers", Type: spec.Pairs, Doc: "headers of the request; may hold {field}"},
	}
	if method != "GET" {
		options = append(options, bodyOption(method), fieldOption())
	}
	return append(options,
		spec.Option{Name: "accept", Type: spec.Statuses, Doc: "statuses that are a success; default: 200 to 299"},
		spec.Option{Name: "limit", Type: spec.Size, Default: "64MiB", Doc: "longest answer that is read"},
	)
}

func bodyOption(method string) spec.Option {
	doc := "body of the request, instead of what arrives; may hold {field}"
	if method == "DELETE" {
		doc = "body of the request, which has none otherwise; may hold {field}"
	}
	return spec.Option{Name: "body", Type: spec.Body, Doc: doc}
}

// checkHTTP checks addresses and headers.
func checkHTTP(st *spec.Stage, report spec.Report) {
	if st.Options.Missing("url") && st.Options.Missing("connection") {
		report(errNoAddress(st))
	}
	if st.Connection != nil {
		if e := st.Connection.Options.Entry("url"); e != nil {
			checkURL("", e.Value, report)
			checkEncrypted(st.Connection.Options, e.Value, report)
		}
		checkBearer(st.Connection.Options, report)
	}
	if e := st.Options.Entry("url"); e != nil {
		switch {
		case st.Options.Has("connection") && strings.HasPrefix(e.Value.Text, "/"):
			checkURL(someServer, e.Value, report)
		case checkHost(e.Value, report):
			checkURL("", e.Value, report)
		}
		checkServer(st, e.Value, report)
	}
	spec.CheckHeaders(st.Options.Pairs("headers"), report)
	if st.Options.Has("body") && st.Options.Has("field") {
		report(spec.ErrExclusive(st.Options.Entry("field").KeySpan, "body and field both say what is sent"))
	}
}

// someServer stands for the URL of a connection, which is judged by itself: what
// is wrong with a path behind it is the same behind all.
const someServer = "http://server"

// checkURL judges the default of a URL setting that stands behind base.
func checkURL(base string, v *spec.Value, report spec.Report) {
	if problem := urlProblem(base, v.Text); problem != "" {
		report(errBadURL(v.Span, problem))
	}
}

// urlProblem says what is wrong with the URL of a request. What stands in the
// names of its {field}s does not count.
func urlProblem(base, text string) string {
	value, known := setting.DefaultOfURL(setting.ParseTemplate(text))
	if !known {
		return ""
	}
	switch _, problem := setting.HTTP(base + value); problem {
	case setting.URLFine:
		return ""
	case setting.URLScheme:
		return "must start with http:// or https://"
	case setting.URLHost:
		return "has no host"
	case setting.URLFragment:
		return "has a part behind #, which is never sent"
	case setting.URLPort:
		return "has a port above 65535"
	}
	return "is malformed"
}

// checkBearer refuses a token that no header can hold.
func checkBearer(o spec.Options, report spec.Report) {
	if e := o.Entry("token"); e != nil {
		if token, _ := spec.DefaultOf(e.Value.Text); !setting.FitsHeader(token) {
			report(spec.ErrBadForm(e.Value.Span, "a token cannot hold a line break or another control character", "write it on one line"))
		}
	}
}

// checkEncrypted refuses TLS files of a connection that is not encrypted.
func checkEncrypted(o spec.Options, url *spec.Value, report spec.Report) {
	if o.Has("tls") && spec.Scheme(url.Text) == "http" {
		report(errNotEncrypted(o.Entry("tls").KeySpan, url.Span))
	}
}

// checkServer holds the URL of a stage against that of its connection, whose
// credentials no other server gets.
func checkServer(st *spec.Stage, v *spec.Value, report spec.Report) {
	if st.Connection == nil || !st.Connection.Options.Has("url") {
		return
	}
	base := st.Connection.Options.Entry("url").Value
	baseText, known := setting.DefaultOfURL(setting.Parse(base.Text))
	if strings.HasPrefix(v.Text, "/") {
		if known && strings.Contains(baseText, "?") {
			report(errQueryBeforePath(v.Span, base.Span))
		}
		return
	}
	server, known := origin(v.Text)
	home, homeKnown := origin(base.Text)
	if known && homeKnown && server != home {
		report(errOtherServer(v.Span, base.Span, server, st.Connection))
	}
}

// origin returns the scheme and the host of the default of an HTTP URL: the
// server that it names. known is false where there is none to judge.
func origin(text string) (server string, known bool) {
	value, known := setting.DefaultOfURL(setting.Parse(text))
	u, err := url.Parse(value)
	if !known || err != nil || u.Host == "" {
		return "", false
	}
	port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Host), port), true
}

// checkHost refuses {field} in scheme and host: data from outside would choose
// whom to talk to. Where the first field stands behind them, all do.
func checkHost(v *spec.Value, report spec.Report) (fits bool) {
	fields, _ := spec.TemplateFields(v.Text)
	if len(fields) == 0 {
		return true
	}
	before, known := spec.DefaultOf(fields[0].Before)
	_, rest, ok := strings.Cut(before, "://")
	if !ok && !known {
		rest = before
	}
	if strings.ContainsAny(rest, "/?") {
		return true
	}
	report(errFieldInHost(v.SpanAt(fields[0].Start, fields[0].End), "{"+fields[0].Name+"}"))
	return false
}

// httpType is *http.Client[T, U]: T is what it takes, U what it gives.
func httpType(s *Service, st *spec.Stage) *jen.Statement {
	return jen.Op("*").Qual(httpPath, "Client").Types(s.takes(st), s.gives(st))
}

// takes is the Go type of the value a stage takes; struct{} where none does.
func (s *Service) takes(st *spec.Stage) *jen.Statement {
	if len(st.Params) == 1 {
		return s.goType(st.Params[0])
	}
	return jen.Struct()
}

// gives is the Go type of a stage's out; struct{} where it has none.
func (s *Service) gives(st *spec.Stage) *jen.Statement {
	if st.Out != nil {
		return s.goType(st.Out)
	}
	return jen.Struct()
}

func openHTTP(s *Service, st *spec.Stage, method string) *jen.Statement {
	o := st.Options
	var answer, content jen.Code
	if st.Out != nil {
		answer = s.payload(st.Out)
	}
	if sendsValue(method, o) {
		content = s.content(st)
	}
	options := jen.Qual(httpPath, "ClientOptions").Types(s.takes(st), s.gives(st))
	return jen.Qual(httpPath, "NewClient").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Method", jen.Lit(method)},
		field{"Connection", connectionVar(st)},
		field{"URL", text(o.Text("url"))},
		field{"Headers", headers(o.Pairs("headers"))},
		field{"Query", headers(o.Pairs("query"))},
		field{"Body", bodyText(o)},
		field{"JSON", bodyObject(st)},
		field{"Accept", statuses(o)},
		field{"Limit", jen.Lit(o.Text("limit"))},
		field{"Fill", s.httpFill(st)},
		field{"Content", content},
		field{"Answer", answer},
	))
}

// sendsValue reports whether the body of a request is what arrives. Many
// servers refuse a DELETE with a body, so one has it only where field says so.
func sendsValue(method string, o spec.Options) bool {
	switch {
	case method == "GET" || o.Has("body"):
		return false
	case method == "DELETE":
		return o.Has("field")
	}
	return true
}

func connectionVar(st *spec.Stage) jen.Code {
	if st.Connection == nil {
		return nil
	}
	return jen.Id("connection" + spec.GoName(st.Connection.Name))
}

func headers(pairs []*spec.Entry) jen.Code {
	if len(pairs) == 0 {
		return nil
	}
	return jen.Index().Add(fromFlow("Header")).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, e := range pairs {
			g.Add(line(jen.Null(), field{"Name", jen.Lit(e.Key)}, field{"Value", jen.Lit(e.Value.Text)}))
		}
	})
}

func statuses(o spec.Options) jen.Code {
	e := o.Entry("accept")
	if e == nil {
		return nil
	}
	return jen.Index().Int().ValuesFunc(func(g *jen.Group) {
		for _, item := range e.Value.Items {
			g.Id(strings.ReplaceAll(item.Text, "_", ""))
		}
	})
}

// content is the record.Content of what a sending stage sends; nil where nothing
// arrives.
func (s *Service) content(st *spec.Stage) jen.Code {
	if len(st.Params) != 1 {
		return nil
	}
	t := st.Params[0]
	if st.Field == nil {
		return fromRecord("Whole").Call(s.payload(t))
	}
	f := st.Field.Type
	value := jen.Id("v").Dot(st.Field.GoName)
	if f.Kind != spec.Optional {
		value = jen.Op("&").Add(value)
	}
	pick := jen.Func().Params(jen.Id("v").Add(s.goType(t))).Op("*").Add(s.goType(f.Required())).Block(jen.Return(value))
	return fromRecord("OneField").Call(s.payload(f.Required()), pick)
}

// httpFill is the function that gives the {field}s of a stage's templates their
// texts; nil where there are none.
func (s *Service) httpFill(st *spec.Stage) jen.Code {
	if len(st.Params) != 1 || st.Params[0].Kind != spec.RecordOf {
		return nil
	}
	record, o := st.Params[0].Record, st.Options
	url := fieldTexts(record, o.Text("url"))
	head, query := pairTexts(record, o.Pairs("headers")), pairTexts(record, o.Pairs("query"))
	body := bodyTexts(record, o)
	if url == nil && head == nil && query == nil && body == nil {
		return nil
	}
	values := literal(jen.Qual(httpPath, "Values"), field{"URL", url}, field{"Headers", head}, field{"Query", query}, field{"Body", body})
	return jen.Func().Params(jen.Id("v").Add(s.goType(st.Params[0]))).Qual(httpPath, "Values").Block(jen.Return(values))
}

// fieldTexts is a []string with the texts of a template's fields, of a record v.
func fieldTexts(record *spec.Record, template string) jen.Code {
	fields, _ := spec.TemplateFields(template)
	var list []jen.Code
	for _, f := range fields {
		x := record.Field(f.Name)
		list = append(list, textOf(x.Type, valueOf(x)))
	}
	return stringList(list)
}

// valueOf is a field of a record v.
func valueOf(f *spec.Field) *jen.Statement { return jen.Id("v").Dot(f.GoName) }

// stringList is a []string; nil where it would be empty.
func stringList(list []jen.Code) jen.Code {
	if len(list) == 0 {
		return nil
	}
	return jen.Index().String().Values(list...)
}

// pairTexts is a [][]string, one list a pair.
func pairTexts(record *spec.Record, pairs []*spec.Entry) jen.Code {
	if !slices.ContainsFunc(pairs, func(e *spec.Entry) bool { return fieldTexts(record, e.Value.Text) != nil }) {
		return nil
	}
	return jen.Index().Index().String().CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, e := range pairs {
			if texts := fieldTexts(record, e.Value.Text); texts != nil {
				g.Add(texts)
				continue
			}
			g.Nil()
		}
	})
}

// Diagnostics of requests.

func errNoAddress(st *spec.Stage) spec.Diagnostic {
	return spec.NewError("FLOW013", st.Span, "add url = \"…\", or connection = \"…\" that has it", "stage.%s needs url", st.Name)
}

// errBadURL says that a text is no URL of HTTP.
func errBadURL(at spec.Span, problem string) spec.Diagnostic {
	return spec.NewError("FLOW132", at, "write http://host/path or https://host/path", "the URL %s", problem)
}

// errNotEncrypted says that a connection has files for TLS, and does not use it.
func errNotEncrypted(at, url spec.Span) spec.Diagnostic {
	return spec.NewError("FLOW133", at, "write https://, or drop tls", "tls is set, but the URL is not encrypted").WithNote(url, "the URL")
}

// errQueryBeforePath says that a path follows a URL that ends with a query.
func errQueryBeforePath(at, base spec.Span) spec.Diagnostic {
	return spec.NewError("FLOW134", at, "move it to query = { name = \"value\" } of the stage", "the URL of the connection has a query, which no path can follow").WithNote(base, "the connection's URL")
}

// errOtherServer says that a stage would send credentials of a connection to
// another server.
func errOtherServer(at, base spec.Span, server string, c *spec.Connection) spec.Diagnostic {
	return spec.NewError("FLOW135", at, "write a path, such as \"/path\", or give it a connection of its own", "%s is not the server of connection %q, whose credentials it would get", server, c.Name).WithNote(base, "the connection's URL")
}

// errFieldInHost says that data would choose whom to talk to.
func errFieldInHost(at spec.Span, field string) spec.Diagnostic {
	return spec.NewError("FLOW136", at, "let it stand in the path or the query", "%s cannot stand in the scheme or host of a URL", field)
}
