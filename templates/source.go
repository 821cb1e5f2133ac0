package templates

import (
	"bytes"
	"fmt"
	"go/format"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// Source is a Go file in the making.
type Source struct {
	service *Service
	path    string // import path of its package
	name    string // of its package
	header  string // comment at the top; empty: none
	doc     string // comment of the package; empty: none
	// packages are those whose names nobody has to guess.
	packages     []importName
	effects      []effect
	declarations []*declaration
}

// newSource starts a file of package name at importPath.
func (s *Service) newSource(importPath, name string) *Source {
	f := &Source{service: s, path: importPath, name: name}
	for _, known := range runtimePackages() {
		f.importName(known, path.Base(known))
	}
	f.importName(s.records(), "records")
	f.importName(s.stages(), "stages")
	for _, p := range slices.Sorted(maps.Keys(s.aliases)) {
		if s.aliases[p] == path.Base(p) && isStandard(p) {
			f.importName(p, s.aliases[p]) // of the standard library: the name is the base
		} else {
			f.importAlias(p, s.aliases[p])
		}
	}
	return f
}

// declare adds a declaration. It is made of what is given and of nothing else:
// that is its key.
func (s *Source) declare(what string, emit func(*jen.Group), of ...any) {
	s.declarations = append(s.declarations, &declaration{piece: *s.piece(what, emit, of...)})
}

// declareUncached adds a declaration that is not asked for a second time.
func (s *Source) declareUncached(emit func(*jen.Group)) {
	s.declarations = append(s.declarations, &declaration{piece: piece{emit: emit}})
}

// enclose adds a declaration that has members: emit emits what is around them.
func (s *Source) enclose(members []*piece, emit func(g *jen.Group, members func(*jen.Group))) {
	d := &declaration{members: members}
	d.emit = func(g *jen.Group) { emit(g, d.emitMembers) }
	s.declarations = append(s.declarations, d)
}

// piece is a member of a declaration; it is made as one that is declared.
func (s *Source) piece(what string, emit func(*jen.Group), of ...any) *piece {
	p := &piece{emit: emit}
	if s.service.Cache == nil {
		return p
	}
	key := s.service.fingerprints.key(s.path, what, of)
	p.key = &key
	p.Piece, p.made = s.service.Cache.Get(key)
	return p
}

// cache puts a piece that was made into the cache.
func (s *Source) cache(p *piece) {
	if p.key != nil {
		s.service.Cache.Put(*p.key, p.Piece)
	}
}

// bytes returns the file. An error is a bug of flowc: its text holds the piece
// that does not format.
func (s *Source) bytes() ([]byte, error) {
	if err := s.makePieces(); err != nil {
		return nil, err
	}
	imports, err := s.imports()
	if err != nil {
		return nil, err
	}
	head, err := s.head(imports)
	texts := [][]byte{head}
	for _, d := range s.declarations {
		texts = append(texts, bytes.TrimSpace(d.Text))
	}
	return append(bytes.Join(texts, []byte("\n\n")), '\n'), err
}

// imports are the aliases of what the pieces import, by path.
func (s *Source) imports() (map[string]string, error) {
	imports := map[string]string{}
	for _, d := range s.declarations {
		for p := range d.all() {
			for _, i := range p.Imports {
				if other, ok := imports[i.Path]; ok && other != i.Alias {
					return nil, fmt.Errorf("package %s has two names", i.Path)
				}
				imports[i.Path] = i.Alias
			}
		}
	}
	return imports, nil
}

// makePieces makes those that were not in the cache.
func (s *Source) makePieces() error {
	for _, d := range s.declarations {
		if d.made {
			continue
		}
		raw, imports, err := s.emit(d)
		if err != nil {
			return err
		}
		text, err := formatPiece(raw)
		if err != nil {
			return err
		}
		for _, p := range d.settle(text, imports) {
			s.cache(p)
		}
	}
	return nil
}

// emit emits what is not made yet of a declaration, and the imports that it needs.
func (s *Source) emit(d *declaration) (raw []byte, imports []importName, err error) {
	f := jen.NewFilePathName(s.path, s.name)
	f.NoFormat = true // its head is not wanted
	for _, i := range s.packages {
		if i.Alias == "" {
			f.ImportName(i.Path, i.name)
		} else {
			f.ImportAlias(i.Path, i.Alias)
		}
	}
	f.Comment(pieceMark)
	d.emit(f.Group)
	var b bytes.Buffer
	err = f.Render(&b)
	head, raw, _ := bytes.Cut(b.Bytes(), []byte(pieceMark))
	return raw, s.importsIn(head), err
}

// formatPiece formats a part of a file.
func formatPiece(text []byte) ([]byte, error) {
	formatted, err := format.Source(text)
	if err != nil {
		return nil, fmt.Errorf("%w in\n%s", err, text)
	}
	return formatted, nil
}

// head is what stands before the declarations; imports are aliases by path.
func (s *Source) head(imports map[string]string) ([]byte, error) {
	source := s.clause(imports)
	p := s.piece("head", nil, source)
	if !p.made {
		text, err := formatPiece([]byte(source))
		if err != nil {
			return nil, err
		}
		p.finish(bytes.TrimSpace(text), nil)
		s.cache(p)
	}
	return p.Text, nil
}

// clause is the package clause with what belongs to it, not formatted yet.
func (s *Source) clause(imports map[string]string) string {
	var b strings.Builder
	if s.header != "" {
		b.WriteString(s.header + "\n\n")
	}
	if s.doc != "" {
		b.WriteString(s.doc + "\n")
	}
	fmt.Fprintf(&b, "package %s\n\n", s.name)
	std, others := s.importLines(imports)
	switch list := slices.Concat(std, others); {
	case len(list) == 1:
		fmt.Fprintf(&b, "import %s\n", list[0])
	case len(list) > 1:
		fmt.Fprintf(&b, "import (\n%s\n\n%s\n)\n", strings.Join(std, "\n"), strings.Join(others, "\n"))
	}
	return b.String()
}
