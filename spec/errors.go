package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/cron"
	"github.com/flowc-dev/flowc/internal/toml"
)

// Every message of the compiler about a spec, each with its code. A code never
// changes its meaning.

func newError(code string, at Span, help, format string, args ...any) Diagnostic {
	return Diagnostic{Severity: Error, Code: code, Span: at, Message: fmt.Sprintf(format, args...), Help: help}
}

func newWarning(code string, at Span, help, format string, args ...any) Diagnostic {
	d := newError(code, at, help, format, args...)
	d.Severity = Warning
	return d
}

func (d Diagnostic) also(at Span, message string) Diagnostic {
	if !at.IsZero() {
		d.Also = &Note{at, message}
	}
	return d
}

// The text of a file.

// tomlCodes are the codes of what internal/toml reports: it has the words.
var tomlCodes = map[toml.Sort]string{toml.Syntax: "FLOW001", toml.Encoding: "FLOW002", toml.TooDeep: "FLOW004", toml.Twice: twiceCode}

func errTOML(src *Source, p toml.Problem) Diagnostic {
	message := p.Message
	if p.Sort == toml.Syntax {
		message = "not TOML: " + message
	}
	d := newError(tomlCodes[p.Sort], src.span(p.Span), p.Help, "%s", message)
	if p.Sort == toml.Twice {
		return d.also(src.span(p.First), "first here")
	}
	return d
}

func errTooLarge(at Span) Diagnostic {
	return newError("FLOW003", at, "split the spec with include", "the file is larger than %d MiB", maxFileSize>>20)
}

// twiceCode is the code of what is declared twice, in one file or in two.
const twiceCode = "FLOW005"

func errTwice(at, first Span, key string) Diagnostic {
	return newError(twiceCode, at, "drop one, or give it another name", "%s is declared twice", quoted(key)).also(first, "first here")
}

// Include and files, reported by whoever reads them.

// ErrInclude says that an included file cannot be read.
func ErrInclude(at Span, path string, err error) Diagnostic {
	return newError("FLOW006", at, "include names files relative to flow.toml, inside its folder", "cannot include %s: %v", quoted(path), err)
}

// ErrModule says that the place of a service in a Go module cannot be told.
func ErrModule(err error) Diagnostic {
	return newError("FLOW007", Span{}, "", "%v", err)
}

func errTopKeyInInclude(at Span, key string) Diagnostic {
	return newError("FLOW008", at, "move it to flow.toml", "%s belongs above the tables of flow.toml, not in an included file", quoted(key))
}

func errTooManyTables(at Span) Diagnostic {
	return newError("FLOW009", at, "make several services of it, each with a flow.toml of its own", "the spec has more than %d tables", maxTables)
}

// Tables, keys and values.

// errUnknownTable says that a table is of no kind; name is the second part of its
// header, where it has one.
func errUnknownTable(at Span, kind, name string) Diagnostic {
	near, table := nearest(kind, tableKinds), kind
	help := "tables are " + strings.Join(tableKinds, ", ") + ", each with a name"
	if name != "" {
		table += "." + name
	}
	switch {
	case near != "" && name != "":
		help = "did you mean [" + near + "." + name + "]?"
	case near != "":
		help = "did you mean [" + near + ".NAME]?"
	case name == "" && validName(kind):
		help = "write what it is before its name, such as [stage." + kind + "]"
	}
	return newError("FLOW010", at, help, "there is no table [%s]", table)
}

func errNotTables(at Span, kind string) Diagnostic {
	return newError("FLOW010", at, "write ["+kind+".NAME]", "a %s needs a name: [%s] holds tables", kind, kind)
}

func errUnknownKey(at Span, where, key string, schema []Option, kinds []string) Diagnostic {
	names := optionNames(schema)
	help := "keys here are " + strings.Join(names, ", ")
	if len(kinds) > 0 {
		help = "it is a key of kind " + strings.Join(kinds, ", ")
	}
	if near := nearest(key, names); near != "" && len(kinds) == 0 {
		help = "did you mean " + near + "?"
	}
	if where == "" {
		return newError("FLOW011", at, help, "there is no key %s above the tables", quoted(key))
	}
	return newError("FLOW011", at, help, "%s has no key %s", where, quoted(key))
}

// errNoKind says that keys of a built-in stand in a stage without kind; kinds are
// those that take all of them.
func errNoKind(keys []*Entry, stage string, kinds []string) Diagnostic {
	help := "they are keys of different kinds: a stage has one"
	if len(kinds) > 0 {
		help = "say which built-in it is: kind = " + oneOf(kinds)
	}
	return newError("FLOW011", keys[0].KeySpan, help, "stage.%s has no kind, so it is a Go function, which has no key %s", stage, oneOf(entryKeys(keys)))
}

func errWrongType(v *Value, o Option) Diagnostic {
	what := o.Type.String()
	if o.Type == Choice {
		what = oneOf(o.Choices)
	}
	return newError("FLOW012", v.Span, cmp.Or(instead(v, o), "write "+what), "%s must be %s, not %s", o.Name, what, v.Kind)
}

// instead says what to write where a value has the wrong TOML type, and what is
// meant is plain; else "".
func instead(v *Value, o Option) string {
	want := valueKinds(o.Type)[0]
	switch {
	case o.Type == Table:
		return "write { " + o.Options[0].Name + " = … }"
	case o.Type == Pairs || o.Type == Texts:
		return "write { NAME = \"…\" }"
	case want == ArrayValue && v.Kind == StringValue:
		return "write [" + quoted(v.Text) + "]"
	case o.Type == TypeText && v.Kind == ArrayValue && len(v.Items) == 1 && v.Items[0].Kind == StringValue:
		return "write " + quoted("[]"+v.Items[0].Text)
	case o.Type == Duration && v.Kind == IntegerValue:
		return "write it with its unit, such as " + quoted(v.Text+"s")
	case o.Type == Flag && (v.Text == "true" || v.Text == "false"):
		return "write " + v.Text + ", without quotes"
	case o.Type == Whole && v.Kind == StringValue && isWhole(v.Text):
		return "write " + v.Text + ", without quotes"
	}
	return ""
}

func isWhole(text string) bool {
	_, ok := parseWhole(text)
	return ok
}

// errWrongItem says that a value in a list or table is of the wrong TOML type.
func errWrongItem(at Span, o Option, have, want ValueKind) Diagnostic {
	return newError("FLOW012", at, "write "+want.String(), "%s must be %s, but this is %s", o.Name, o.Type, have)
}

func errMissingKey(at Span, where string, o Option) Diagnostic {
	example := `"…"`
	switch valueKinds(o.Type)[0] {
	case IntegerValue:
		example = "1"
	case ArrayValue:
		example = `["…"]`
	}
	help := "add " + o.Name + " = " + example
	if where == "" {
		return newError("FLOW013", at, help+" above the first table", "%s is missing", o.Name)
	}
	return newError("FLOW013", at, help, "%s needs %s", where, o.Name)
}

func errNoAddress(at Span, where string) Diagnostic {
	return newError("FLOW013", at, "add url = \"…\", or connection = \"…\" that has it", "%s needs url", where)
}

func errBadName(at Span, kind, name string) Diagnostic {
	help := "names are small letters and digits, words joined by _, such as http_in; at most 64"
	if better := snakeName(name); validName(better) && !strings.ContainsAny(name, "$./") {
		help = "write " + better + ": " + help
	}
	switch kind {
	case "record":
		help = "record names start with a capital, then letters and digits, such as Reading; at most 64"
		if better := GoName(name); name != "" && validRecord(better) {
			help = "write " + better + ": " + help
		}
	case "host":
		help = "hosts are small letters, digits, - . and _"
	case "field":
		help = "give the field a name"
	}
	return newError("FLOW014", at, help, "%s is no name for a %s", quoted(name), kind)
}

func errGoNames(at, first Span, kind, name, other string) Diagnostic {
	if name == other {
		return newError("FLOW015", at, "give one another name", "two %ss would have the Go name %s", kind, name).also(first, "the other")
	}
	return newError("FLOW015", at, "give one another name", "two %ss would have the Go names %s and %s, which differ at most in case", kind, other, name).also(first, "the other")
}

func errReservedFlow(at Span, kind, name string) Diagnostic {
	help := "choose another name"
	if plain := plainName(name); plain != name {
		help += ": its package would be " + plain
	}
	return newError("FLOW016", at, help, "a %s cannot be named %s: the name means something to Go or to generated code", kind, quoted(name))
}

func errBadChoice(at Span, option, value string, choices []string) Diagnostic {
	help := "write " + oneOf(choices)
	if near := nearest(value, choices); near != "" {
		help = "did you mean " + quoted(near) + "? It may be " + oneOf(choices)
	}
	return newError("FLOW017", at, help, "%s cannot be %s", option, quoted(value))
}

// oneOf lists words as they would be written: "a", "b" or "c".
func oneOf(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, quoted(w))
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// Values of options.

// ErrBadForm says that a text has not the form of what it stands for: a
// duration, a size, a rate, a template.
func ErrBadForm(at Span, problem, help string) Diagnostic {
	return newError("FLOW018", at, help, "%s", problem)
}

func errOutOfRange(at Span, problem, help string) Diagnostic {
	return newError("FLOW110", at, help, "%s", problem)
}

func errEmptyList(at Span, problem, help string) Diagnostic {
	return newError("FLOW111", at, help, "%s", problem)
}

// ErrListedTwice says that a name stands twice where each stands once.
func ErrListedTwice(at Span, what, where string) Diagnostic {
	return newError("FLOW112", at, "drop one", "%s stands twice in %s", what, where)
}

// errTogether says that one option means something only with another.
func errTogether(at Span, problem, help string) Diagnostic {
	return newError("FLOW113", at, help, "%s", problem)
}

// ErrExclusive says that two options exclude each other.
func ErrExclusive(at Span, problem string) Diagnostic {
	return newError("FLOW114", at, "keep one of them", "%s", problem)
}

func errBadState(at Span) Diagnostic {
	return newError("FLOW017", at, "write state = true, or \"cache\" where it keeps only what it can fetch again", "state must be true or \"cache\"")
}

// ErrBadQoS says that MQTT has no such quality of service.
func ErrBadQoS(at Span, text string) Diagnostic {
	return newError("FLOW017", at, "write 0, 1 or 2", "there is no quality of service %s", text)
}

func errPauses(at Span, problem, help string) Diagnostic {
	return newError("FLOW115", at, help, "%s", problem)
}

func errNotJSON(at Span, what string) Diagnostic {
	return newError("FLOW116", at, "write it as a string, in quotes", "JSON has no %s", what)
}

func errTableList(at Span) Diagnostic {
	return newError("FLOW117", at, "write the list as a value: [{ name = \"…\" }]", "[[lists of tables]] are no part of the language")
}

// ErrBadPath says that a text is no path of a file that a service may use.
func ErrBadPath(at Span, problem, help string) Diagnostic {
	return newError("FLOW118", at, help, "%s", problem)
}

func errBadTable(at Span, problem, help string) Diagnostic {
	return newError("FLOW119", at, help, "%s", problem)
}

func errZeroTimeout(at Span) Diagnostic {
	return errOutOfRange(at, "a timeout cannot be zero: no call would have time", "write a duration such as \"30s\"; a Go stage without timeout has no limit")
}

func errBadSetting(at Span, part, problem string) Diagnostic {
	return newError("FLOW019", at, "write ${NAME}, ${NAME:-default} or ${file:/path}; $$ is a dollar sign", "%s %s", part, problem)
}

func errVersion(at Span, have string) Diagnostic {
	return newError("FLOW020", at, "write flowc = 1", "this flowc reads version 1 of the language, not %s", have)
}

func errNotBuilt(at Span, what string) Diagnostic {
	return newError("FLOW090", at, "it is part of the language, and this flowc cannot generate it yet", "%s: not built yet", what)
}

// Types and records.

func errBadType(at Span, p *typeProblem) Diagnostic {
	return newError("FLOW021", at, p.help, "%s", p.message)
}

func errNoFields(at Span, name string) Diagnostic {
	return newError("FLOW022", at, "add a field, such as value = \"float64\"", "record %s has no fields", name)
}

// errContainsItself says that a record holds itself, by way of the fields of a
// circle.
func errContainsItself(circle []*Field, name string) Diagnostic {
	first, last := circle[0], circle[len(circle)-1]
	way, held := "", first.Type.String()
	for _, f := range circle[:len(circle)-1] {
		way += ", by way of " + f.Type.String()
	}
	d := newError("FLOW023", first.Span, "let it hold a list, a map or an optional value: \"[]"+held+"\", \"map[string]"+held+"\" or \""+held+"?\"", "record %s contains itself%s, so a value of it would have no end", name, way)
	if last == first {
		return d
	}
	return d.also(last.Span, "this closes the circle")
}

// ErrUnknownField says that a record has no such field.
func ErrUnknownField(at Span, name string, rec *Record) Diagnostic {
	var names []string
	for _, f := range rec.Fields {
		names = append(names, f.Name)
	}
	help := "its fields are " + some(names)
	if near := nearest(name, names); near != "" {
		help = "did you mean " + near + "?"
	}
	return newError("FLOW024", at, help, "record %s has no field %s", rec.Name, quoted(name)).also(rec.Span, "declared here")
}

func errReservedGoName(at Span, kind, name, goName string) Diagnostic {
	return newError("FLOW029", at, "choose another name", "%s %s would have the Go name %s, which generated code needs", kind, quoted(name), goName)
}

func errUint64(at, store Span, name, scheme string) Diagnostic {
	return newError("FLOW025", at, "take int64 or string", "%s cannot hold uint64 without loss", scheme).also(store, "store "+quoted(name)+" holds this record")
}

func errReservedColumn(at, store Span, name string) Diagnostic {
	return newError("FLOW038", at, "choose another name", "a column %s is added by the store itself", sequenceName).also(store, "store "+quoted(name)+" holds this record")
}

func errFieldOfNoRecord(at Span, field string, t *Type) Diagnostic {
	return newError("FLOW026", at, "let a record arrive", "%s is no record, so it has no field %s", t, quoted(field))
}

func errFieldNotScalar(at Span, f *Field) Diagnostic {
	return newError("FLOW027", at, "{field} takes a bool, a number, a string or a time that is never missing", "field %s is %s, which does not fit into text", quoted(f.Name), f.Type).also(f.Span, "declared here")
}

func errNotComparable(at Span, f *Field) Diagnostic {
	return newError("FLOW039", at, "where takes fields that are a bool, a number, a string, a time, a duration or a Go type", "field %s is %s, which where cannot compare", quoted(f.Name), f.Type).also(f.Span, "declared here")
}

func errWhereText(at Span, f *Field, text string) Diagnostic {
	help := map[string]string{
		"bool": "write true or false", "number": "write a number of that type", "duration": `write it as "1m30s"`,
		"time": `write it as "2026-01-02T15:04:05Z"`,
	}[f.Type.sort()]
	if name := f.Type.Required().Name; strings.HasPrefix(name, "time(") {
		help = "write a number, as " + name + " counts"
	}
	return newError("FLOW039", at, help, "field %s is %s, and %s is no such value", quoted(f.Name), f.Type, quoted(text)).also(f.Span, "declared here")
}

func errWhereField(at Span, f, from *Field) Diagnostic {
	help := "name a field of that type, or convert it in a stage before"
	if f.Type.sort() == from.Type.sort() {
		help = "a value that may be missing equals nothing: let a stage before give one that is always there"
	}
	return newError("FLOW039", at, help, "field %s is %s, but {%s} is %s", quoted(f.Name), f.Type, from.Name, from.Type).also(f.Span, "declared here")
}

func errNoFieldHere(at Span, field string) Diagnostic {
	return newError("FLOW028", at, "let a stage stand before, or write {{ for the sign itself", "{%s}: nothing arrives at the first stage of a pipeline", field)
}

func errNoFieldToSend(at Span) Diagnostic {
	return newError("FLOW028", at, "let a stage stand before, or drop it", "nothing arrives at the first stage of a pipeline, so it has no field to send")
}

// ErrNothingToFill says that a {field} of a source fills a field, and out has
// none.
func ErrNothingToFill(at Span, out *Type, field string) Diagnostic {
	return newError("FLOW026", at, "let out be a record", "%s is no record, so {%s} has no field to fill", out, field)
}

// ErrUnfillable says that a {field} of a source names a field that no text fits
// into.
func ErrUnfillable(at Span, f *Field) Diagnostic {
	return newError("FLOW027", at, "it must be a bool, a number, a string or a time", "field %s cannot be filled from a text", quoted(f.Name)).also(f.Span, "declared here")
}

// Stores and connections.

// errNeedsKey says that what a store does goes by a key.
func errNeedsKey(at Span, store, what string) Diagnostic {
	return newError("FLOW030", at, "add key = [\"…\"] to store."+store, "%s needs a key", what)
}

func errUnfitField(at Span, problem, help string) Diagnostic {
	return newError("FLOW120", at, help, "%s", problem)
}

func errKeptTooShort(keep, every Span, s *Store, p *Pipeline) Diagnostic {
	return newError("FLOW121", keep, "keep them for several of its periods", "store %s keeps its records no longer than pipeline %s waits between two runs, so some would be gone before they were new to it", quoted(s.Name), quoted(p.Name)).also(every, "its period")
}

func errEmptyRow(at, store Span, name string) Diagnostic {
	return newError("FLOW122", at, "add a field, or drop the ?", "where the only field of a record is missing, its row of CSV would be an empty line, which is no row").also(store, "store "+quoted(name)+" holds this record")
}

// ErrRowOfNoRecord says that a row of CSV cannot be a value of a type.
func ErrRowOfNoRecord(at Span, t *Type) Diagnostic {
	return newError("FLOW123", at, "declare a record whose fields are the columns", "a row of CSV is a record, not %s", t)
}

func errNewLater(at, later Span) Diagnostic {
	return newError("FLOW124", at, "drop new: what is loaded depends on what arrives", "new is for a stage in first place").also(later, "here it stands later")
}

func errStoreHosts(at Span, s *Store, scheme string, a, b *Flow) Diagnostic {
	d := newError("FLOW031", at, "use postgres:, mongodb: or nats-kv: here, or put both flows on one host",
		"store %s is a local file (%s), but flows %s and %s use it on different hosts", quoted(s.Name), scheme, quoted(a.Name), quoted(b.Name))
	if b.HostSpan.IsZero() {
		return d.also(a.HostSpan, "flow "+quoted(a.Name)+" runs here")
	}
	return d.also(b.HostSpan, "flow "+quoted(b.Name)+" runs here")
}

func errStoreFlows(at Span, s *Store, scheme string) Diagnostic {
	return newError("FLOW032", at, "use sqlite: here, or put the pipelines into one flow",
		"a %s: store belongs to one process, but flows %s and %s use store %s", scheme, quoted(s.Flows[0].Name), quoted(s.Flows[1].Name), quoted(s.Name)).
		also(s.Flows[1].Span, "the second flow")
}

func errEmbeddedHosts(at Span, c *Connection, a, b *Flow) Diagnostic {
	d := newError("FLOW033", at, "use the URL of a broker that both reach, such as mqtt://broker:1883",
		"connection %s runs a broker inside a process, but flows %s and %s use it on different hosts", quoted(c.Name), quoted(a.Name), quoted(b.Name))
	return d.also(b.HostSpan, "flow "+quoted(b.Name)+" runs here")
}

// errListeners says that two listeners of one host cannot run beside each other.
func errListeners(first, second listener) Diagnostic {
	a, b := quoted(first.stage.Name), quoted(second.stage.Name)
	at, other := second.stage.Options.Entry("listen").Value.Span, first.stage.Options.Entry("listen").Value.Span
	if first.host != second.host {
		return newError("FLOW048", at, "give both the same address, or ports of their own",
			"stages %s and %s cannot both have port %s: %s stands for all addresses", a, b, first.port, everywhereOf(first, second)).also(other, "the other")
	}
	if e := second.stage.Options.Entry("path"); e != nil {
		at = e.Value.Span
	}
	if e := first.stage.Options.Entry("path"); e != nil {
		other = e.Value.Span
	}
	if slices.Equal(first.segments, second.segments) {
		return newError("FLOW048", at, "give each a path, a method or an address of its own",
			"stages %s and %s would take the same requests: %s %s", a, b, second.method, second.path).also(other, "the other")
	}
	return newError("FLOW048", at, "give each a path, a method or an address of its own",
		"some requests fit both stages %s and %s, and neither path is a case of the other", a, b).also(other, "the other")
}

func everywhereOf(a, b listener) string {
	if a.everywhere() {
		return a.host
	}
	return b.host
}

func errUnknownScheme(at Span, scheme string, known []string) Diagnostic {
	help := "schemes are " + strings.Join(known, ":, ") + ":"
	if near := nearest(scheme, known); near != "" {
		help = "did you mean " + near + ":?"
	}
	return newError("FLOW034", at, help, "%s is no scheme that flowc knows", quoted(scheme))
}

func errNoScheme(at Span, known []string) Diagnostic {
	return newError("FLOW034", at, "begin it with "+strings.Join(known, ":, ")+":", "the URL has no scheme")
}

func errNoDriver(at Span, name string) Diagnostic {
	return newError("FLOW035", at, "give a default, ${NAME:-sqlite:data/"+name+".db}, or add drivers = [\"sqlite\"]", "the URL has no default, so flowc cannot tell which driver to compile in")
}

func errModeOfScheme(at Span, o Options, scheme string, a *ability) Diagnostic {
	var can []string
	for _, m := range a.modes {
		can = append(can, m.String())
	}
	var others []string
	for _, x := range abilities {
		if x.built && slices.ContainsFunc(x.modes, func(m StoreMode) bool { return m.String() == o.Text("mode") }) {
			others = append(others, x.scheme+":")
		}
	}
	d := newError("FLOW036", at, "use "+strings.Join(others, " or ")+", or mode "+strings.Join(can, " or "), "a %s: store cannot %s", scheme, o.Text("mode"))
	if e := o.Entry("mode"); e != nil {
		d = d.also(e.Value.Span, "asked for here")
	}
	return d
}

func errNewOfScheme(at Span, s *Store, a *ability) Diagnostic {
	what := "a " + a.scheme + ": store cannot tell what is new"
	if len(a.new) > 0 {
		what = "a " + a.scheme + ": store in mode " + s.Mode.String() + " cannot tell what is new"
	}
	return newError("FLOW036", at, "drop new, or let the store be sqlite:, or jsonl: in mode append", "%s", what).also(s.Span, "the store")
}

// Built-ins.

func errBadHeader(at Span, problem, help string) Diagnostic {
	return newError("FLOW130", at, help, "%s", problem)
}

func errHeaderTwice(at, first Span, name string) Diagnostic {
	return newError("FLOW130", at, "keep one: case makes no difference", "header %s stands twice", name).also(first, "the other")
}

func errFieldInConnection(at Span, field string) Diagnostic {
	return newError("FLOW131", at, "write {{ for the sign itself, or give the header to the stage", "a connection's header has no {%s}", field)
}

// ErrBadURL says that a text is no URL of HTTP.
func ErrBadURL(at Span, problem string) Diagnostic {
	return newError("FLOW132", at, "write http://host/path or https://host/path", "the URL %s", problem)
}

// ErrNotEncrypted says that a connection has files for TLS, and does not use it.
func ErrNotEncrypted(at, url Span) Diagnostic {
	return newError("FLOW133", at, "write https://, or drop tls", "tls is set, but the URL is not encrypted").also(url, "the URL")
}

// ErrQueryBeforePath says that a path follows a URL that ends with a query.
func ErrQueryBeforePath(at, base Span) Diagnostic {
	return newError("FLOW134", at, "move it to query = { name = \"value\" } of the stage", "the URL of the connection has a query, which no path can follow").also(base, "the connection's URL")
}

// ErrOtherServer says that a stage would send credentials of a connection to
// another server.
func ErrOtherServer(at, base Span, server string, c *Connection) Diagnostic {
	return newError("FLOW135", at, "write a path, such as \"/path\", or give it a connection of its own", "%s is not the server of connection %s, whose credentials it would get", server, quoted(c.Name)).also(base, "the connection's URL")
}

// ErrFieldInHost says that data would choose whom to talk to.
func ErrFieldInHost(at Span, field string) Diagnostic {
	return newError("FLOW136", at, "let it stand in the path or the query", "%s cannot stand in the scheme or host of a URL", field)
}

// ErrListenPath says that a text is no path of requests.
func ErrListenPath(at Span, problem, help string) Diagnostic {
	return newError("FLOW137", at, help, "%s", problem)
}

// ErrBadAddress says that a text is no address to listen at.
func ErrBadAddress(at Span) Diagnostic {
	return newError("FLOW138", at, "write :8080 for this machine, or 0.0.0.0:8080 with token or open", "the address has no port from 0 to 65535")
}

// ErrOpenAddress says that a listener lets everybody in, and nobody said so.
func ErrOpenAddress(at Span) Diagnostic {
	return newError("FLOW139", at, "add token = \"${NAME}\", or open = true if everybody may call", "others can reach this address")
}

// ErrBrokerScheme says that a URL is not that of an MQTT broker.
func ErrBrokerScheme(at Span, scheme string) Diagnostic {
	return newError("FLOW034", at, "write mqtt://host:1883, mqtts://host:8883 or mqtt:embedded", "%s is no scheme of an MQTT broker", quoted(scheme+":"))
}

// ErrBrokerURL says that a text is no URL of an MQTT broker.
func ErrBrokerURL(at Span, problem string) Diagnostic {
	return newError("FLOW132", at, "write mqtt://host:1883, mqtts://host:8883 or mqtt:embedded", "the URL %s", problem)
}

// ErrBadTopic says that a text is no topic of MQTT.
func ErrBadTopic(at Span, problem, help string) Diagnostic {
	return newError("FLOW140", at, help, "%s", problem)
}

// Names.

// some lists names, the first of them where there are many.
func some(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func errUnknownName(at Span, kind, name string, known []string) Diagnostic {
	help := "declare [" + kind + "." + name + "]"
	switch {
	case kind == "kind":
		help = "kinds are " + strings.Join(known, ", ")
	case strings.Contains(name, "${"):
		help = "names do not come from the environment"
	case name == "":
		help = "write its name"
	case len(known) > 0:
		help += ", or use one of " + some(known)
	}
	if near := nearest(name, known); near != "" {
		help = "did you mean " + quoted(near) + "?"
	}
	return newError("FLOW040", at, help, "there is no %s %s", kind, quoted(name))
}

func errStoreAsStage(at Span, name string) Diagnostic {
	return newError("FLOW040", at, "write \"store."+name+"\" to save what arrives", "there is no stage %s", quoted(name))
}

func errTopicAsStage(at Span, name string) Diagnostic {
	return newError("FLOW040", at, "write \"topic."+name+"\" for the topic", "there is no stage %s", quoted(name))
}

func errUnknownPrefix(at Span, text string) Diagnostic {
	return newError("FLOW041", at, "write \"store.NAME\", \"topic.NAME\" or the name of a stage", "%s names nothing", quoted(text))
}

func errNotDeadLetters(at Span, t *Topic) Diagnostic {
	return newError("FLOW042", at, "declare it with record = \"flow.Dead\"", "topic %s does not take dead letters", quoted(t.Name)).also(t.Span, "declared here")
}

// Pipelines and flows.

func errGroupFirst(at Span) Diagnostic {
	return newError("FLOW050", at, "put the source first; two waiting sources are two pipelines, which may save to one store", "a pipeline cannot start with branches")
}

func errStoreFirst(at Span, name string) Diagnostic {
	return newError("FLOW051", at, "add a stage with kind = \"store.load\" and store = "+quoted(name), "a store in first place has nothing to save")
}

func errTopicReadTwice(at Span, t *Topic) Diagnostic {
	return newError("FLOW052", at, "declare a topic for each reader, and let the writer name both", "topic %s is read by two pipelines, so each would get a part", quoted(t.Name)).also(t.Span, "declared here")
}

func errTwoTriggers(at Span, first *Entry) Diagnostic {
	return newError("FLOW053", at, "keep one of every, cron, after and once", "a pipeline has one trigger").also(first.KeySpan, "the other")
}

func errTriggerRefused(at Span, first *Place) Diagnostic {
	return newError("FLOW054", at, "drop the trigger", "%s waits for its data, so nothing triggers this pipeline", quoted(first.Name())).also(first.Span, "the first stage")
}

func errNoTrigger(at Span, p *Pipeline) Diagnostic {
	return newError("FLOW055", at, "add every = \"60s\", cron, after or once = true", "pipeline %s has no trigger, and its first stage does not wait for data", quoted(p.Name))
}

func errTwoFlows(at Span, name string, first *Entry) Diagnostic {
	return newError("FLOW056", at, "name it in one flow only", "pipeline %s stands in two flows", quoted(name)).also(first.KeySpan, "the other flow")
}

func errNoFlow(at Span, name string) Diagnostic {
	return newError("FLOW057", at, "add it to the pipelines of a [flow], or drop all [flow] tables", "pipeline %s stands in no flow", quoted(name))
}

func errNoPipelines(at Span) Diagnostic {
	return newError("FLOW058", at, "add [pipeline.NAME]", "the service has no pipeline")
}

func errBadSchedule(at Span, p *cron.Problem) Diagnostic {
	return newError("FLOW059", at, p.Help, "%s", p.Message)
}

func errUnknownZone(at Span, zone string, known []string) Diagnostic {
	help := "write a name of the IANA time zone database, such as \"Europe/Berlin\""
	near := cmp.Or(zoneOfCity(zone, known), nearest(zone, known))
	switch {
	case strings.HasPrefix(zone, "UTC"), strings.HasPrefix(zone, "GMT"):
		help += "; \"Etc/GMT-1\" is always an hour ahead of UTC"
	case near != "":
		help = "did you mean " + quoted(near) + "?"
	}
	return newError("FLOW043", at, help, "there is no time zone %s", quoted(zone))
}

func errFollowsItself(at Span, p *Pipeline) Diagnostic {
	return newError("FLOW044", at, "drop it, or give the pipeline another trigger", "pipeline %s waits for itself", quoted(p.Name))
}

func errFollowsCircle(at Span, circle []*Pipeline) Diagnostic {
	var names []string
	for _, p := range circle {
		names = append(names, p.Name)
	}
	names = append(names, circle[0].Name)
	return newError("FLOW044", at, "give one of them another trigger", "these pipelines wait for each other, so none ever runs: %s", strings.Join(names, " after "))
}

func errFollowsOtherFlow(at Span, p, first *Pipeline) Diagnostic {
	return newError("FLOW045", at, "put both into one flow, or let the first save to a store that the other asks at times of its own",
		"pipeline %s of flow %s cannot run after pipeline %s of flow %s, which may be another process", quoted(p.Name), quoted(p.Flow.Name), quoted(first.Name), quoted(first.Flow.Name)).
		also(first.Flow.Span, "flow "+quoted(first.Flow.Name))
}

func errFollowsEndless(at Span, first *Pipeline) Diagnostic {
	return newError("FLOW046", at, "put the stages that are to follow behind its own, or name a pipeline with a trigger",
		"nothing runs after pipeline %s: it waits for its data, and never comes to an end", quoted(first.Name)).
		also(first.First().Span, "its first stage")
}

func errReplicasRead(replicas Span, n int, f *Flow, p *Place) Diagnostic {
	return newError("FLOW047", replicas, "put pipeline "+quoted(p.Pipeline.Name)+" into a flow of its own, without replicas",
		"flow %s would run as %d processes, each of which would read all of the file of stage %s", quoted(f.Name), n, quoted(p.Stage.Name)).
		also(p.Span, "it reads the file here")
}

// Typing.

func listTypes(types []*Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return strings.Join(names, " and ")
}

// arrives says which types arrive, and which stages gave them.
func (in Arrival) arrives() string {
	verb := "arrives"
	if len(in.Types) > 1 {
		verb = "arrive"
	}
	var names []string
	for _, p := range in.from {
		names = append(names, quoted(p.Name()))
	}
	return listTypes(in.Types) + " " + verb + " from " + strings.Join(names, " and ")
}

// errTypeMismatch says that a stage does not take what arrives.
func errTypeMismatch(p *Place, wants []*Type, in Arrival) Diagnostic {
	if !p.Stage.IsGo() && len(wants) > 1 {
		help := "put a stage between that takes " + listTypes(in.Types)
		if in.sameTypes() {
			help = "write in = " + quoted(in.Types[0].String()) + " to take them one by one"
		}
		return newError("FLOW060", p.Span, help, "stage %s takes one value, but %s", quoted(p.Stage.Name), in.arrives())
	}
	help := "let " + quoted(in.from[0].Name()) + " give " + listTypes(wants) + ", or put a stage between that converts"
	switch {
	case len(in.Types) > 1 && itemwise(wants, in):
		help = "only lists made item by item of one list are joined item by item; let the stage take " + listTypes(in.Types)
	case len(in.Types) > 1:
		help = "let the stage take " + listTypes(in.Types) + ", in this order"
	}
	return newError("FLOW060", p.Span, help, "stage %s takes %s, but %s", quoted(p.Stage.Name), listTypes(wants), in.arrives())
}

// errSinkMismatch says that a store or a topic does not take what arrives.
func errSinkMismatch(at Span, name string, want *Type, in Arrival) Diagnostic {
	help := "put a stage between that gives " + want.String() + " or []" + want.String()
	return newError("FLOW060", at, help, "%s takes %s, but %s", quoted(name), want, in.arrives())
}

// sameTypes reports whether all that arrives is of one type.
func (in Arrival) sameTypes() bool {
	return !slices.ContainsFunc(in.Types, func(t *Type) bool { return !t.Equal(in.Types[0]) })
}

// itemwise reports whether each type is that of the items of what arrives.
func itemwise(wants []*Type, in Arrival) bool {
	return slices.EqualFunc(wants, in.Types, func(want, have *Type) bool { return have.IsList() && want.Equal(have.Elem) })
}

// errNothingArrives says that a place gets no value: the first stage gives none.
func errNothingArrives(p *Place) Diagnostic {
	first := p.Pipeline.First()
	return newError("FLOW061", p.Span, "give "+quoted(first.Name())+" an out", "nothing arrives at %s", quoted(p.Name())).also(first.Span, "the first stage gives nothing")
}

func errDeadPublished(at Span, t *Topic) Diagnostic {
	return newError("FLOW073", at, "name it in on_error = \"topic."+t.Name+"\"", "topic %s takes dead letters only, which on_error sends", quoted(t.Name)).also(t.Span, "declared here")
}

func errInFirst(at Span, s *Stage) Diagnostic {
	help := "drop in"
	if s.IsGo() {
		help = "drop in; under every, cron or once it may be in = \"time\""
	}
	return newError("FLOW062", at, help, "stage %s stands first, where nothing arrives", quoted(s.Name))
}

func errNeedsOut(at Span, s *Stage) Diagnostic {
	return newError("FLOW063", at, "add out = \"…\", the type of what comes in", "stage %s (%s) needs out to know what to decode", quoted(s.Name), s.Kind.Name)
}

func errNotFirst(at Span, s *Stage) Diagnostic {
	return newError("FLOW064", at, "put a source before it", "stage %s (%s) cannot stand first", quoted(s.Name), s.Kind.Name)
}

func errOnlyFirst(at Span, s *Stage) Diagnostic {
	return newError("FLOW065", at, "give it a pipeline of its own; both may save to one store", "stage %s (%s) is a source, so it can only stand first", quoted(s.Name), s.Kind.Name)
}

func errOutRefused(at Span, s *Stage) Diagnostic {
	return newError("FLOW066", at, "drop out: what arrived goes on", "%s gives nothing of its own where it does not stand first", s.Kind.Name)
}

func errOutOfStore(at Span, s *Stage) Diagnostic {
	help := "drop out"
	if s.Out != nil {
		help = "drop out: it is " + s.Out.String()
	}
	return newError("FLOW066", at, help, "%s gives the records of its store", s.Kind.Name)
}

func errTwoTypes(at Span, s *Stage, in Arrival, first *Place) Diagnostic {
	return newError("FLOW067", at, "declare in = \"…\" and convert before one of the places, or declare a stage for each type", "stage %s takes %s elsewhere, but here %s", quoted(s.Name), listTypes(s.Params), in.arrives()).also(first.Span, "the other place")
}

func errFirstAndLater(at, first Span, s *Stage) Diagnostic {
	return newError("FLOW068", at, "declare a second stage", "stage %s stands first elsewhere, where its function takes no value", quoted(s.Name)).also(first, "first here")
}

func errWaitsTwice(at, first Span, s *Stage) Diagnostic {
	return newError("FLOW069", at, "declare a second stage, or write both pipelines as one with branches", "source %s stands in two pipelines, so each would get a part", quoted(s.Name)).also(first, "the other")
}

func errBranchUnjoined(at Span) Diagnostic {
	return newError("FLOW070", at, "end the branch with a stage that joins them", "the branch ends in several values")
}

func errBranchMerges(at Span) Diagnostic {
	return newError("FLOW074", at, "join them in a stage that gives one value", "results go on one by one inside of a branch, so it ends with several values")
}

func errEmptyGroup(at Span) Diagnostic {
	return newError("FLOW075", at, "name a stage in one of its branches, or drop the group", "the group holds only [], so it does nothing")
}

func errTooManyJoined(at Span, results int) Diagnostic {
	return newError("FLOW076", at, "join some of them in a stage of a branch", "%d branches of the group give a result: %d at most meet", results, maxJoined)
}

func errSameFile(at, first Span, a, b string) Diagnostic {
	return newError("FLOW037", at, "give each a file of its own", "stores %s and %s would write one file", quoted(a), quoted(b)).also(first, "the other")
}

func errListsMeetValues(at Span, out Arrival) Diagnostic {
	return newError("FLOW071", at, "let all branches give lists, or none", "branches give %s: lists meet lists only", listTypes(out.Types))
}

func errReplyMerged(at Span) Diagnostic {
	return newError("FLOW072", at, "join the branches in a stage that gives one value", "a caller gets one answer, but the branches give several")
}

// Delivery.

func errPromise(at, weak Span, p *Pipeline, want string) Diagnostic {
	return newError("FLOW080", at, "mend what is named, or promise "+quoted(p.Promise.String()), "pipeline %s promises %s, but delivers %s: %s", quoted(p.Name), want, p.Promise, p.Why).also(weak, "this is weaker")
}

// Warnings.

func warnUnused(at Span, kind, name string) Diagnostic {
	return newWarning("FLOW100", at, "use it or drop it", "%s %s is never used", kind, quoted(name))
}

func warnEmbeddedFlows(at Span, c *Connection) Diagnostic {
	d := newWarning("FLOW102", at, "give the URL of a broker where the flows run as programs of their own",
		"connection %s runs its broker inside a process, and flows %s and %s use it: they meet when one program runs both, also with -processes, but not as two programs", quoted(c.Name), quoted(c.Flows[0].Name), quoted(c.Flows[1].Name))
	return d.also(c.Flows[1].Span, "the second flow")
}

func warnListenFlows(first, second listener) Diagnostic {
	d := newWarning("FLOW104", second.stage.Options.Entry("listen").Value.Span, "give each flow a port of its own where they run as processes of their own",
		"flows %s and %s listen at one port: one program may run both, but not with -processes, and not as two programs", quoted(first.flow.Name), quoted(second.flow.Name))
	return d.also(first.stage.Options.Entry("listen").Value.Span, "the other")
}

func warnNoEffect(at Span, option, why string) Diagnostic {
	return newWarning("FLOW103", at, "drop it", "%s has no effect: %s", option, why)
}

func warnNothingWrites(at Span, name string) Diagnostic {
	return newWarning("FLOW101", at, "end a pipeline with \"topic."+name+"\"", "nothing writes to topic %s", quoted(name))
}

// The user's Go.

// WarnNoFunction says that a stage has no function any more.
func WarnNoFunction(s *Stage) Diagnostic {
	return newWarning("FLOW150", s.Span, "write it in package stages, or let flowc generate write a stub", "stage %s has no function %s", quoted(s.Name), s.GoName)
}

// ErrSignature says that a stage's function takes or gives something else; want
// is the declaration to be.
func ErrSignature(s *Stage, function Span, want string) Diagnostic {
	return newError("FLOW151", s.Span, "write "+want, "function %s has not the signature that stage %s needs", s.GoName, quoted(s.Name)).also(function, "the function")
}

// ErrNoStageFunction says that what has the name of a stage's function cannot be
// called as one: a method, or a function with type parameters.
func ErrNoStageFunction(s *Stage, function Span, what, want string) Diagnostic {
	return newError("FLOW152", s.Span, "write "+want, "%s is %s, so stage %s cannot call it", s.GoName, what, quoted(s.Name)).also(function, "declared here")
}

// ErrFunctionTwice says that flowc cannot tell which function a stage calls.
func ErrFunctionTwice(s *Stage, function Span, again string) Diagnostic {
	return newError("FLOW153", s.Span, "keep one, and call what differs from it", "function %s of stage %s is declared again at %s", s.GoName, quoted(s.Name), again).also(function, "first here")
}

// WarnStub says that a stage does nothing yet.
func WarnStub(s *Stage, function Span) Diagnostic {
	return newWarning("FLOW154", s.Span, "write its body", "function %s of stage %s is still a stub", s.GoName, quoted(s.Name)).also(function, "the stub")
}

// ErrNoGoType says that a Go type that the spec names cannot be found; problem
// says why.
func ErrNoGoType(at Span, t *Type, problem string, names []string) Diagnostic {
	help := "name an exported type of a package that the module has"
	if near := nearest(t.Name, names); near != "" {
		help = "did you mean " + t.Import + "." + near + "?"
	}
	return newError("FLOW155", at, help, "there is no Go type %s: %s", t, problem)
}

// ErrUnfitGoType says that a Go type cannot travel as text.
func ErrUnfitGoType(at Span, t *Type, method string) Diagnostic {
	help := "give it MarshalText() ([]byte, error) on the value and UnmarshalText([]byte) error on the pointer"
	if first, _, _ := strings.Cut(t.Import, "/"); !strings.Contains(first, ".") { // of Go itself
		help = "take a type of this language, or one of your own that holds it"
	}
	if t.String() == "time.Duration" {
		help = "write duration"
	}
	return newError("FLOW156", at, help, "Go type %s has no method %s, by which it would travel as text", t, method)
}

// ErrImportCycle says that what generated code imports imports generated code.
func ErrImportCycle(at, imported Span, chain []string) Diagnostic {
	d := newError("FLOW157", at, "move what both need into a package that imports neither", "an import cycle: %s", strings.Join(chain, " imports "))
	if at.IsZero() { // a file that holds no stage
		d.Span = imported
		return d
	}
	return d.also(imported, "imported here")
}
