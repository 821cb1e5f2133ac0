package lsp

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// definition answers where the name at a position is declared; of a stage's own
// table where its Go function stands, and of that function the table; of an
// included file the file.
func (s *server) definition(p placeParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return s.tableOf(p), nil
	}
	o, ok := v.named(p.Position)
	if !ok {
		return s.includedFile(v, v.place(p.Position)), nil
	}
	if o.declares && o.kind == "stage" && v.kindOf(o.name) == "" {
		if at, ok := s.function(v.dir, spec.GoName(o.name)); ok {
			return []Location{at}, nil
		}
	}
	for _, first := range v.of(o.symbol) {
		if first.declares {
			return []Location{s.open.location(v.dir, first.span)}, nil
		}
	}
	return nil, nil
}

// includedFile is the file that include names at a place.
func (s *server) includedFile(v view, at place) any {
	if at.in != inValue || !slices.Equal(at.path, []string{"include"}) {
		return nil
	}
	path := filepath.Join(v.dir, filepath.FromSlash(at.word()))
	if _, err := s.open.read(path); err != nil {
		return nil
	}
	return []Location{{URI: s.open.uri(path)}}
}

// function finds a function of package stages of the service in a folder.
func (s *server) function(dir, name string) (Location, bool) {
	stages, err := gen.ReadStages(dir)
	if err != nil {
		return Location{}, false
	}
	f, ok := stages.Functions[name]
	if !ok {
		return Location{}, false
	}
	path := filepath.Join(dir, filepath.FromSlash(f.File))
	text, err := s.open.read(path)
	if err != nil {
		return Location{}, false
	}
	src := spec.NewSource(f.File, text)
	start := src.Offset(f.Line, f.Column)
	return s.open.location(dir, spec.Span{Source: src, Start: start, End: start + len(name)}), true
}

// tableOf is the table of the stage whose function's name stands at a position of
// a Go file; nil where there is none.
func (s *server) tableOf(p placeParams) any {
	path, _ := pathOf(p.TextDocument.URI)
	doc := s.open[path]
	if doc == nil || filepath.Ext(path) != ".go" || filepath.Base(filepath.Dir(path)) != gen.StagesDir {
		return nil
	}
	name := functionAt(doc.text, newLines(doc.text, true).offset(p.Position))
	service := newSnapshot(filepath.Dir(filepath.Dir(path)), s.open.read)
	for _, st := range service.graph.Stages {
		if st.IsGo() && st.GoName == name {
			return []Location{s.open.location(service.dir, st.Span)}
		}
	}
	return nil
}

// functionAt is the function of a Go file whose name is declared at an offset.
func functionAt(text []byte, offset int) string {
	set := token.NewFileSet()
	file, _ := parser.ParseFile(set, "", text, parser.SkipObjectResolution)
	if file == nil {
		return ""
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil {
			continue
		}
		if start := set.PositionFor(f.Name.Pos(), false).Offset; start <= offset && offset <= start+len(f.Name.Name) {
			return f.Name.Name
		}
	}
	return ""
}

// references answers all places that name what is named at a position.
func (s *server) references(p referenceParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return nil, nil
	}
	o, ok := v.named(p.Position)
	if !ok {
		return nil, nil
	}
	list := []Location{}
	for _, x := range v.of(o.symbol) {
		if p.Context.IncludeDeclaration || !x.declares {
			list = append(list, s.open.location(v.dir, x.span))
		}
	}
	return list, nil
}
