package format

import (
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
	"github.com/flowc-dev/flowc/spec"
)

// bracket is a list or an inline table, as it is written.
type bracket struct {
	open, close string
	elements    []element
	tail        []string // comments behind the last element
	lines       bool     // it goes over lines
}

// element is an item of a list, or a pair of an inline table.
type element struct {
	lead    []string // comments above it
	item    string   // of a list, as written
	pair    line     // of a table
	comment string   // behind it
	fresh   bool     // it starts a line
	blank   bool     // a blank line stands above it
}

// rank is the place of a pair's key among options. Items of a list have no
// order but their own.
func (e element) rank(options []spec.Option) int {
	if e.pair.kind != pairLine {
		return 0
	}
	return rankOf(options, e.pair.path[0])
}

// splitBracket reads a list or an inline table.
func splitBracket(text string) bracket {
	last := len(text) - 1
	b := bracket{open: text[:1], close: text[last:]}
	inside := []byte(text[1:last])
	next := element{}
	ended := false // the line has ended, and nothing has come since
	for i := skipBlanks(inside, 0); i < len(inside); i = skipBlanks(inside, i) {
		switch inside[i] {
		case ',':
			i++
		case '\n':
			next.blank = next.blank || ended && len(b.elements) > 0
			b.lines, ended = true, true
			i++
		case '#':
			end := tomlscan.LineEnd(inside, i)
			b.comment(&next, trimEnd(inside[i:end]), ended)
			b.lines, ended, i = true, false, end
		default:
			next.fresh = ended || len(next.lead) > 0
			i = next.read(inside, i, b.open == "{")
			b.elements = append(b.elements, next)
			next, ended = element{}, false
		}
	}
	b.tail = next.lead
	return b
}

// comment adds a comment to the element that it stands behind, or else to the
// next one.
func (b *bracket) comment(next *element, text string, ended bool) {
	if n := len(b.elements); n > 0 && !ended && b.elements[n-1].comment == "" {
		b.elements[n-1].comment = text
		return
	}
	next.lead = append(next.lead, text)
}

// read reads an item or a pair, and returns the offset behind it.
func (e *element) read(text []byte, i int, pair bool) int {
	if pair {
		e.pair, i = pairOf(text, i)
		return i
	}
	end := valueEnd(text, i)
	e.item = strings.TrimSpace(string(text[i:end]))
	return end
}
