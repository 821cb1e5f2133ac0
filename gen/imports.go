package gen

import (
	"bytes"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// The import lines of a file whose signature changes: those that the new types
// need come in, those that only the old types needed go.

// addedImport is an import that the file gets.
type addedImport struct{ name, path string }

// nameOf returns the name by which the file calls a package. Where it does not,
// an import is added.
func (r *rewriter) nameOf(path string) string {
	for _, n := range r.names {
		if n.path == path && n.sure && n.name != "_" && n.name != "." {
			return n.name
		}
	}
	name := templates.ImportName(path)
	for r.nameTaken(name) {
		name += "2"
	}
	r.names = append(r.names, importName{name: name, path: path, sure: true})
	r.added = append(r.added, addedImport{name, path})
	return name
}

// nameTaken reports whether a name means something else in the file.
func (r *rewriter) nameTaken(name string) bool {
	return r.taken[name] || slices.ContainsFunc(r.names, func(n importName) bool { return n.name == name })
}

// line is the import as it is written: without a name where the path tells it.
func (a addedImport) line() string {
	if a.name == a.path[strings.LastIndexByte(a.path, '/')+1:] {
		return strconv.Quote(a.path)
	}
	return a.name + " " + strconv.Quote(a.path)
}

// addImports puts the added imports where a person would: into the list of
// imports that is there, in its order, the standard library before the others.
func (r *rewriter) addImports() {
	slices.SortFunc(r.added, func(a, b addedImport) int { return strings.Compare(a.path, b.path) })
	for _, a := range r.added {
		if list := r.importList(); list != nil {
			r.addToList(list, a)
		} else {
			r.addAlone(a)
		}
	}
}

// importList finds the first list of imports in brackets that has a line for
// each.
func (r *rewriter) importList() *ast.GenDecl {
	for _, d := range r.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if ok && g.Tok == token.IMPORT && !r.isDropped(g.Specs...) && g.Rparen.IsValid() && len(g.Specs) > 0 && r.line(g.Rparen) > r.line(g.Specs[len(g.Specs)-1].End()) {
			return g
		}
	}
	return nil
}

// addToList adds an import to a list: behind the last one of its kind that
// comes before it, else in front of the first one of its kind, else as a group
// of its own.
func (r *rewriter) addToList(list *ast.GenDecl, a addedImport) {
	var before, first *ast.ImportSpec
	for _, s := range list.Specs {
		spec := s.(*ast.ImportSpec)
		path, _ := strconv.Unquote(spec.Path.Value)
		if r.isDropped(spec) || isStandard(path) != isStandard(a.path) {
			continue
		}
		if first == nil {
			first = spec
		}
		if path < a.path {
			before = spec
		}
	}
	kept := slices.DeleteFunc(slices.Clone(list.Specs), func(s ast.Spec) bool { return r.isDropped(s) })
	top, bottom := kept[0].(*ast.ImportSpec), kept[len(kept)-1].(*ast.ImportSpec)
	switch nl := r.lineBreak(); {
	case before != nil:
		r.put(r.lineEnd(before.End()), nl+"\t"+a.line())
	case first != nil:
		r.put(r.specStart(first), a.line()+nl+"\t")
	case isStandard(a.path):
		r.put(r.specStart(top), a.line()+nl+nl+"\t")
	default:
		r.put(r.lineEnd(bottom.End()), nl+nl+"\t"+a.line())
	}
}

// addAlone adds an import of its own: behind the last one, or behind the
// package clause. What stands above import "C" belongs to that.
func (r *rewriter) addAlone(a addedImport) {
	at, gap := r.file.Name.End(), r.lineBreak()+r.lineBreak()
	for _, d := range r.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT && !isCgo(g) && !r.isDropped(g.Specs...) {
			at, gap = g.End(), r.lineBreak()
		}
	}
	r.put(r.lineEnd(at), gap+"import "+a.line())
}

func isCgo(g *ast.GenDecl) bool {
	return len(g.Specs) == 1 && g.Specs[0].(*ast.ImportSpec).Path.Value == `"C"`
}

// isStandard reports whether a package is of the standard library: the first
// element of its path has no dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func (r *rewriter) put(at int, text string) {
	r.splices = append(r.splices, splice{at, at, text})
}

// specStart is where an import begins, with its comment.
func (r *rewriter) specStart(spec *ast.ImportSpec) int {
	if spec.Doc != nil {
		return r.offset(spec.Doc.Pos())
	}
	return r.offset(spec.Pos())
}

// lineBreak is the file's own.
func (s *source) lineBreak() string {
	if i := bytes.IndexByte(s.text, '\n'); i > 0 && s.text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// lineEnd is the end of a line, without its break. A comment that begins on the
// line belongs to it.
func (s *source) lineEnd(p token.Pos) int {
	at := s.offset(p)
	for {
		end := len(s.text)
		if i := bytes.IndexByte(s.text[at:], '\n'); i >= 0 {
			end = at + i
		}
		inside := slices.IndexFunc(s.file.Comments, func(g *ast.CommentGroup) bool {
			return s.offset(g.Pos()) < end && s.offset(g.End()) > end
		})
		if inside < 0 {
			return len(bytes.TrimSuffix(s.text[:end], []byte("\r")))
		}
		at = s.offset(s.file.Comments[inside].End())
	}
}

// dropImports drops the imports that only the old types needed: what is
// imported and not used does not compile.
func (r *rewriter) dropImports(edits []edit) {
	types := map[ast.Node]bool{}
	for _, e := range edits {
		types[r.source.function(e.name).Type] = true
	}
	for _, n := range r.names {
		if n.spec == nil || n.name == "_" || n.name == "." || !n.sure {
			continue
		}
		had := slices.ContainsFunc(edits, func(e edit) bool { return mentions(e.have, n.path) })
		has := slices.ContainsFunc(edits, func(e edit) bool { return mentions(e.want, n.path) })
		if had && !has && !r.usedOutside(n.name, types) {
			r.dropImport(n.spec)
		}
	}
}

func mentions(s templates.Signature, path string) bool {
	return slices.ContainsFunc(slices.Concat(s.Params, s.Results), func(x templates.Slot) bool { return strings.Contains(x.Type, strconv.Quote(path)) })
}

// usedOutside reports whether the file names a package elsewhere than in these
// signatures.
func (r *rewriter) usedOutside(name string, types map[ast.Node]bool) bool {
	found := false
	ast.Inspect(r.file, func(n ast.Node) bool {
		if types[n] {
			return false
		}
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
				found = true
			}
		}
		return !found
	})
	return found
}

// dropImport removes the line of an import. One with a comment, or with
// something beside it, cannot go without what is the user's.
func (r *rewriter) dropImport(spec *ast.ImportSpec) {
	if spec.Doc != nil || spec.Comment != nil {
		r.unsafe = true
		return
	}
	for _, d := range r.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || !slices.Contains(g.Specs, ast.Spec(spec)) {
			continue
		}
		from, to := spec.Pos(), spec.End()
		if len(g.Specs) == 1 {
			from, to = g.Pos(), g.End()
		}
		start, end := r.offset(from), r.lineEnd(to)
		start = bytes.LastIndexByte(r.text[:start], '\n') + 1
		if strings.TrimSpace(string(r.text[start:r.offset(from)])+string(r.text[r.offset(to):end])) != "" {
			r.unsafe = true // it shares its line
			return
		}
		if i := bytes.IndexByte(r.text[end:], '\n'); i >= 0 {
			end += i + 1
		}
		r.splices = append(r.splices, splice{start, end, ""})
		r.dropped = append(r.dropped, spec)
	}
}

// isDropped reports whether imports go, all of them.
func (r *rewriter) isDropped(specs ...ast.Spec) bool {
	return !slices.ContainsFunc(specs, func(s ast.Spec) bool { return !slices.Contains(r.dropped, s) })
}
