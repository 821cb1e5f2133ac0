package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/cron"
	"github.com/flowc-dev/flowc/internal/toml"
)

// Every message of the compiler about a spec, each with its code; those of one
// built-in stand in the file of its kind. A code never changes its meaning.

// NewError makes an error: its code, its place, what to write instead, and what
// is wrong.
func NewError(code string, at Span, help, format string, args ...any) Diagnostic {
	return Diagnostic{Severity: Error, Code: code, Span: at, Message: fmt.Sprintf(format, args...), Help: help}
}

// NewWarning makes a warning, of the same parts.
func NewWarning(code string, at Span, help, format string, args ...any) Diagnostic {
	d := NewError(code, at, help, format, args...)
	d.Severity = Warning
	return d
}

// WithNote adds a second place, if there is one.
func (d Diagnostic) WithNote(at Span, message string) Diagnostic {
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
	d := NewError(tomlCodes[p.Sort], src.span(p.Span), p.Help, "%s", message)
	if p.Sort == toml.Twice {
		return d.WithNote(src.span(p.First), "first here")
	}
	return d
}

func errTooLarge(at Span) Diagnostic {
	return NewError("FLOW003", at, "split the spec with include", "the file is larger than %d MiB", maxFileSize>>20)
}

// twiceCode is the code of what is declared twice, in one file or in two.
const twiceCode = "FLOW005"

func errTwice(at, first Span, key string) Diagnostic {
	return NewError(twiceCode, at, "drop one, or give it another name", "%s is declared twice", quoted(key)).WithNote(first, "first here")
}

// Include and files, reported by whoever reads them.

// ErrInclude says that an included file cannot be read.
func ErrInclude(at Span, path string, err error) Diagnostic {
	return NewError("FLOW006", at, "include names files relative to flow.toml, inside its folder", "cannot include %s: %v", quoted(path), err)
}

// ErrModule says that the place of a service in a Go module cannot be told.
func ErrModule(err error) Diagnostic {
	return NewError("FLOW007", Span{}, "", "%v", err)
}

func errTopKeyInInclude(at Span, key string) Diagnostic {
	return NewError("FLOW008", at, "move it to flow.toml", "%s belongs above the tables of flow.toml, not in an included file", quoted(key))
}

func errTooManyTables(at Span) Diagnostic {
	return NewError("FLOW009", at, "make several services of it, each with a flow.toml of its own", "the spec has more than %d tables", maxTables)
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
	return NewError("FLOW010", at, help, "there is no table [%s]", table)
}

func errNotTables(at Span, kind string) Diagnostic {
	return NewError("FLOW010", at, "write ["+kind+".NAME]", "a %s needs a name: [%s] holds tables", kind, kind)
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
		return NewError("FLOW011", at, help, "there is no key %s above the tables", quoted(key))
	}
	return NewError("FLOW011", at, help, "%s has no key %s", where, quoted(key))
}

// errNoKind says that keys of a built-in stand in a stage without kind; kinds are
// those that take all of them.
func errNoKind(keys []*Entry, stage string, kinds []string) Diagnostic {
	help := "they are keys of different kinds: a stage has one"
	if len(kinds) > 0 {
		help = "say which built-in it is: kind = " + oneOf(kinds)
	}
	return NewError("FLOW011", keys[0].KeySpan, help, "stage.%s has no kind, so it is a Go function, which has no key %s", stage, oneOf(entryKeys(keys)))
}

func errWrongType(v *Value, o Option) Diagnostic {
	what := o.Type.String()
	if o.Type == Choice {
		what = oneOf(o.Choices)
	}
	return NewError("FLOW012", v.Span, cmp.Or(instead(v, o), "write "+what), "%s must be %s, not %s", o.Name, what, v.Kind)
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
	return NewError("FLOW012", at, "write "+want.String(), "%s must be %s, but this is %s", o.Name, o.Type, have)
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
		return NewError("FLOW013", at, help+" above the first table", "%s is missing", o.Name)
	}
	return NewError("FLOW013", at, help, "%s needs %s", where, o.Name)
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
	return NewError("FLOW014", at, help, "%s is no name for a %s", quoted(name), kind)
}

func errGoNames(at, first Span, kind, name, other string) Diagnostic {
	if name == other {
		return NewError("FLOW015", at, "give one another name", "two %ss would have the Go name %s", kind, name).WithNote(first, "the other")
	}
	return NewError("FLOW015", at, "give one another name", "two %ss would have the Go names %s and %s, which differ at most in case", kind, other, name).WithNote(first, "the other")
}

func errReservedFlow(at Span, kind, name string) Diagnostic {
	help := "choose another name"
	if plain := plainName(name); plain != name {
		help += ": its package would be " + plain
	}
	return NewError("FLOW016", at, help, "a %s cannot be named %s: the name means something to Go or to generated code", kind, quoted(name))
}

func errBadChoice(at Span, option, value string, choices []string) Diagnostic {
	help := "write " + oneOf(choices)
	if near := nearest(value, choices); near != "" {
		help = "did you mean " + quoted(near) + "? It may be " + oneOf(choices)
	}
	return NewError("FLOW017", at, help, "%s cannot be %s", option, quoted(value))
}

// oneOf lists words as they would be written: "a", "b" or "c".
func oneOf(words []string) string {
	var list []string
	for _, w := range words {
		list = append(list, quoted(w))
	}
	return either(list)
}

// either lists texts as alternatives: a, b or c.
func either(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// Values of options.

// ErrBadForm says that a text has not the form of what it stands for: a
// duration, a size, a rate, a template.
func ErrBadForm(at Span, problem, help string) Diagnostic {
	return NewError("FLOW018", at, help, "%s", problem)
}

func errOutOfRange(at Span, problem, help string) Diagnostic {
	return NewError("FLOW110", at, help, "%s", problem)
}

func errEmptyList(at Span, problem, help string) Diagnostic {
	return NewError("FLOW111", at, help, "%s", problem)
}

// ErrListedTwice says that a name stands twice where each stands once.
func ErrListedTwice(at Span, what, where string) Diagnostic {
	return NewError("FLOW112", at, "drop one", "%s stands twice in %s", what, where)
}

// errTogether says that one option means something only with another.
func errTogether(at Span, problem, help string) Diagnostic {
	return NewError("FLOW113", at, help, "%s", problem)
}

// ErrExclusive says that two options exclude each other.
func ErrExclusive(at Span, problem string) Diagnostic {
	return NewError("FLOW114", at, "keep one of them", "%s", problem)
}

func errBadState(at Span) Diagnostic {
	return NewError("FLOW017", at, "write state = true, or \"cache\" where it keeps only what it can fetch again", "state must be true or \"cache\"")
}

func errPauses(at Span, problem, help string) Diagnostic {
	return NewError("FLOW115", at, help, "%s", problem)
}

func errNotJSON(at Span, what string) Diagnostic {
	return NewError("FLOW116", at, "write it as a string, in quotes", "JSON has no %s", what)
}

func errTableList(at Span) Diagnostic {
	return NewError("FLOW117", at, "write the list as a value: [{ name = \"…\" }]", "[[lists of tables]] are no part of the language")
}

// ErrBadPath says that a text is no path of a file that a service may use.
func ErrBadPath(at Span, problem, help string) Diagnostic {
	return NewError("FLOW118", at, help, "%s", problem)
}

func errBadTable(at Span, problem, help string) Diagnostic {
	return NewError("FLOW119", at, help, "%s", problem)
}

func errZeroTimeout(at Span) Diagnostic {
	return errOutOfRange(at, "a timeout cannot be zero: no call would have time", "write a duration such as \"30s\"; a Go stage without timeout has no limit")
}

func errBadSetting(at Span, part, problem string) Diagnostic {
	return NewError("FLOW019", at, "write ${NAME}, ${NAME:-default} or ${file:/path}; $$ is a dollar sign", "%s %s", part, problem)
}

func errVersion(at Span, have string) Diagnostic {
	return NewError("FLOW020", at, "write flowc = 1", "this flowc reads version 1 of the language, not %s", have)
}

func errNotBuilt(at Span, what string) Diagnostic {
	return NewError("FLOW090", at, "it is part of the language, and this flowc cannot generate it yet", "%s: not built yet", what)
}

// Types and records.

func errBadType(at Span, p *typeProblem) Diagnostic {
	return NewError("FLOW021", at, p.help, "%s", p.message)
}

func errNoFields(at Span, name string) Diagnostic {
	return NewError("FLOW022", at, "add a field, such as value = \"float64\"", "record %s has no fields", name)
}

// errContainsItself says that a record holds itself, by way of the fields of a
// circle.
func errContainsItself(circle []*Field, name string) Diagnostic {
	first, last := circle[0], circle[len(circle)-1]
	way, held := "", first.Type.String()
	for _, f := range circle[:len(circle)-1] {
		way += ", by way of " + f.Type.String()
	}
	d := NewError("FLOW023", first.Span, "let it hold a list, a map or an optional value: \"[]"+held+"\", \"map[string]"+held+"\" or \""+held+"?\"", "record %s contains itself%s, so a value of it would have no end", name, way)
	if last == first {
		return d
	}
	return d.WithNote(last.Span, "this closes the circle")
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
	return NewError("FLOW024", at, help, "record %s has no field %s", rec.Name, quoted(name)).WithNote(rec.Span, "declared here")
}

func errReservedGoName(at Span, kind, name, goName string) Diagnostic {
	return NewError("FLOW029", at, "choose another name", "%s %s would have the Go name %s, which generated code needs", kind, quoted(name), goName)
}

func errLossy(at, store Span, t *Type, name, scheme string) Diagnostic {
	return NewError("FLOW025", at, "take int64 or string", "%s cannot hold %s without loss", scheme, t).WithNote(store, "store "+quoted(name)+" holds this record")
}

func errReservedColumn(at, store Span, column, name string) Diagnostic {
	return NewError("FLOW038", at, "choose another name", "a column %s is added by the store itself", column).WithNote(store, "store "+quoted(name)+" holds this record")
}

func errFieldOfNoRecord(at Span, field string, t *Type) Diagnostic {
	return NewError("FLOW026", at, "let a record arrive", "%s is no record, so it has no field %s", t, quoted(field))
}

func errFieldNotScalar(at Span, f *Field) Diagnostic {
	return NewError("FLOW027", at, "{field} takes a bool, a number, a string or a time that is never missing", "field %s is %s, which does not fit into text", quoted(f.Name), f.Type).WithNote(f.Span, "declared here")
}

func errNoFieldHere(at Span, field string) Diagnostic {
	return NewError("FLOW028", at, "let a stage stand before, or write {{ for the sign itself", "{%s}: nothing arrives at the first stage of a pipeline", field)
}

func errNoFieldToSend(at Span) Diagnostic {
	return NewError("FLOW028", at, "let a stage stand before, or drop it", "nothing arrives at the first stage of a pipeline, so it has no field to send")
}

// Stores and connections.

// errNeedsKey says that what a store does goes by a key.
func errNeedsKey(at Span, store, what string) Diagnostic {
	return NewError("FLOW030", at, "add key = [\"…\"] to store."+store, "%s needs a key", what)
}

func errUnfitField(at Span, problem, help string) Diagnostic {
	return NewError("FLOW120", at, help, "%s", problem)
}

func errEmptyRow(at, store Span, name string) Diagnostic {
	return NewError("FLOW122", at, "add a field, or drop the ?", "where the only field of a record is missing, its row of CSV would be an empty line, which is no row").WithNote(store, "store "+quoted(name)+" holds this record")
}

func errStoreHosts(at Span, s *Store, scheme string, a, b *Flow) Diagnostic {
	better := schemesThat(func(x *StoreScheme) bool { return !x.IsFile() && slices.Contains(x.Modes, s.Mode) })
	d := NewError("FLOW031", at, "use "+either(urls(better))+" here, or put both flows on one host",
		"store %s is a local file (%s), but flows %s and %s use it on different hosts", quoted(s.Name), scheme, quoted(a.Name), quoted(b.Name))
	if b.HostSpan.IsZero() {
		return d.WithNote(a.HostSpan, "flow "+quoted(a.Name)+" runs here")
	}
	return d.WithNote(b.HostSpan, "flow "+quoted(b.Name)+" runs here")
}

func errStoreFlows(at Span, s *Store, scheme string) Diagnostic {
	better := schemesThat(func(x *StoreScheme) bool { return x.Shared != OneFlow && slices.Contains(x.Modes, s.Mode) })
	return NewError("FLOW032", at, "use "+either(urls(better))+" here, or put the pipelines into one flow",
		"a %s: store belongs to one process, but flows %s and %s use store %s", scheme, quoted(s.Flows[0].Name), quoted(s.Flows[1].Name), quoted(s.Name)).
		WithNote(s.Flows[1].Span, "the second flow")
}

func errEmbeddedHosts(c *Connection, a, b *Flow) Diagnostic {
	server := c.Protocol.Server
	d := NewError("FLOW033", c.Options.Entry("url").Value.Span, "use the URL of a "+server+" that both reach, such as "+c.Protocol.Shared,
		"connection %s runs a %s inside a process, but flows %s and %s use it on different hosts", quoted(c.Name), server, quoted(a.Name), quoted(b.Name))
	return d.WithNote(b.HostSpan, "flow "+quoted(b.Name)+" runs here")
}

// errTwoProtocols says that a connection cannot speak what a stage speaks, since
// another stage speaks something else with it.
func errTwoProtocols(s, first *Stage) Diagnostic {
	e, other := s.Options.Entry("connection"), first.Options.Entry("connection")
	return NewError("FLOW141", e.Value.Span, "declare another connection for "+s.Kind.Connection.Name,
		"stage %s (%s) speaks %s, but connection %s is one for %s", quoted(s.Name), s.Kind.Name, s.Kind.Connection.Name, quoted(e.Value.Text), first.Kind.Connection.Name).
		WithNote(other.Value.Span, fmt.Sprintf("stage %s (%s) speaks %s with it", quoted(first.Name), first.Kind.Name, first.Kind.Connection.Name))
}

func errUnknownScheme(at Span, scheme string, known []string) Diagnostic {
	help := "schemes are " + strings.Join(urls(known), ", ")
	if near := nearest(scheme, known); near != "" {
		help = "did you mean " + near + ":?"
	}
	return NewError("FLOW034", at, help, "%s is no scheme that flowc knows", quoted(scheme))
}

func errNoScheme(at Span, known []string) Diagnostic {
	return NewError("FLOW034", at, "begin it with "+strings.Join(urls(known), ", "), "the URL has no scheme")
}

func errNoDriver(at Span, store string) Diagnostic {
	x := StoreSchemes()[0]
	help := fmt.Sprintf("give a default, ${NAME:-%s}, or add drivers = [%s]", x.url(store), quoted(x.Name))
	return NewError("FLOW035", at, help, "the URL has no default, so flowc cannot tell which driver to compile in")
}

func errModeOfScheme(at Span, o Options, x *StoreScheme) Diagnostic {
	mode := o.Text("mode")
	others := schemesThat(func(x *StoreScheme) bool { return slices.Contains(ModeNames(x.Modes), mode) })
	help := "use " + strings.Join(urls(others), " or ") + ", or mode " + strings.Join(ModeNames(x.Modes), " or ")
	d := NewError("FLOW036", at, help, "a %s: store cannot %s", x.Name, mode)
	if e := o.Entry("mode"); e != nil {
		d = d.WithNote(e.Value.Span, "asked for here")
	}
	return d
}

// urls are schemes as URLs begin with them.
func urls(schemes []string) []string {
	list := make([]string, len(schemes))
	for i, s := range schemes {
		list[i] = s + ":"
	}
	return list
}

// Built-ins.

func errBadHeader(at Span, problem, help string) Diagnostic {
	return NewError("FLOW130", at, help, "%s", problem)
}

func errHeaderTwice(at, first Span, name string) Diagnostic {
	return NewError("FLOW130", at, "keep one: case makes no difference", "header %s stands twice", name).WithNote(first, "the other")
}

func errFieldInConnection(at Span, field string) Diagnostic {
	return NewError("FLOW131", at, "write {{ for the sign itself, or give the header to the stage", "a connection's header has no {%s}", field)
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
	return NewError("FLOW040", at, help, "there is no %s %s", kind, quoted(name))
}

func errStoreAsStage(at Span, name string) Diagnostic {
	return NewError("FLOW040", at, "write \"store."+name+"\" to save what arrives", "there is no stage %s", quoted(name))
}

func errTopicAsStage(at Span, name string) Diagnostic {
	return NewError("FLOW040", at, "write \"topic."+name+"\" for the topic", "there is no stage %s", quoted(name))
}

func errUnknownPrefix(at Span, text string) Diagnostic {
	return NewError("FLOW041", at, "write \"store.NAME\", \"topic.NAME\" or the name of a stage", "%s names nothing", quoted(text))
}

func errNotDeadLetters(at Span, t *Topic) Diagnostic {
	return NewError("FLOW042", at, "declare it with record = \"flow.Dead\"", "topic %s does not take dead letters", quoted(t.Name)).WithNote(t.Span, "declared here")
}

// Pipelines and flows.

func errGroupFirst(at Span) Diagnostic {
	return NewError("FLOW050", at, "put the source first; two waiting sources are two pipelines, which may save to one store", "a pipeline cannot start with branches")
}

func errStoreFirst(at Span, name string) Diagnostic {
	return NewError("FLOW051", at, "add a stage with kind = \"store.load\" and store = "+quoted(name), "a store in first place has nothing to save")
}

func errTopicReadTwice(at Span, t *Topic) Diagnostic {
	return NewError("FLOW052", at, "declare a topic for each reader, and let the writer name both", "topic %s is read by two pipelines, so each would get a part", quoted(t.Name)).WithNote(t.Span, "declared here")
}

func errTwoTriggers(at Span, first *Entry) Diagnostic {
	return NewError("FLOW053", at, "keep one of every, cron, after and once", "a pipeline has one trigger").WithNote(first.KeySpan, "the other")
}

func errTriggerRefused(at Span, first *Place) Diagnostic {
	return NewError("FLOW054", at, "drop the trigger", "%s waits for its data, so nothing triggers this pipeline", quoted(first.Name())).WithNote(first.Span, "the first stage")
}

func errNoTrigger(at Span, p *Pipeline) Diagnostic {
	return NewError("FLOW055", at, "add every = \"60s\", cron, after or once = true", "pipeline %s has no trigger, and its first stage does not wait for data", quoted(p.Name))
}

func errTwoFlows(at Span, name string, first *Entry) Diagnostic {
	return NewError("FLOW056", at, "name it in one flow only", "pipeline %s stands in two flows", quoted(name)).WithNote(first.KeySpan, "the other flow")
}

func errNoFlow(at Span, name string) Diagnostic {
	return NewError("FLOW057", at, "add it to the pipelines of a [flow], or drop all [flow] tables", "pipeline %s stands in no flow", quoted(name))
}

func errNoPipelines(at Span) Diagnostic {
	return NewError("FLOW058", at, "add [pipeline.NAME]", "the service has no pipeline")
}

func errBadSchedule(at Span, p *cron.Problem) Diagnostic {
	return NewError("FLOW059", at, p.Help, "%s", p.Message)
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
	return NewError("FLOW043", at, help, "there is no time zone %s", quoted(zone))
}

func errFollowsItself(at Span, p *Pipeline) Diagnostic {
	return NewError("FLOW044", at, "drop it, or give the pipeline another trigger", "pipeline %s waits for itself", quoted(p.Name))
}

func errFollowsCircle(at Span, circle []*Pipeline) Diagnostic {
	var names []string
	for _, p := range circle {
		names = append(names, p.Name)
	}
	names = append(names, circle[0].Name)
	return NewError("FLOW044", at, "give one of them another trigger", "these pipelines wait for each other, so none ever runs: %s", strings.Join(names, " after "))
}

func errFollowsOtherFlow(at Span, p, first *Pipeline) Diagnostic {
	return NewError("FLOW045", at, "put both into one flow, or let the first save to a store that the other asks at times of its own",
		"pipeline %s of flow %s cannot run after pipeline %s of flow %s, which may be another process", quoted(p.Name), quoted(p.Flow.Name), quoted(first.Name), quoted(first.Flow.Name)).
		WithNote(first.Flow.Span, "flow "+quoted(first.Flow.Name))
}

func errFollowsEndless(at Span, first *Pipeline) Diagnostic {
	return NewError("FLOW046", at, "put the stages that are to follow behind its own, or name a pipeline with a trigger",
		"nothing runs after pipeline %s: it waits for its data, and never comes to an end", quoted(first.Name)).
		WithNote(first.First().Span, "its first stage")
}

func errReplicasRead(replicas Span, n int, f *Flow, p *Place) Diagnostic {
	return NewError("FLOW047", replicas, "put pipeline "+quoted(p.Pipeline.Name)+" into a flow of its own, without replicas",
		"flow %s would run as %d processes, each of which would read all of the %s of stage %s", quoted(f.Name), n, p.Stage.Kind.Undivided, quoted(p.Stage.Name)).
		WithNote(p.Span, "it reads the "+p.Stage.Kind.Undivided+" here")
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
		return NewError("FLOW060", p.Span, help, "stage %s takes one value, but %s", quoted(p.Stage.Name), in.arrives())
	}
	help := "let " + quoted(in.from[0].Name()) + " give " + listTypes(wants) + ", or put a stage between that converts"
	switch {
	case len(in.Types) > 1 && itemwise(wants, in):
		help = "only lists made item by item of one list are joined item by item; let the stage take " + listTypes(in.Types)
	case len(in.Types) > 1:
		help = "let the stage take " + listTypes(in.Types) + ", in this order"
	}
	return NewError("FLOW060", p.Span, help, "stage %s takes %s, but %s", quoted(p.Stage.Name), listTypes(wants), in.arrives())
}

// errSinkMismatch says that a store or a topic does not take what arrives.
func errSinkMismatch(at Span, name string, want *Type, in Arrival) Diagnostic {
	help := "put a stage between that gives " + want.String() + " or []" + want.String()
	return NewError("FLOW060", at, help, "%s takes %s, but %s", quoted(name), want, in.arrives())
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
	return NewError("FLOW061", p.Span, "give "+quoted(first.Name())+" an out", "nothing arrives at %s", quoted(p.Name())).WithNote(first.Span, "the first stage gives nothing")
}

func errDeadPublished(at Span, t *Topic) Diagnostic {
	return NewError("FLOW073", at, "name it in on_error = \"topic."+t.Name+"\"", "topic %s takes dead letters only, which on_error sends", quoted(t.Name)).WithNote(t.Span, "declared here")
}

func errInFirst(at Span, s *Stage) Diagnostic {
	help := "drop in"
	if s.IsGo() {
		help = "drop in; under every, cron or once it may be in = \"time\""
	}
	return NewError("FLOW062", at, help, "stage %s stands first, where nothing arrives", quoted(s.Name))
}

func errNeedsOut(at Span, s *Stage) Diagnostic {
	return NewError("FLOW063", at, "add out = \"…\", the type of what comes in", "stage %s (%s) needs out to know what to decode", quoted(s.Name), s.Kind.Name)
}

func errNotFirst(at Span, s *Stage) Diagnostic {
	return NewError("FLOW064", at, "put a source before it", "stage %s (%s) cannot stand first", quoted(s.Name), s.Kind.Name)
}

func errOnlyFirst(at Span, s *Stage) Diagnostic {
	return NewError("FLOW065", at, "give it a pipeline of its own; both may save to one store", "stage %s (%s) is a source, so it can only stand first", quoted(s.Name), s.Kind.Name)
}

func errOutRefused(at Span, s *Stage) Diagnostic {
	return NewError("FLOW066", at, "drop out: what arrived goes on", "%s gives nothing of its own where it does not stand first", s.Kind.Name)
}

func errOutOfStore(at Span, s *Stage) Diagnostic {
	help := "drop out"
	if s.Out != nil {
		help = "drop out: it is " + s.Out.String()
	}
	return NewError("FLOW066", at, help, "%s gives the records of its store", s.Kind.Name)
}

func errTwoTypes(at Span, s *Stage, in Arrival, first *Place) Diagnostic {
	return NewError("FLOW067", at, "declare in = \"…\" and convert before one of the places, or declare a stage for each type", "stage %s takes %s elsewhere, but here %s", quoted(s.Name), listTypes(s.Params), in.arrives()).WithNote(first.Span, "the other place")
}

func errFirstAndLater(at, first Span, s *Stage) Diagnostic {
	return NewError("FLOW068", at, "declare a second stage", "stage %s stands first elsewhere, where its function takes no value", quoted(s.Name)).WithNote(first, "first here")
}

func errWaitsTwice(at, first Span, s *Stage) Diagnostic {
	return NewError("FLOW069", at, "declare a second stage, or write both pipelines as one with branches", "source %s stands in two pipelines, so each would get a part", quoted(s.Name)).WithNote(first, "the other")
}

func errBranchUnjoined(at Span) Diagnostic {
	return NewError("FLOW070", at, "end the branch with a stage that joins them", "the branch ends in several values")
}

func errBranchMerges(at Span) Diagnostic {
	return NewError("FLOW074", at, "join them in a stage that gives one value", "results go on one by one inside of a branch, so it ends with several values")
}

func errEmptyGroup(at Span) Diagnostic {
	return NewError("FLOW075", at, "name a stage in one of its branches, or drop the group", "the group holds only [], so it does nothing")
}

func errTooManyJoined(at Span, results int) Diagnostic {
	return NewError("FLOW076", at, "join some of them in a stage of a branch", "%d branches of the group give a result: %d at most meet", results, maxJoined)
}

func errSameFile(at, first Span, a, b string) Diagnostic {
	return NewError("FLOW037", at, "give each a file of its own", "stores %s and %s would write one file", quoted(a), quoted(b)).WithNote(first, "the other")
}

func errListsMeetValues(at Span, out Arrival) Diagnostic {
	return NewError("FLOW071", at, "let all branches give lists, or none", "branches give %s: lists meet lists only", listTypes(out.Types))
}

func errReplyMerged(at Span) Diagnostic {
	return NewError("FLOW072", at, "join the branches in a stage that gives one value", "a caller gets one answer, but the branches give several")
}

// Delivery.

func errPromise(at, weak Span, p *Pipeline, want string) Diagnostic {
	return NewError("FLOW080", at, "mend what is named, or promise "+quoted(p.Promise.String()), "pipeline %s promises %s, but delivers %s: %s", quoted(p.Name), want, p.Promise, p.Why).WithNote(weak, "this is weaker")
}

// Warnings.

func warnUnused(at Span, kind, name string) Diagnostic {
	return NewWarning("FLOW100", at, "use it or drop it", "%s %s is never used", kind, quoted(name))
}

func warnEmbeddedFlows(c *Connection) Diagnostic {
	server := c.Protocol.Server
	d := NewWarning("FLOW102", c.Options.Entry("url").Value.Span, "give the URL of a "+server+" where the flows run as programs of their own",
		"connection %s runs its %s inside a process, and flows %s and %s use it: they meet when one program runs both, also with -processes, but not as two programs", quoted(c.Name), server, quoted(c.Flows[0].Name), quoted(c.Flows[1].Name))
	return d.WithNote(c.Flows[1].Span, "the second flow")
}

func warnNoEffect(at Span, option, why string) Diagnostic {
	return NewWarning("FLOW103", at, "drop it", "%s has no effect: %s", option, why)
}

func warnNothingWrites(at Span, name string) Diagnostic {
	return NewWarning("FLOW101", at, "end a pipeline with \"topic."+name+"\"", "nothing writes to topic %s", quoted(name))
}

// The user's Go.

// WarnNoFunction says that a stage has no function any more.
func WarnNoFunction(s *Stage) Diagnostic {
	return NewWarning("FLOW150", s.Span, "write it in package stages, or let flowc generate write a stub", "stage %s has no function %s", quoted(s.Name), s.GoName)
}

// ErrSignature says that a stage's function takes or gives something else; want
// is the declaration to be.
func ErrSignature(s *Stage, function Span, want string) Diagnostic {
	return NewError("FLOW151", s.Span, "write "+want, "function %s has not the signature that stage %s needs", s.GoName, quoted(s.Name)).WithNote(function, "the function")
}

// ErrNoStageFunction says that what has the name of a stage's function cannot be
// called as one: a method, or a function with type parameters.
func ErrNoStageFunction(s *Stage, function Span, what, want string) Diagnostic {
	return NewError("FLOW152", s.Span, "write "+want, "%s is %s, so stage %s cannot call it", s.GoName, what, quoted(s.Name)).WithNote(function, "declared here")
}

// ErrFunctionTwice says that flowc cannot tell which function a stage calls.
func ErrFunctionTwice(s *Stage, function Span, again string) Diagnostic {
	return NewError("FLOW153", s.Span, "keep one, and call what differs from it", "function %s of stage %s is declared again at %s", s.GoName, quoted(s.Name), again).WithNote(function, "first here")
}

// WarnStub says that a stage does nothing yet.
func WarnStub(s *Stage, function Span) Diagnostic {
	return NewWarning("FLOW154", s.Span, "write its body", "function %s of stage %s is still a stub", s.GoName, quoted(s.Name)).WithNote(function, "the stub")
}

// ErrNoGoType says that a Go type that the spec names cannot be found; problem
// says why.
func ErrNoGoType(at Span, t *Type, problem string, names []string) Diagnostic {
	help := "name an exported type of a package that the module has"
	if near := nearest(t.Name, names); near != "" {
		help = "did you mean " + t.Import + "." + near + "?"
	}
	return NewError("FLOW155", at, help, "there is no Go type %s: %s", t, problem)
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
	return NewError("FLOW156", at, help, "Go type %s has no method %s, by which it would travel as text", t, method)
}

// ErrImportCycle says that what generated code imports imports generated code.
func ErrImportCycle(at, imported Span, chain []string) Diagnostic {
	d := NewError("FLOW157", at, "move what both need into a package that imports neither", "an import cycle: %s", strings.Join(chain, " imports "))
	if at.IsZero() { // a file that holds no stage
		d.Span = imported
		return d
	}
	return d.WithNote(imported, "imported here")
}
