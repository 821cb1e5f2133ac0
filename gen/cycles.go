package gen

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/flowc-dev/flowc/spec"
)

// cycles looks for packages of the user's that import what imports them: a flow
// imports stages and records, stages import records, and records import the Go
// types that the spec names.
func (c *goCheck) cycles() {
	w := &importWalk{service: c.service, seen: map[string]bool{}}
	own := path.Join(c.service.Import, StagesDir)
	if chain, at := w.find(own, []string{"flows", "cmd"}); chain != nil {
		c.report(spec.ErrImportCycle(c.stageIn(at.Source.Name), at, chain))
	}
	for _, use := range c.service.Graph.GoTypes {
		w := &importWalk{service: c.service, seen: map[string]bool{}}
		if chain, at := w.find(use.Type.Import, []string{"records", StagesDir, "flows", "cmd"}); chain != nil {
			c.report(spec.ErrImportCycle(use.Span, at, chain))
		}
	}
}

// stageIn is the place in the spec of a stage whose function stands in a file;
// no place where there is none.
func (c *goCheck) stageIn(file string) spec.Span {
	for _, st := range userStages(c.service.Graph) {
		if c.user.Functions[st.GoName].File == file {
			return st.Span
		}
	}
	return spec.Span{}
}

// importWalk follows the imports of a package within the service's module.
type importWalk struct {
	service *Service
	seen    map[string]bool
}

// find returns the packages from one to the first that lies in one of the
// service's folders, each imported by the one before, and where the first of
// them is imported.
func (w *importWalk) find(from string, folders []string) (chain []string, at spec.Span) {
	if w.seen[from] {
		return nil, at
	}
	w.seen[from] = true
	for _, imported := range w.importsOf(from) {
		if slices.ContainsFunc(folders, func(folder string) bool { return w.isIn(imported.path, folder) }) {
			return []string{from, imported.path}, imported.span
		}
		if chain, _ := w.find(imported.path, folders); chain != nil {
			return append([]string{from}, chain...), imported.span
		}
	}
	return nil, at
}

func (w *importWalk) isIn(path, folder string) bool {
	own := w.service.Import + "/" + folder
	return path == own || strings.HasPrefix(path, own+"/")
}

// anImport is a line that imports a package.
type anImport struct {
	path string
	span spec.Span
}

// importsOf lists what a package imports, in the order of its files; nothing of
// a package of another module, which cannot import the service.
func (w *importWalk) importsOf(pkg string) (list []anImport) {
	dir, name, ok := w.folder(pkg)
	if !ok {
		return nil
	}
	entries, _ := os.ReadDir(dir) // a package that is not there imports nothing
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		if built, err := build.Default.MatchFile(dir, e.Name()); err == nil && !built {
			continue // as a program with go:build ignore that writes a file of the package
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		set := token.NewFileSet()
		file, _ := parser.ParseFile(set, e.Name(), text, parser.ImportsOnly)
		if file != nil {
			list = append(list, importsIn(file, set, spec.NewSource(path.Join(name, e.Name()), text))...)
		}
	}
	return list
}

func importsIn(file *ast.File, set *token.FileSet, source *spec.Source) (list []anImport) {
	for _, i := range file.Imports {
		if at, err := strconv.Unquote(i.Path.Value); err == nil {
			start := set.PositionFor(i.Path.Pos(), false).Offset
			list = append(list, anImport{at, spec.Span{Source: source, Start: start, End: start + len(i.Path.Value)}})
		}
	}
	return list
}

// folder is where a package of the service's module lies, and the name of that
// folder from the service's own.
func (w *importWalk) folder(pkg string) (dir, name string, ok bool) {
	own, err := filepath.Abs(w.service.Dir)
	if err != nil {
		return "", "", false
	}
	rel, err := filepath.Rel(w.service.Module, own)
	if err != nil {
		return "", "", false
	}
	module := strings.TrimSuffix(strings.TrimSuffix(w.service.Import, filepath.ToSlash(rel)), "/")
	if rel == "." {
		module = w.service.Import
	}
	below, ok := strings.CutPrefix(pkg+"/", module+"/")
	dir = filepath.Join(w.service.Module, filepath.FromSlash(below))
	name, err = filepath.Rel(own, dir)
	return dir, filepath.ToSlash(name), ok && err == nil
}
