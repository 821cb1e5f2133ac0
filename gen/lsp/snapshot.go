package lsp

import (
	"path/filepath"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// snapshot is a service as it stands at a moment. What is not TOML in its texts
// is blanked.
type snapshot struct {
	language
	dir    string
	files  []*spec.File
	graph  *spec.Graph
	sound  bool // the graph has no errors
	mended bool // a text is not TOML
	places []occurrence

	records   map[string]*spec.Record
	stages    map[string]*spec.Stage
	stores    map[string]*spec.Store
	pipelines map[string]*spec.Pipeline
}

// newSnapshot reads the service in a folder. Where there is none it is empty.
func newSnapshot(dir string, read gen.ReadFile) *snapshot {
	s := &snapshot{language: newLanguage(), dir: dir, graph: &spec.Graph{}}
	files, diags := gen.ReadSpec(dir, func(name string) ([]byte, error) {
		text, err := read(name)
		mended := mend(text)
		s.mended = s.mended || string(mended) != string(text)
		return mended, err
	})
	if len(files) == 0 {
		return s
	}
	graph, found := spec.Resolve(files, templates.Specs(templates.Kinds()))
	s.files, s.graph, s.sound = files, graph, !diags.HasErrors() && !found.HasErrors()
	s.records = byName(graph.Records, func(x *spec.Record) string { return x.Name })
	s.stages = byName(graph.Stages, func(x *spec.Stage) string { return x.Name })
	s.stores = byName(graph.Stores, func(x *spec.Store) string { return x.Name })
	s.pipelines = byName(graph.Pipelines, func(x *spec.Pipeline) string { return x.Name })
	s.places = s.occurrences()
	return s
}

// path is the file that a source was read from.
func (s *snapshot) path(src *spec.Source) string {
	return filepath.Join(s.dir, filepath.FromSlash(src.Name))
}

// table returns the table with a name, or nil.
func (s *snapshot) table(kind, name string) *spec.Value {
	for _, f := range s.files {
		if tables := f.Root.Get(kind); tables != nil {
			if e := tables.Value.Get(name); e != nil {
				return e.Value
			}
		}
	}
	return nil
}

// text returns a string option of a table, as it is written.
func (s *snapshot) text(kind, name, option string) string {
	if t := s.table(kind, name); t != nil {
		if e := t.Get(option); e != nil && e.Value.Kind == spec.StringValue {
			return e.Value.Text
		}
	}
	return ""
}

// kindOf is the built-in kind of a stage; empty for a Go function.
func (s *snapshot) kindOf(stage string) string { return s.text("stage", stage, "kind") }

func byName[T any](list []*T, nameOf func(*T) string) map[string]*T {
	m := map[string]*T{}
	for _, x := range list {
		m[nameOf(x)] = x
	}
	return m
}

// fieldsAt returns the record whose fields an option of a table names, or nil:
// that of a store or a topic, of where the record that is loaded, of templates
// the one that arrives, of a source the one that it fills.
func (s *snapshot) fieldsAt(kind, name string, o spec.Option) *spec.Record {
	if kind == "store" || kind == "topic" {
		return s.records[s.text(kind, name, "record")]
	}
	st := s.stages[name]
	if kind != "stage" || st == nil {
		return nil
	}
	switch {
	case o.Fills:
		return recordOf(st.Out)
	case len(st.Params) > 0:
		return recordOf(st.Params[0])
	}
	return nil
}

func recordOf(t *spec.Type) *spec.Record {
	if t == nil || t.Kind != spec.RecordOf {
		return nil
	}
	return t.Record
}
