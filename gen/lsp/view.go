package lsp

import "github.com/flowc-dev/flowc/spec"

// view is a document as a request sees it, with the service that it is of.
type view struct {
	*snapshot
	path  string
	lines *lines
}

// view reads the service of a document; ok is false where it is of none, or not
// open.
func (s *server) view(uri string) (v view, ok bool) {
	path, _ := pathOf(uri)
	doc := s.open[path]
	if doc == nil {
		return v, false
	}
	dir, ok := s.open.service(path)
	if !ok {
		return v, false
	}
	return view{newSnapshot(dir, s.open.read), path, newLines(doc.text, true)}, true
}

// place finds the place of a position.
func (v view) place(p Position) place { return placeAt(v.lines.text, v.lines.offset(p)) }

// named returns what is named at a position.
func (v view) named(p Position) (occurrence, bool) { return v.at(v.path, v.lines.offset(p)) }

// within returns a part of the document that stands at a span.
func (v view) within(span spec.Span) Range { return v.lines.between(span.Start, span.End) }
