package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/flowc-dev/flowc/spec"
)

// Edit replaces bytes of a file of package stages.
type Edit struct {
	File       string // relative to the folder of flow.toml
	Text       []byte // of the whole file
	Start, End int
	New        string
}

// RenameStage returns the edits that give the function of a stage the name that
// goes with another name of the stage: its declaration, its doc comment, and
// where the package and its tests name it.
func RenameStage(dir, from, to string, read ReadFile) ([]Edit, error) {
	stages, err := ReadStages(dir)
	if err != nil {
		return nil, err
	}
	goFrom, goTo := spec.GoName(from), spec.GoName(to)
	if f, ok := stages.Functions[goFrom]; !ok || f.Other || goFrom == goTo {
		return nil, nil
	}
	if stages.names[goTo] {
		return nil, fmt.Errorf("package stages declares %s already", goTo)
	}
	return renameIn(dir, read, goFrom, func(f *renamed) {
		f.function(goFrom, goTo, from, to)
		f.qualified(StagesDir, goFrom, goTo)
	})
}

// RenameRecord returns the edits that give a record another name where package
// stages names its Go type.
func RenameRecord(dir, from, to string, read ReadFile) ([]Edit, error) {
	return renameIn(dir, read, from, func(f *renamed) { f.qualified("records", from, to) })
}

// renameIn gathers the edits of the files of package stages, tests too, that
// hold a name. One of them that does not parse is an error.
func renameIn(dir string, read ReadFile, name string, rename func(*renamed)) ([]Edit, error) {
	entries, err := os.ReadDir(filepath.Join(dir, StagesDir))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	word := regexp.MustCompile(`\b` + name + `\b`)
	var edits []Edit
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		file := path.Join(StagesDir, e.Name())
		text, err := read(filepath.Join(dir, file))
		if err != nil {
			return nil, err
		}
		if !word.Match(text) {
			continue
		}
		f := &renamed{path: file, text: text, set: token.NewFileSet()}
		if f.file, err = parser.ParseFile(f.set, file, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, fmt.Errorf("%s names %s and does not parse: mend it first", file, name)
		}
		rename(f)
		edits = append(edits, f.edits...)
	}
	return edits, nil
}

// renamed is a file in which a name becomes another one.
type renamed struct {
	path  string
	text  []byte
	set   *token.FileSet
	file  *ast.File
	edits []Edit
}

func (f *renamed) replace(at token.Pos, length int, text string) {
	start := f.set.PositionFor(at, false).Offset
	f.edits = append(f.edits, Edit{f.path, f.text, start, start + length, text})
}

// function renames a function of the package where the file declares it and
// names it. A variable of its name that hides it somewhere is renamed, too, and
// goes on hiding it.
func (f *renamed) function(from, to, stage, newStage string) {
	if strings.HasSuffix(f.file.Name.Name, "_test") {
		return // another package
	}
	others := f.members()
	ast.Inspect(f.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == from && n.Doc != nil {
				f.doc(n.Doc, from, to, stage, newStage)
			}
		case *ast.Ident:
			if n.Name == from && !others[n] {
				f.replace(n.Pos(), len(from), to)
			}
		}
		return true
	})
}

// members finds the identifiers that stand for members: methods, fields, and
// what is selected.
func (f *renamed) members() map[*ast.Ident]bool {
	list := map[*ast.Ident]bool{}
	ast.Inspect(f.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			list[n.Name] = n.Recv != nil
		case *ast.SelectorExpr:
			list[n.Sel] = true
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok {
				list[key] = true
			}
		case *ast.StructType:
			for _, field := range n.Fields.List {
				for _, name := range field.Names {
					list[name] = true
				}
			}
		}
		return true
	})
	return list
}

// doc renames a function, and its stage in quotes, in its doc comment.
func (f *renamed) doc(doc *ast.CommentGroup, from, to, stage, newStage string) {
	word := regexp.MustCompile(`\b` + from + `\b|` + regexp.QuoteMeta(strconv.Quote(stage)))
	for _, c := range doc.List {
		for _, at := range word.FindAllStringIndex(c.Text, -1) {
			text := to
			if c.Text[at[0]] == '"' {
				text = strconv.Quote(newStage)
			}
			f.replace(c.Pos()+token.Pos(at[0]), at[1]-at[0], text)
		}
	}
}

// qualified renames a name of another package of the service.
func (f *renamed) qualified(pkg, from, to string) {
	names := importsOf(f.file)
	ast.Inspect(f.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != from {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && path.Base(pathOf(x.Name, names)) == pkg {
			f.replace(sel.Sel.Pos(), len(from), to)
		}
		return true
	})
}
