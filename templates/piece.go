package templates

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"slices"

	"github.com/dave/jennifer/jen"
)

// A Go file is made of pieces: declarations, and the members of those that have
// one for each stage. To look a piece up in the cache costs a small part of what
// it costs to emit and to format it: of a service with a thousand stages only
// what changed is made.

// Piece is a part of a Go file, formatted, with the packages that it names.
type Piece struct {
	Text    []byte
	Imports []Import
}

// Key stands for all that a piece is made of: what the same flowc makes of the
// same key is the same.
type Key [sha256.Size]byte

// Cache keeps pieces from one emission to the next.
type Cache interface {
	// Get returns the piece that was put under a key, if there is one.
	Get(Key) (p Piece, ok bool)
	// Put puts a piece under its key.
	Put(Key, Piece)
}

// piece is a piece as a file has it.
type piece struct {
	Piece
	made bool // it was in the cache, or was emitted since
	key  *Key // nil: it is not cached
	emit func(*jen.Group)
}

// finish gives a piece its text, and the imports that it needs.
func (p *piece) finish(text []byte, imports []importName) {
	p.Text, p.made = text, true
	for _, i := range imports {
		p.Imports = append(p.Imports, i.Import)
	}
}

// declaration is a piece that may have members, each a piece of its own.
type declaration struct {
	piece
	members []*piece
}

// pieceMark is a comment in front of a declaration that is emitted; memberMark
// stands in front of each member that is, and behind the last. Both are gone
// before anybody sees them. No comment of the spec's is like them: those have a
// space behind their slashes.
const (
	pieceMark  = "//flowc:piece"
	memberMark = "//flowc:member"
)

// emitMembers emits the members that are not made yet. The empty line keeps the
// mark out of the comment behind it.
func (d *declaration) emitMembers(g *jen.Group) {
	for _, m := range d.members {
		if !m.made {
			g.Comment(memberMark)
			g.Line()
			m.emit(g)
		}
	}
	g.Comment(memberMark)
}

// all are the declaration and its members.
func (d *declaration) all() iter.Seq[*piece] {
	return func(yield func(*piece) bool) {
		for _, m := range d.members {
			if !yield(m) {
				return
			}
		}
		yield(&d.piece)
	}
}

// settle makes the declaration of what was emitted of it, with all its imports:
// it takes the members out, and puts it together of all of them. It returns the
// pieces that it made.
func (d *declaration) settle(text []byte, imports []importName) (made []*piece) {
	mark := []byte("\t" + memberMark + "\n")
	before, rest, found := bytes.Cut(text, mark)
	if !found {
		d.finish(text, imports)
		return []*piece{&d.piece}
	}
	fresh := bytes.Split(rest, mark)
	behind := fresh[len(fresh)-1]
	around := slices.Concat(before, behind)
	d.finish(around, namedIn(around, imports))
	whole := bytes.Clone(before)
	for _, m := range d.members {
		if !m.made {
			m.finish(bytes.TrimLeft(fresh[0], "\n"), namedIn(fresh[0], imports))
			made, fresh = append(made, m), fresh[1:]
		}
		whole = append(whole, m.Text...)
	}
	d.Text = append(whole, behind...)
	return made
}
