package templates

import (
	"slices"
	"strconv"

	"github.com/flowc-dev/flowc/spec"
)

// Signature is what the function of a stage takes and gives.
type Signature struct {
	Params  []Slot
	Results []Slot
}

// Slot is a parameter or a result of a function.
type Slot struct {
	Name string
	// Type is as Go writes it, without spaces, each package by its import path
	// in quotes: []"example.com/plant/records".Reading
	Type string
}

// Fits reports whether two signatures have the same types: a function with the
// one can stand where the other is asked for.
func (s Signature) Fits(other Signature) bool {
	same := func(a, b Slot) bool { return a.Type == b.Type }
	return slices.EqualFunc(s.Params, other.Params, same) && slices.EqualFunc(s.Results, other.Results, same)
}

// Signature returns the signature of a stage's function. Its parameters have
// the names of the stub, its results are named out and err: by these names an
// old and a new signature are told to have the same parameter.
func (s *Service) Signature(st *spec.Stage) Signature {
	types := []string{quotedPath("context") + ".Context"}
	for _, t := range st.Params {
		types = append(types, s.quotedType(t))
	}
	for _, store := range st.Reads {
		types = append(types, s.storeType("Reader", store))
	}
	for _, store := range st.Writes {
		types = append(types, s.storeType("Writer", store))
	}
	var sig Signature
	for i, name := range s.paramNames(st) {
		sig.Params = append(sig.Params, Slot{name, types[i]})
	}
	if st.Out != nil {
		sig.Results = append(sig.Results, Slot{"out", s.quotedType(st.Out)})
	}
	sig.Results = append(sig.Results, Slot{"err", "error"})
	return sig
}

func (s *Service) storeType(name string, store *spec.Store) string {
	return quotedPath(flowPath) + "." + name + "[" + quotedPath(s.records()) + "." + store.Record.GoName + "]"
}

func quotedPath(path string) string { return strconv.Quote(path) }

// quotedType is the text of a type in a [Slot].
func (s *Service) quotedType(t *spec.Type) string {
	switch t.Kind {
	case spec.RecordOf:
		return quotedPath(s.records()) + "." + t.Record.GoName
	case spec.GoType:
		return quotedPath(t.Import) + "." + t.Name
	case spec.List:
		return "[]" + s.quotedType(t.Elem)
	case spec.Map:
		return "map[string]" + s.quotedType(t.Elem)
	case spec.Optional:
		return "*" + s.quotedType(t.Elem)
	}
	switch t.Name {
	case "bytes":
		return "[]byte"
	case "json":
		return quotedPath(rawJSON) + ".RawMessage"
	case "duration":
		return quotedPath("time") + ".Duration"
	case "time", "time(unix)", "time(unix_ms)":
		return quotedPath("time") + ".Time"
	}
	return t.Name
}

// RecordsPath is the import path of the service's package records.
func (s *Service) RecordsPath() string { return s.records() }
