package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestFace holds the packages that outsiders read. No exported name of theirs is
// an alias of an internal type or embeds one, of which go doc shows no methods,
// and no exported function speaks of one, but for the Core of a Setup, which
// package driver needs.
func TestFace(t *testing.T) {
	for _, dir := range []string{"flow", "flow/driver", "flow/load", "flow/record"} {
		files, err := filepath.Glob("../" + dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("no files in %s (%v)", dir, err)
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			internal := internalImports(f)
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeSpec:
					if n.Name.IsExported() && hidesMethods(n, internal) {
						t.Errorf("%s: %s is an alias of an internal type or embeds one", name, n.Name)
					}
				case *ast.FuncDecl:
					if n.Name.IsExported() && n.Name.Name != "Core" && speaksOf(n.Type, internal) {
						t.Errorf("%s: %s speaks of an internal type", name, n.Name)
					}
				}
				return true
			})
		}
	}
}

// internalImports returns the names of the internal packages that a file imports.
func internalImports(f *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, i := range f.Imports {
		if path := strings.Trim(i.Path.Value, `"`); strings.Contains(path, "/internal/") {
			names[path[strings.LastIndexByte(path, '/')+1:]] = true
		}
	}
	return names
}

func hidesMethods(s *ast.TypeSpec, internal map[string]bool) bool {
	if s.Assign.IsValid() {
		return isInternal(s.Type, internal)
	}
	var fields *ast.FieldList
	switch x := s.Type.(type) {
	case *ast.StructType:
		fields = x.Fields
	case *ast.InterfaceType:
		fields = x.Methods
	default:
		return false
	}
	for _, f := range fields.List {
		if len(f.Names) == 0 && isInternal(f.Type, internal) {
			return true
		}
	}
	return false
}

// isInternal reports whether a type is one of an internal package.
func isInternal(x ast.Expr, internal map[string]bool) bool {
	switch x := x.(type) {
	case *ast.StarExpr:
		return isInternal(x.X, internal)
	case *ast.IndexExpr:
		return isInternal(x.X, internal)
	case *ast.IndexListExpr:
		return isInternal(x.X, internal)
	case *ast.SelectorExpr:
		name, ok := x.X.(*ast.Ident)
		return ok && internal[name.Name]
	}
	return false
}

// speaksOf reports whether the parameters or results of a function are of an
// internal type.
func speaksOf(f *ast.FuncType, internal map[string]bool) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		found = found || ok && isInternal(x, internal)
		return !found
	})
	return found
}
