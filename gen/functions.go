package gen

import (
	"fmt"
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// Function is a stage function as it stands in the user's code.
type Function struct {
	Name  string
	File  string // relative to the folder of flow.toml
	Line  int
	Again string // file:line of a second declaration; empty: there is none

	source *source
	decl   *ast.FuncDecl // a method where no function has its name
}

// Functions are the functions of package stages by name.
type Functions map[string]Function

// Stages is package stages of a service, as the user wrote it.
type Stages struct {
	Functions Functions
	declared  map[string]bool // all identifiers of the package
}

// stagesDir is the folder of package stages.
const stagesDir = "stages"

// ReadStages reads package stages of a service with the parser alone: a file
// that does not parse hides no function of the others.
func ReadStages(dir string) (Stages, error) {
	found := Stages{Functions{}, map[string]bool{}}
	entries, err := os.ReadDir(filepath.Join(dir, stagesDir))
	if os.IsNotExist(err) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, stagesDir, e.Name()))
		if err != nil {
			return found, err
		}
		if s := parseSource(path.Join(stagesDir, e.Name()), text); s != nil {
			found.Functions.read(s)
			found.declare(s.file)
		}
	}
	return found, nil
}

// declare notes the identifiers that a file declares for the whole package.
func (s Stages) declare(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			s.declared[d.Name.Name] = true
		case *ast.GenDecl:
			s.declareSpecs(d.Specs)
		}
	}
}

func (s Stages) declareSpecs(specs []ast.Spec) {
	for _, spec := range specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.declared[spec.Name.Name] = true
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				s.declared[n.Name] = true
			}
		}
	}
}

// read adds the functions of a file.
func (fs Functions) read(s *source) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := f.Name.Name
		first, known := fs[name]
		switch {
		case f.Recv != nil && known:
			// Somebody who wrote a stage as a method is told, instead of getting a
			// stub beside it; a function of its name is what counts.
		case known && first.decl.Recv == nil:
			first.Again = fmt.Sprintf("%s:%d", s.path, s.line(f.Pos()))
			fs[name] = first
		default:
			fs[name] = Function{Name: name, File: s.path, Line: s.line(f.Pos()), source: s, decl: f}
		}
	}
}

// signature is the function's own. known is false where it can be that of no
// stage.
func (f Function) signature() (sig templates.Signature, known bool) {
	return f.source.signature(f.decl)
}

// isPlain reports whether it is a function, not a method, without type
// parameters.
func (f Function) isPlain() bool { return f.decl.Recv == nil && f.decl.Type.TypeParams == nil }
