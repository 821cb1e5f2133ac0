package templates

import (
	"bytes"
	"cmp"
	"fmt"
	"go/scanner"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
)

// The imports of a Go file: those of all of its pieces, whether they are emitted
// or come from the cache.

// Import is a package that a piece names. Alias is empty where it is called as
// it calls itself.
type Import struct{ Alias, Path string }

// importName is an import with the name that the code has for it.
type importName struct {
	Import
	name string
}

// effect is an import for what it does, and why that is needed.
type effect struct{ path, why string }

// importName tells the name of a package that calls itself so.
func (s *Source) importName(importPath, name string) {
	s.packages = append(s.packages, importName{Import{Path: importPath}, name})
}

// importAlias gives a package another name.
func (s *Source) importAlias(importPath, alias string) {
	s.packages = append(s.packages, importName{Import{Path: importPath, Alias: alias}, alias})
}

// importsIn reads the imports at the head of a file that jennifer renders.
func (s *Source) importsIn(head []byte) (list []importName) {
	for line := range bytes.Lines(head) {
		before, rest, found := bytes.Cut(line, []byte(`"`))
		at, _, closed := strings.Cut(string(rest), `"`)
		if !found || !closed {
			continue
		}
		alias := strings.TrimSpace(strings.TrimPrefix(string(before), "import "))
		list = append(list, importName{Import{alias, at}, cmp.Or(alias, s.nameOf(at))})
	}
	return list
}

// nameOf is the name of a package that calls itself so. One of the standard
// library, which nobody told, has that of the base of its path.
func (s *Source) nameOf(importPath string) string {
	for _, i := range s.packages {
		if i.Path == importPath {
			return i.name
		}
	}
	return path.Base(importPath)
}

// namedIn finds the imports that a text names. No variable of generated code is
// called as one of them.
func namedIn(text []byte, imports []importName) (list []importName) {
	qualifiers := qualifiersIn(text)
	for _, i := range imports {
		if qualifiers[i.name] {
			list = append(list, i)
		}
	}
	return list
}

// qualifiersIn are the names that stand first in front of a dot.
func qualifiersIn(text []byte) map[string]bool {
	names := map[string]bool{}
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(text)), text, nil, 0)
	before, name := token.EOF, ""
	for {
		_, tok, literal := s.Scan()
		switch {
		case tok == token.EOF:
			return names
		case tok == token.PERIOD && name != "":
			names[name] = true
		}
		if name = ""; tok == token.IDENT && before != token.PERIOD {
			name = literal
		}
		before = tok
	}
}

// importLines are the imports, those of the standard library first, as people
// sort them.
func (s *Source) importLines(imports map[string]string) (std, others []string) {
	why := map[string]string{}
	for _, e := range s.effects {
		imports[e.path], why[e.path] = "_", " // "+e.why
	}
	for _, p := range slices.Sorted(maps.Keys(imports)) {
		line := strings.TrimSpace(fmt.Sprintf("%s %q%s", imports[p], p, why[p]))
		if isStandard(p) {
			std = append(std, line)
		} else {
			others = append(others, line)
		}
	}
	return std, others
}

// isStandard reports whether a package is of the standard library, as far as its
// path tells.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}
