package templates

import (
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Stub returns stages/STAGE.go, as the user gets it once.
func (s *Service) Stub(st *spec.Stage) ([]byte, error) {
	f := s.newSource(s.stages(), "stages")
	results := []jen.Code{fromFlow("ErrNotImplemented")}
	if st.Out != nil {
		results = []jen.Code{s.zero(st.Out), results[0]}
	}
	f.Add(comment(stubDoc(st)))
	f.Func().Id(st.GoName).Params(s.params(st)...).Add(s.results(st)).Block(jen.Return(results...))
	return f.bytes()
}

// Declaration is the function of a stage as one line of Go, with packages by
// their names.
func (s *Service) Declaration(st *spec.Stage) string {
	f := s.newSource(s.stages(), "stages")
	f.Func().Id(st.GoName).Params(s.params(st)...).Add(s.results(st)).Block()
	text, err := f.bytes()
	if err != nil {
		panic(err) // a bug: every stage that resolves has a signature
	}
	source := string(text)
	line := source[strings.Index(source, "func "+st.GoName+"("):]
	return strings.TrimSpace(line[:strings.LastIndex(line, "{")])
}

// stubDoc documents a stub. It says nothing of pipelines: the comment is the
// user's from then on, and a split must not make it wrong.
func stubDoc(st *spec.Stage) string {
	text := fmt.Sprintf("%s is stage %q.", st.GoName, st.Name)
	if st.Doc != "" {
		text += "\n\n" + st.Doc
	}
	return text
}

// params are the parameters of a stage's function: the context, the values,
// the stores.
func (s *Service) params(st *spec.Stage) []jen.Code {
	names := s.paramNames(st)
	params := []jen.Code{jen.Id(names[0]).Qual("context", "Context")}
	for _, t := range st.Params {
		params = append(params, jen.Id(names[len(params)]).Add(s.goType(t)))
	}
	for _, store := range st.Reads {
		params = append(params, jen.Id(names[len(params)]).Add(fromFlow("Reader")).Types(s.record(store.Record.GoName)))
	}
	for _, store := range st.Writes {
		params = append(params, jen.Id(names[len(params)]).Add(fromFlow("Writer")).Types(s.record(store.Record.GoName)))
	}
	return params
}

// paramNames are the names of these parameters.
func (s *Service) paramNames(st *spec.Stage) []string {
	names := []string{"ctx"}
	for i := range st.Params {
		name := "in"
		if len(st.Params) > 1 {
			name = fmt.Sprintf("in%d", i+1)
		}
		names = append(names, name)
	}
	for _, store := range slices.Concat(st.Reads, st.Writes) {
		names = append(names, s.paramName(store, names))
	}
	return names
}

// paramName is a parameter for a store that hides no import and no other
// parameter.
func (s *Service) paramName(store *spec.Store, taken []string) string {
	name := spec.GoVar(store.Name)
	hides := slices.Concat([]string{"flow", "records", "stages", "context", "time", "json"}, slices.Collect(maps.Values(s.aliases)))
	if token.IsKeyword(name) || types.Universe.Lookup(name) != nil || slices.Contains(hides, name) {
		name += "Store"
	}
	for slices.Contains(taken, name) {
		name = WriterName(name)
	}
	return name
}

// WriterName is what a parameter that writes a store is called where the
// function reads that store too.
func WriterName(reader string) string { return reader + "Writer" }

func (s *Service) results(st *spec.Stage) *jen.Statement {
	if st.Out == nil {
		return jen.Error()
	}
	return jen.Params(s.goType(st.Out), jen.Error())
}
