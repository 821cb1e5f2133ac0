package spec

import (
	"path"
	"slices"
	"strings"
)

// Resolve says what the files of a spec mean: the first is flow.toml, the
// others are those it includes, as far as they could be read. The graph is usable only where the diagnostics
// have no error.
func Resolve(files []*File, kinds []Kind) (*Graph, Diagnostics) {
	if d := checkTables(files); d != nil {
		return &Graph{}, d
	}
	r := &resolver{
		files:       files,
		kinds:       kinds,
		graph:       &Graph{},
		records:     map[string]*Record{},
		connections: map[string]*Connection{},
		stores:      map[string]*Store{},
		topics:      map[string]*Topic{},
		stages:      map[string]*Stage{},
		pipelines:   map[string]*Pipeline{},
		schemas:     map[string][]Option{},
		refused:     refusals{},
	}
	if !r.version() {
		return r.graph, r.diags
	}
	r.checkIncluded()
	r.top()
	r.declareRecords()
	r.declareConnections()
	r.declareTopics()
	r.declareStores()
	r.declareStages()
	r.declarePipelines()
	r.declareFlows()
	r.follow()
	r.checkGoNames()
	r.typePipelines()
	r.deliver()
	r.checkHosts()
	r.checkUse()
	r.diags.Sort()
	r.graph.order()
	r.graph.linkFollowers()
	return r.graph, r.diags
}

// order puts what has a table of its own in the order of names, so that tables
// that were moved yield the same Go.
func (g *Graph) order() {
	byName(g.Records, func(x *Record) string { return x.Name })
	byName(g.Connections, func(x *Connection) string { return x.Name })
	byName(g.Stores, func(x *Store) string { return x.Name })
	byName(g.Topics, func(x *Topic) string { return x.Name })
	byName(g.Stages, func(x *Stage) string { return x.Name })
	byName(g.Pipelines, func(x *Pipeline) string { return x.Name })
	byName(g.Flows, func(x *Flow) string { return x.Name })
	for _, s := range g.Stages {
		byName(s.Places, func(p *Place) string { return p.Pipeline.Name })
	}
}

func byName[T any](list []T, name func(T) string) {
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(name(a), name(b)) })
}

// Include is a further spec file that flow.toml names.
type Include struct {
	Path string
	Span Span
}

// Includes returns the files that a spec file includes. The caller reads them.
func Includes(f *File) []Include {
	e := f.Root.Get("include")
	if e == nil || e.Value.Kind != ArrayValue {
		return nil
	}
	var list []Include
	for _, item := range e.Value.Items {
		if item.Kind == StringValue {
			list = append(list, Include{item.Text, item.Span})
		}
	}
	list, _ = distinctIncludes(list)
	return list
}

// distinctIncludes splits off the files that were named before.
func distinctIncludes(list []Include) (first, again []Include) {
	seen := map[string]bool{}
	for _, inc := range list {
		name := path.Clean(inc.Path)
		if seen[name] {
			again = append(again, inc)
			continue
		}
		seen[name] = true
		first = append(first, inc)
	}
	return first, again
}

// checkIncluded notes where files are missing, which the caller has told: any
// name may be declared in them.
func (r *resolver) checkIncluded() {
	main := r.files[0]
	complete := len(r.files) == 1+len(Includes(main))
	for _, e := range main.Root.Entries {
		mistyped := e.Key == "include" && e.Value.Kind != ArrayValue
		complete = complete && !mistyped && (e.Value.header || e.Key == "include" || nearest(e.Key, optionNames(topOptions())) != "include")
	}
	for _, kind := range tableKinds {
		if !complete {
			r.refused.add(kind, anyName)
		}
	}
}

// resolver gathers the graph. The maps only find things by name: what is
// emitted goes by the slices of the graph.
type resolver struct {
	files       []*File
	kinds       []Kind
	graph       *Graph
	diags       Diagnostics
	records     map[string]*Record
	connections map[string]*Connection
	stores      map[string]*Store
	topics      map[string]*Topic
	stages      map[string]*Stage
	pipelines   map[string]*Pipeline
	schemas     map[string][]Option // options of a stage by its kind; "" is a Go function
	refused     refusals
	unknowns    int // names so far that nothing declares
	lists       int // the lists numbered so far
}

func (r *resolver) report(d Diagnostic) { r.diags = append(r.diags, d) }

// errsIn reports whether a part of the work finds errors.
func (r *resolver) errsIn(part func()) bool {
	before := len(r.diags)
	part()
	return r.diags[before:].HasErrors()
}

// tableKinds are the tables of a spec, in the order of the language reference.
var tableKinds = []string{"record", "connection", "store", "topic", "stage", "pipeline", "flow"}

// version refuses another version of the language: what it means is not known,
// so nothing else of it is judged.
func (r *resolver) version() bool {
	e := r.files[0].Root.Get("flowc")
	if e == nil || e.Value.Kind != IntegerValue {
		return true
	}
	if n, ok := parseWhole(e.Value.Text); ok && n == 1 {
		return true
	}
	r.report(errVersion(e.Value.Span, e.Value.Text))
	return false
}

// top reads the keys above all tables.
func (r *resolver) top() {
	for i, f := range r.files {
		var scalars []*Entry
		for _, e := range f.Root.Entries {
			switch {
			case slices.Contains(tableKinds, e.Key):
				r.checkTables(e)
			case e.Value.Kind == TableValue && e.Value.header:
				r.refuseTable(e)
			default:
				scalars = append(scalars, e)
			}
		}
		if i == 0 {
			r.topKeys(f, scalars)
			continue
		}
		for _, e := range scalars {
			r.report(errTopKeyInInclude(e.KeySpan, e.Key))
		}
	}
}

func (r *resolver) topKeys(f *File, scalars []*Entry) {
	at := Span{f.Source, 0, 0}
	o := r.decode(scalars, topOptions(), "", at)
	if e := o.Entry("include"); e != nil {
		r.includedTwice(e.Value)
	}
	if e := o.Entry("service"); e != nil {
		r.graph.Service = e.Value.Text
		if !validName(e.Value.Text) {
			r.report(errBadName(e.Value.Span, "service", e.Value.Text))
		}
		if slices.Contains([]string{"internal", "testdata", "vendor"}, e.Value.Text) || devices.MatchString(e.Value.Text) {
			r.report(errReservedFlow(e.Value.Span, "service", e.Value.Text)) // the go command passes over cmd/vendor
		}
	}
}

func (r *resolver) includedTwice(v *Value) {
	var list []Include
	for _, item := range v.Items {
		list = append(list, Include{item.Text, item.Span})
	}
	_, again := distinctIncludes(list)
	for _, inc := range again {
		r.report(ErrListedTwice(inc.Span, quoted(inc.Path), "include"))
	}
}

// checkTables checks that [store] holds nothing but [store.NAME].
func (r *resolver) checkTables(e *Entry) {
	if e.Value.Kind != TableValue {
		r.refuseNameless(e, e.KeySpan)
		return
	}
	if first := lacksName(e); first != nil {
		r.refuseNameless(e, first.KeySpan)
	}
}

// lacksName returns the first key that stands below [store] itself, or nil.
func lacksName(e *Entry) *Entry {
	for _, named := range e.Value.Entries {
		if named.Value.Kind != TableValue {
			return named
		}
	}
	return nil
}

// declared returns the tables of a kind over all files, by the order of files
// and places, each name once.
func (r *resolver) declared(kind string, valid func(string) bool) []*Entry {
	var list []*Entry
	first := map[string]*Entry{}
	for _, f := range r.files {
		e := f.Root.Get(kind)
		if e == nil || e.Value.Kind != TableValue {
			continue
		}
		nameless := lacksName(e) != nil // what is no table of its own is a key of it
		for _, named := range e.Value.Entries {
			if named.Value.Kind != TableValue || nameless && !named.Value.header {
				continue
			}
			if !valid(named.Key) {
				r.report(errBadName(named.KeySpan, kind, named.Key))
				if kind != "flow" { // no table names a flow
					r.refused.add(kind, named.Key)
				}
			}
			if old := first[named.Key]; old != nil {
				r.report(errTwice(named.KeySpan, old.KeySpan, kind+"."+named.Key))
				r.refused.add(kind, anyName)
				continue
			}
			if named.again {
				r.refused.add(kind, anyName)
			}
			first[named.Key] = named
			list = append(list, named)
		}
	}
	return list
}

// checkGoNames refuses two names of one kind, and two fields of a record, whose
// Go names differ at most in case: their identifiers or files would collide.
func (r *resolver) checkGoNames() {
	g := r.graph
	r.distinct("record", each(g.Records, func(x *Record) named { return named{x.GoName, x.Span} }))
	r.distinct("connection", each(g.Connections, func(x *Connection) named { return named{GoName(x.Name), x.Span} }))
	r.distinct("store", each(g.Stores, func(x *Store) named { return named{GoName(x.Name), x.Span} }))
	r.distinct("topic", each(g.Topics, func(x *Topic) named { return named{GoName(x.Name), x.Span} }))
	r.distinct("stage", each(g.Stages, func(x *Stage) named { return named{x.GoName, x.Span} }))
	r.distinct("pipeline", each(g.Pipelines, func(x *Pipeline) named { return named{GoName(x.Name), x.Span} }))
	r.distinct("flow", each(g.Flows, func(x *Flow) named { return named{GoName(x.Name), x.Span} }))
	for _, rec := range g.Records {
		r.distinct("field", each(rec.Fields, func(x *Field) named { return named{x.GoName, x.Span} }))
	}
}

type named struct {
	goName string
	span   Span
}

func each[T any](list []T, f func(T) named) []named {
	out := make([]named, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func (r *resolver) distinct(kind string, list []named) {
	first := map[string]named{}
	for _, n := range list {
		key := strings.ToLower(n.goName)
		if old, ok := first[key]; ok {
			r.report(errGoNames(n.span, old.span, kind, n.goName, old.goName))
			continue
		}
		first[key] = n
	}
}

// maxSuggesting is the number of unknown names that get a suggestion: a spec
// with more has another mistake, and looking for the nearest name takes time.
const maxSuggesting = 50

// unknown reports a name that nothing declares, unless its declaration was
// refused.
func unknown[V any](r *resolver, at Span, kind, name string, known map[string]V) {
	if r.refused.has(kind, name) {
		return
	}
	var names []string
	if r.unknowns++; r.unknowns <= maxSuggesting {
		names = keys(known)
	}
	r.report(errUnknownName(at, kind, name, names))
}

// keys lists the names of a map, for suggestions.
func keys[V any](m map[string]V) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
