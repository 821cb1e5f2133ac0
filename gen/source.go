package gen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// source is a Go file, read with the parser alone.
type source struct {
	path   string // relative to the folder of flow.toml
	text   []byte
	set    *token.FileSet
	file   *ast.File
	broken bool // it does not parse as a whole
}

// parseSource reads a file; nil where not even its package clause can be read.
func parseSource(name string, text []byte) *source {
	s := &source{path: name, text: text, set: token.NewFileSet()}
	var err error
	s.file, err = parser.ParseFile(s.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	s.broken = err != nil
	if s.file == nil {
		return nil
	}
	return s
}

// offset is the place of a node in the text. Line directives do not move it.
func (s *source) offset(p token.Pos) int { return s.place(p).Offset }

// line is the line of a node as the file counts it.
func (s *source) line(p token.Pos) int { return s.place(p).Line }

func (s *source) place(p token.Pos) token.Position { return s.set.PositionFor(p, false) }

// signature reads the types of a function. known is false where they hold what
// no signature of a stage does, or a package that the file does not import.
func (s *source) signature(f *ast.FuncDecl) (sig templates.Signature, known bool) {
	if f.Type.TypeParams != nil || f.Recv != nil {
		return sig, false
	}
	names := importsOf(s.file)
	params, ok1 := slotsOf(f.Type.Params, names)
	results, ok2 := slotsOf(f.Type.Results, names)
	return templates.Signature{Params: params, Results: results}, ok1 && ok2
}

func slotsOf(list *ast.FieldList, names []importName) (slots []templates.Slot, ok bool) {
	if list == nil {
		return nil, true
	}
	for _, field := range list.List {
		typ, ok := typeText(field.Type, names)
		if !ok {
			return nil, false
		}
		if len(field.Names) == 0 {
			slots = append(slots, templates.Slot{Type: typ})
		}
		for _, n := range field.Names {
			slots = append(slots, templates.Slot{Name: n.Name, Type: typ})
		}
	}
	return slots, true
}

// typeText is the text of a type with its packages by their import paths.
func typeText(e ast.Expr, names []importName) (text string, ok bool) {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name, true
	case *ast.ParenExpr:
		return typeText(e.X, names)
	case *ast.StarExpr:
		return around("*", e.X, names)
	case *ast.ArrayType:
		if e.Len != nil {
			return "", false
		}
		return around("[]", e.Elt, names)
	case *ast.MapType:
		key, ok := typeText(e.Key, names)
		value, ok2 := typeText(e.Value, names)
		return "map[" + key + "]" + value, ok && ok2
	case *ast.IndexExpr:
		generic, ok := typeText(e.X, names)
		arg, ok2 := typeText(e.Index, names)
		return generic + "[" + arg + "]", ok && ok2
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			if at := pathOf(x.Name, names); at != "" {
				return strconv.Quote(at) + "." + e.Sel.Name, true
			}
		}
	}
	return "", false
}

func around(sign string, e ast.Expr, names []importName) (string, bool) {
	text, ok := typeText(e, names)
	return sign + text, ok
}

// importName is a name by which a file may call a package.
type importName struct {
	name, path string
	sure       bool // it is written there, or follows from the path
	spec       *ast.ImportSpec
}

// importsOf lists the names by which a file calls packages. Where an import has
// no name, the package's own is guessed from its path: the parser does not look
// into packages.
func importsOf(f *ast.File) []importName {
	var list []importName
	for _, spec := range f.Imports {
		at, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			list = append(list, importName{spec.Name.Name, at, true, spec})
			continue
		}
		base := path.Base(at)
		list = append(list, importName{base, at, token.IsIdentifier(base) && !versioned.MatchString(base), spec})
		for _, guess := range guesses(at) {
			if guess != base {
				list = append(list, importName{guess, at, false, spec})
			}
		}
	}
	return list
}

var versioned = regexp.MustCompile(`^v[0-9]+$|\.v[0-9]+$`)

// guesses are the names that a package of a path may have: the last element
// that is no version, without the ornaments that repositories carry.
func guesses(at string) []string {
	base := path.Base(at)
	if regexp.MustCompile(`^v[0-9]+$`).MatchString(base) {
		base = path.Base(path.Dir(at))
	}
	base = regexp.MustCompile(`\.v[0-9]+$`).ReplaceAllString(base, "")
	plain := strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go")
	return []string{base, plain, strings.ReplaceAll(plain, "-", ""), strings.ReplaceAll(plain, "-", "_")}
}

// pathOf finds the package that a name stands for.
func pathOf(name string, names []importName) string {
	for _, sure := range []bool{true, false} {
		for _, n := range names {
			if n.name == name && n.sure == sure {
				return n.path
			}
		}
	}
	return ""
}
