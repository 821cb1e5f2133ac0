package spec

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/setting"
)

// Records, connections, stores and topics: what stages and pipelines stand on.

func (r *resolver) declareRecords() {
	tables := r.declared("record", validRecord)
	for _, t := range tables {
		rec := &Record{Name: t.Key, GoName: t.Key, Span: t.KeySpan}
		r.records[rec.Name] = rec
		r.graph.Records = append(r.graph.Records, rec)
	}
	for i, t := range tables {
		rec := r.graph.Records[i]
		rec.flawed = r.errsIn(func() { r.declareFields(rec, t) })
	}
	c := cycles{state: map[*Record]int{}, found: func(rec *Record, circle []*Field) { r.report(errContainsItself(circle, rec.Name)) }}
	for _, rec := range r.graph.Records {
		r.checkReserved(rec)
		if c.state[rec] == 0 {
			c.visit(rec)
		}
	}
}

func (r *resolver) declareFields(rec *Record, t *Entry) {
	if len(t.Value.Entries) == 0 {
		r.report(errNoFields(t.KeySpan, rec.Name))
	}
	for _, e := range t.Value.Entries {
		if e.Key == "" {
			r.report(errBadName(e.KeySpan, "field", e.Key))
			continue
		}
		f := &Field{Name: e.Key, GoName: GoName(e.Key), Span: e.KeySpan}
		rec.Fields = append(rec.Fields, f)
		switch {
		case e.Value.Kind != StringValue:
			r.report(errWrongType(e.Value, Option{Name: e.Key, Type: TypeText}))
		default:
			f.Type = r.parseType(e.Value, true, e.Value.Text)
		}
	}
}

// checkReserved refuses the Go names that the generated code of records needs.
func (r *resolver) checkReserved(rec *Record) {
	for _, prefix := range []string{"Clone", "SchemaOf", "CSVOf"} {
		if of, ok := strings.CutPrefix(rec.Name, prefix); ok && r.records[of] != nil {
			r.report(errReservedGoName(rec.Span, "record", rec.Name, rec.Name))
		}
	}
	for _, f := range rec.Fields {
		if f.GoName == "MarshalJSONTo" || f.GoName == "UnmarshalJSONFrom" {
			r.report(errReservedGoName(f.Span, "field", f.Name, f.GoName))
		}
	}
}

// parseType reads a type that stands in (a part of) a value.
func (r *resolver) parseType(v *Value, optional bool, text string) *Type {
	p := typeParser{records: r.records, seen: func(rec *Record) { rec.used = true }, suggest: r.unknowns < maxSuggesting}
	t, problem := p.parse(text, optional, 0)
	switch {
	case problem == nil:
		r.noteGoType(t, v.SpanOf(text))
		return t
	case !r.refused.has("record", problem.name):
		r.unknowns++
		r.report(errBadType(v.SpanOf(text), problem))
	}
	return nil
}

// noteGoType notes the Go type that a type is made of.
func (r *resolver) noteGoType(t *Type, at Span) {
	for t.Elem != nil {
		t = t.Elem
	}
	if t.Kind == GoType {
		r.graph.GoTypes = append(r.graph.GoTypes, GoTypeUse{t, at})
	}
}

// cycles finds records that hold themselves as values: a value of one would
// have no end. Each cycle is reported once, at a field of the record that
// stands first.
type cycles struct {
	state map[*Record]int
	path  []*Field // by which the records that are being visited hold each other
	of    []*Record
	found func(*Record, []*Field)
}

// The states of records.
const (
	visiting = 1 + iota
	visited
)

func (c *cycles) visit(rec *Record) {
	c.state[rec] = visiting
	c.of = append(c.of, rec)
	for _, f := range rec.Fields {
		if f.Type == nil || f.Type.Kind != RecordOf {
			continue
		}
		c.path = append(c.path, f)
		switch c.state[f.Type.Record] {
		case 0:
			c.visit(f.Type.Record)
		case visiting:
			at := slices.Index(c.of, f.Type.Record)
			c.found(c.of[at], slices.Clone(c.path[at:]))
		}
		c.path = c.path[:len(c.path)-1]
	}
	c.of = c.of[:len(c.of)-1]
	c.state[rec] = visited
}

func (r *resolver) declareConnections() {
	for _, t := range r.declared("connection", validName) {
		c := &Connection{Name: t.Key, Span: t.KeySpan}
		c.Options = r.decode(t.Value.Entries, connectionOptions(), "connection."+t.Key, t.KeySpan)
		r.connections[c.Name] = c
		r.graph.Connections = append(r.graph.Connections, c)
		if e := c.Options.Entry("token"); e != nil && (c.Options.Has("username") || c.Options.Has("password")) {
			r.report(ErrExclusive(e.KeySpan, "a connection has a token, or a username and password, not both"))
		}
		if e := c.Options.Entry("token"); e != nil {
			CheckToken(e.Value, r.report)
		}
		r.checkTLS(c)
		CheckHeaders(c.Options.Pairs("headers"), r.report)
		for _, e := range c.Options.Pairs("headers") {
			r.checkNoTemplate(e)
		}
	}
}

func (r *resolver) checkTLS(c *Connection) {
	tls := c.Options.Sub("tls")
	if tls.Has("cert") && tls.Missing("key") || tls.Has("key") && tls.Missing("cert") {
		r.report(errTogether(c.Options.Entry("tls").KeySpan, "cert and key go together", "give both or neither"))
	}
	for _, e := range tls.entries {
		if problem, help := PathProblem(e.Value.Text); problem != "" {
			r.report(ErrBadPath(e.Value.Span, problem, help))
		}
	}
}

// checkNoTemplate refuses a {field} in a header of a connection.
func (r *resolver) checkNoTemplate(e *Entry) {
	if fields, _ := TemplateFields(e.Value.Text); len(fields) > 0 {
		r.report(errFieldInConnection(e.Value.Span, fields[0].Name))
	}
}

// ability is what a store of a scheme can do.
type ability struct {
	scheme  string
	modes   []StoreMode
	new     []StoreMode // those in which it can tell what is new
	built   bool
	oneHost bool // a local file
	oneFlow bool // one process only
	sql     bool
}

// abilities is the table of the language reference.
var abilities = []ability{
	{scheme: "sqlite", modes: []StoreMode{Append, Upsert, Replace}, new: []StoreMode{Append, Upsert, Replace}, built: true, oneHost: true, sql: true},
	{scheme: "jsonl", modes: []StoreMode{Append, Replace}, new: []StoreMode{Append}, built: true, oneHost: true, oneFlow: true},
	{scheme: "postgres", modes: []StoreMode{Append, Upsert, Replace}, new: []StoreMode{Append, Upsert, Replace}, sql: true},
	{scheme: "mongodb", modes: []StoreMode{Append, Upsert, Replace}},
	{scheme: "nats-kv", modes: []StoreMode{Upsert}},
	{scheme: "csv", modes: []StoreMode{Append, Replace}, built: true, oneHost: true, oneFlow: true},
	{scheme: "json", modes: []StoreMode{Append, Replace, Upsert}, built: true, oneHost: true, oneFlow: true},
}

func abilityOf(scheme string) *ability {
	for i := range abilities {
		if abilities[i].scheme == scheme {
			return &abilities[i]
		}
	}
	return nil
}

// storeSchemes are the schemes that a store can have today.
func storeSchemes() []string {
	var list []string
	for _, a := range abilities {
		if a.built {
			list = append(list, a.scheme)
		}
	}
	return list
}

func (r *resolver) declareStores() {
	for _, t := range r.declared("store", validName) {
		s := &Store{Name: t.Key, Span: t.KeySpan, Table: t.Key}
		s.flawed = r.errsIn(func() { r.declareStore(s, t) })
		r.stores[s.Name] = s
		r.graph.Stores = append(r.graph.Stores, s)
	}
}

func (r *resolver) declareStore(s *Store, t *Entry) {
	s.Options = r.decode(t.Value.Entries, storeOptions(), "store."+t.Key, t.KeySpan)
	s.Record = r.recordOf(s.Options)
	s.Mode = map[string]StoreMode{"append": Append, "upsert": Upsert, "replace": Replace}[s.Options.Text("mode")]
	s.Policy = r.policy(s.Options)
	if e := s.Options.Entry("table"); e != nil {
		s.Table = e.Value.Text
		switch {
		case hasVariable(s.Table):
			r.report(errBadTable(e.Value.Span, "the name of a table does not come from the environment", "write the name; url may choose another database"))
		case strings.Trim(s.Table, " ") == "":
			r.report(errBadTable(e.Value.Span, "the table has no name", "drop it: the default is the store's name"))
		}
	}
	r.storeFields(s)
	r.storeURL(s)
}

func (r *resolver) recordOf(o Options) *Record {
	e := o.Entry("record")
	if e == nil {
		return nil
	}
	rec := r.records[e.Value.Text]
	if rec == nil {
		unknown(r, e.Value.Span, "record", e.Value.Text, r.records)
		return nil
	}
	rec.used = true
	return rec
}

// storeFields links key, version and stamp to fields of the record.
func (r *resolver) storeFields(s *Store) {
	o := s.Options
	s.Key = r.keyFields(o, s.Record)
	if s.Mode == Upsert && o.Missing("key") {
		r.report(errNeedsKey(o.Entry("mode").Value.Span, s.Name, "upsert"))
	}
	if e := o.Entry("version"); e != nil {
		s.Version = r.field(e.Value, s.Record)
		if s.Version != nil && (s.Version.Type == nil || !s.Version.Type.IsOrdered()) {
			r.report(errUnfitField(e.Value.Span, "a version must be a number, a string or a time that is never missing", "name another field"))
		}
		if s.Mode != Upsert && (o.Has("mode") || o.Missing("mode")) {
			r.report(errTogether(e.KeySpan, "version is only for mode = \"upsert\"", "add mode = \"upsert\" or drop version"))
		}
	}
	if e := o.Entry("stamp"); e != nil {
		s.Stamp = r.field(e.Value, s.Record)
		if s.Stamp != nil && (s.Stamp.Type == nil || s.Stamp.Type.String() != "time?") {
			r.report(errUnfitField(e.Value.Span, "a stamp must be a field of type time?", "write "+s.Stamp.Name+" = \"time?\" in the record"))
		}
	}
	if e := o.Entry("keep"); e != nil {
		r.checkKeep(o, e)
	}
}

func (r *resolver) checkKeep(o Options, keep *Entry) {
	if o.Missing("stamp") {
		r.report(errTogether(keep.KeySpan, "keep goes by stamp", "add stamp = \"…\", a field of type time? of the record"))
	}
	if zeroDuration(keep.Value.Text) {
		r.report(errOutOfRange(keep.Value.Span, "keep cannot be zero: nothing would stay", "write a duration such as \"720h\", or drop keep"))
	}
}

func (r *resolver) keyFields(o Options, rec *Record) []*Field {
	e := o.Entry("key")
	if e == nil {
		return nil
	}
	if len(e.Value.Items) == 0 {
		r.report(errEmptyList(e.Value.Span, "a key needs a field", "name the fields that identify a record, or drop key"))
	}
	var list []*Field
	for _, item := range e.Value.Items {
		f := r.field(item, rec)
		switch {
		case f == nil || f.Type == nil:
		case slices.Contains(list, f):
			r.report(ErrListedTwice(item.Span, "field "+quoted(f.Name), "the key"))
		case !f.Type.IsScalar() && f.Type.Kind != GoType:
			r.report(errUnfitField(item.Span, "a key field must be a bool, a number, a string or a time that is never missing, not "+f.Type.String(), "name another field"))
		default:
			list = append(list, f)
		}
	}
	return list
}

func (r *resolver) field(v *Value, rec *Record) *Field {
	if rec == nil {
		return nil
	}
	f := rec.Field(v.Text)
	if f == nil {
		r.report(ErrUnknownField(v.Span, v.Text, rec))
	}
	return f
}

// storeURL judges the schemes of a store: that of the URL's default, and those
// of drivers.
func (r *resolver) storeURL(s *Store) {
	e := s.Options.Entry("url")
	if e == nil {
		return
	}
	if scheme := Scheme(e.Value.Text); scheme != "" {
		r.storeScheme(s, scheme, e.Value)
		r.storePath(e.Value)
	} else if !hasVariable(e.Value.Text) {
		r.report(errNoScheme(e.Value.Span, storeSchemes()))
	} else if _, known := DefaultOf(e.Value.Text); known {
		r.report(errNoScheme(e.Value.Span, storeSchemes()))
	} else if s.Options.Missing("drivers") {
		r.report(errNoDriver(e.Value.Span, s.Name))
	}
	if d := s.Options.Entry("drivers"); d != nil {
		for _, item := range d.Value.Items {
			r.storeScheme(s, item.Text, item)
		}
	}
}

func (r *resolver) storeScheme(s *Store, scheme string, at *Value) {
	a := abilityOf(scheme)
	switch {
	case a == nil:
		r.report(errUnknownScheme(at.Span, scheme, storeSchemes()))
		return
	case slices.Contains(s.Schemes, scheme):
		return
	case !slices.Contains(a.modes, s.Mode):
		r.report(errModeOfScheme(at.Span, s.Options, scheme, a))
	case !a.built:
		r.report(errNotBuilt(at.Span, "a "+scheme+": store"))
	}
	if a.scheme == "nats-kv" && s.Mode != Upsert && s.Options.Missing("key") {
		r.report(errNeedsKey(at.Span, s.Name, "a nats-kv: store"))
	}
	if a.sql {
		r.sqlTypes(s, scheme)
	}
	if a.scheme == "csv" {
		r.csvFields(s)
	}
	s.Schemes = append(s.Schemes, scheme)
}

// sequenceName is a column that stores add to their tables, and a table of
// theirs; positionName is another one.
const (
	sequenceName = "flow_seq"
	positionName = "flow_position"
)

// sqlTypes refuses what SQL cannot hold without loss, and names that are taken.
func (r *resolver) sqlTypes(s *Store, scheme string) {
	if s.Record == nil {
		return
	}
	if name := strings.ToLower(s.Table); strings.HasPrefix(name, "sqlite_") || name == sequenceName || name == positionName {
		at := s.Span
		if e := s.Options.Entry("table"); e != nil {
			at = e.Value.Span
		}
		r.report(errBadTable(at, "the name "+quoted(s.Table)+" is taken by the database or by flowc", "choose another table"))
	}
	for _, f := range s.Record.Fields {
		if strings.EqualFold(f.Name, sequenceName) {
			r.report(errReservedColumn(f.Span, s.Span, s.Name))
		}
		if f.Type != nil && f.Type.Required().Kind == Basic && f.Type.Required().Name == "uint64" {
			r.report(errUint64(f.Span, s.Span, s.Name, scheme))
		}
	}
}

// csvFields refuses a record whose row might be an empty line, which is none.
func (r *resolver) csvFields(s *Store) {
	if s.Record == nil || len(s.Record.Fields) != 1 {
		return
	}
	if f := s.Record.Fields[0]; f.Type != nil && f.Type.Kind == Optional {
		r.report(errEmptyRow(f.Span, s.Span, s.Name))
	}
}

// storePath judges the path of a file as the program would at its start.
func (r *resolver) storePath(v *Value) {
	value, known := DefaultOf(v.Text)
	scheme, path, _ := strings.Cut(value, ":")
	if a := abilityOf(setting.Scheme(value)); a == nil || !a.oneHost || !known {
		return
	}
	if problem, help := pathProblem(path); problem != "" {
		r.report(ErrBadPath(v.Span, problem, strings.ReplaceAll(help, "SCHEME", scheme)))
	}
}

// pathProblem says what is wrong with the path in a store's URL.
func pathProblem(path string) (problem, help string) {
	switch _, problem := setting.FilePath(path); problem {
	case setting.PathFine:
		return "", ""
	case setting.PathEmpty, setting.PathFolder:
		return "the URL names no file", "write SCHEME:data/NAME"
	case setting.PathHost:
		return "a file has no host", "write SCHEME:data/NAME or SCHEME:/absolute/path"
	case setting.PathOutside:
		return "the path leaves the working directory", "write a path without .. or an absolute one"
	}
	return "a file takes no options", "write SCHEME:data/NAME"
}

func (r *resolver) declareTopics() {
	for _, t := range r.declared("topic", validName) {
		topic := &Topic{Name: t.Key, Span: t.KeySpan}
		topic.Options = r.decode(t.Value.Entries, topicOptions(), "topic."+t.Key, t.KeySpan)
		if topic.Options.Text("record") != "flow.Dead" {
			topic.Record = r.recordOf(topic.Options)
			topic.Key = r.keyFields(topic.Options, topic.Record)
		}
		if e := topic.Options.Entry("url"); e != nil {
			r.topicURL(e.Value)
		}
		r.topics[topic.Name] = topic
		r.graph.Topics = append(r.graph.Topics, topic)
		r.report(errNotBuilt(t.KeySpan, "a topic"))
	}
	for _, topic := range r.graph.Topics {
		topic.Policy = r.policy(topic.Options)
	}
}

func (r *resolver) topicURL(v *Value) {
	schemes := []string{"memory", "nats"}
	scheme := Scheme(v.Text)
	if _, known := DefaultOf(v.Text); scheme == "" && known {
		r.report(errNoScheme(v.Span, schemes))
	} else if scheme != "" && !slices.Contains(schemes, scheme) {
		r.report(errUnknownScheme(v.Span, scheme, schemes))
	}
}
