package spec

import (
	"slices"
	"strings"
)

func (r *resolver) declareStages() {
	for _, t := range r.declared("stage", validName) {
		s := &Stage{Name: t.Key, GoName: GoName(t.Key), Span: t.KeySpan}
		r.stages[s.Name] = s
		r.graph.Stages = append(r.graph.Stages, s)
		s.flawed = r.errsIn(func() { r.declareStage(s, t) })
	}
	r.protocols()
	for _, s := range r.graph.Stages {
		if !s.broken && !s.IsGo() {
			s.flawed = r.errsIn(func() { r.checkKind(s) }) || s.flawed
		}
	}
}

// checkKind judges a stage as a built-in of its kind.
func (r *resolver) checkKind(s *Stage) {
	if s.Kind.Check != nil {
		s.Kind.Check(s, r.report)
	}
	if e := s.Options.Entry("kind"); e != nil && s.Kind.NotBuilt { // the key may be misspelt
		r.report(errNotBuilt(e.Value.Span, "kind "+s.Kind.Name))
	}
}

func (r *resolver) declareStage(s *Stage, t *Entry) {
	schema, known := r.stageSchema(s, t)
	if !known || r.lacksKind(s, t) {
		s.broken = true
		return
	}
	s.Options = r.decode(t.Value.Entries, schema, "stage."+s.Name, t.KeySpan)
	s.Doc = s.Options.Text("doc")
	s.Policy = r.policy(s.Options)
	r.stageTypes(s)
	s.Reads = r.storesOf(s.Options, "reads")
	s.Writes = r.storesOf(s.Options, "writes")
	if s.IsGo() {
		return
	}
	r.connect(s)
	if e := s.Options.Entry("store"); e != nil {
		if s.Store = r.stores[e.Value.Text]; s.Store == nil {
			unknown(r, e.Value.Span, "store", e.Value.Text, r.stores)
		}
	}
	if s.Kind.Loads {
		r.loads(s)
	}
}

// loads gives a stage the records of its store, as a list.
func (r *resolver) loads(s *Stage) {
	s.Out = nil
	if s.Store != nil && s.Store.Record != nil {
		s.Out = &Type{Kind: List, Elem: &Type{Kind: RecordOf, Record: s.Store.Record}}
	}
	if e := s.Options.Entry("out"); e != nil {
		r.report(errOutOfStore(e.KeySpan, s))
	}
	s.New = s.Options.Bool("new")
}

// linkFollowers tells the stages that load what is new in a store of each other.
func (g *Graph) linkFollowers() {
	of := map[*Store][]*Stage{}
	for _, s := range g.Stages {
		if s.New && s.Store != nil && len(s.Places) > 0 {
			of[s.Store] = append(of[s.Store], s)
		}
	}
	for _, stages := range of {
		for _, s := range stages {
			for _, other := range stages {
				if other != s {
					s.Followers = append(s.Followers, other.Name)
				}
			}
		}
	}
}

// stageSchema returns the options that the stage's kind takes.
func (r *resolver) stageSchema(s *Stage, t *Entry) (schema []Option, known bool) {
	e := kindEntry(t, optionNames(r.schemaOf(nil)))
	switch {
	case e == nil:
		return r.schemaOf(nil), true
	case e.Value.Kind != StringValue:
		r.report(errWrongType(e.Value, Option{Name: "kind", Type: Name}))
		return nil, false
	}
	if s.Kind = r.kindOf(e.Value.Text); s.Kind != nil {
		return r.schemaOf(s.Kind), true
	}
	if e.Key != "kind" {
		r.report(errUnknownKey(e.KeySpan, "stage."+s.Name, e.Key, r.schemaOf(nil), nil))
	}
	var names []string
	for _, k := range r.kinds {
		names = append(names, k.Name)
	}
	r.report(errUnknownName(e.Value.Span, "kind", e.Value.Text, names))
	return nil, false
}

// kindEntry returns what says the kind of a stage: kind, or a key that is meant
// to be and is none of the known ones of Go functions; nil where it is one.
func kindEntry(t *Entry, known []string) *Entry {
	if e := t.Value.Get("kind"); e != nil {
		return e
	}
	for _, e := range t.Value.Entries {
		if !slices.Contains(known, e.Key) && nearest(e.Key, known) == "kind" {
			return e
		}
	}
	return nil
}

func (r *resolver) kindOf(name string) *Kind {
	for i := range r.kinds {
		if r.kinds[i].Name == name {
			return &r.kinds[i]
		}
	}
	return nil
}

// lacksKind refuses a stage without kind whose keys are those of a built-in, once
// for all of them; what else stands in its table is judged as of a Go function.
func (r *resolver) lacksKind(s *Stage, t *Entry) bool {
	if s.Kind != nil {
		return false
	}
	var foreign, rest []*Entry
	known := optionNames(r.schemaOf(nil))
	for _, e := range t.Value.Entries {
		if !slices.Contains(known, e.Key) && len(r.kindsWith(e.Key)) > 0 {
			foreign = append(foreign, e)
		} else {
			rest = append(rest, e)
		}
	}
	if len(foreign) == 0 {
		return false
	}
	r.report(errNoKind(foreign, s.Name, r.kindsWith(entryKeys(foreign)...)))
	r.decode(rest, r.schemaOf(nil), "stage."+s.Name, t.KeySpan)
	return true
}

// schemaOf returns the options of a stage of a kind, or of a Go function for
// nil. Stages share them: a service may have thousands.
func (r *resolver) schemaOf(k *Kind) []Option {
	name := ""
	if k != nil {
		name = k.Name
	}
	if r.schemas[name] == nil {
		if k == nil {
			r.schemas[name] = goOptions()
		} else {
			r.schemas[name] = k.TableOptions()
		}
	}
	return r.schemas[name]
}

// stageTypes reads in and out.
func (r *resolver) stageTypes(s *Stage) {
	if e := s.Options.Entry("in"); e != nil {
		items := e.Value.Items
		if e.Value.Kind == StringValue {
			items = []*Value{e.Value}
		}
		for _, item := range items {
			if t := r.parseType(item, false, item.Text); t != nil {
				s.In = append(s.In, t)
			}
		}
		if len(items) == 0 {
			r.report(errEmptyList(e.Value.Span, "in names no type", "write a type, or drop in"))
		}
	}
	e := s.Options.Entry("out")
	if e == nil {
		return
	}
	text, stream := strings.CutPrefix(e.Value.Text, "stream ")
	s.Out = r.parseType(e.Value, false, text)
	if s.Stream = stream; stream {
		r.report(errNotBuilt(e.Value.Span, "a stream"))
	}
}

func (r *resolver) storesOf(o Options, option string) []*Store {
	e := o.Entry(option)
	if e == nil {
		return nil
	}
	var list []*Store
	for _, item := range e.Value.Items {
		s := r.stores[item.Text]
		switch {
		case s == nil:
			unknown(r, item.Span, "store", item.Text, r.stores)
		case slices.Contains(list, s):
			r.report(ErrListedTwice(item.Span, "store "+quoted(s.Name), option))
		default:
			list = append(list, s)
		}
	}
	return list
}

// connect links a stage to its connection.
func (r *resolver) connect(s *Stage) {
	e := s.Options.Entry("connection")
	if e == nil {
		return
	}
	if s.Connection = r.connections[e.Value.Text]; s.Connection == nil {
		unknown(r, e.Value.Span, "connection", e.Value.Text, r.connections)
	}
}
