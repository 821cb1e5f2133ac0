package lsp

import (
	"bytes"
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// nested is a value, a list or an inline table around the cursor.
type nested struct {
	path  []string // of the value, or of the table
	table bool     // it is an inline table
	list  bool
	key   bool     // a key comes next, else a value
	done  bool     // the value is there: what comes next is a comma
	at    []string // of the value that is read
	taken []string // the keys so far
}

// maxNesting is the depth of values beyond which nothing is suggested: no spec
// has such.
const maxNesting = 64

// value finds the place in a value that starts at i: it reads up to the cursor
// and sees what is open there.
func (at place) value(i, end int, path []string) place {
	r := reader{place: at, i: i, end: end, open: []nested{{path: path, at: path}}}
	for r.i < at.cursor {
		if found, ok := r.step(); ok {
			return found
		}
	}
	return at.gap(*r.top())
}

// reader reads a value.
type reader struct {
	place
	i, end int
	open   []nested // the innermost last
}

func (r *reader) top() *nested { return &r.open[len(r.open)-1] }

// step reads what comes next. ok is true where the cursor stands in it, or where
// nothing can be known of its place.
func (r *reader) step() (found place, ok bool) {
	top := r.top()
	switch c := r.text[r.i]; {
	case c == '#':
		r.i = tomlscan.LineEnd(r.text, r.i)
		return r.place, r.i >= r.cursor
	case strings.IndexByte(" \t\r\n", c) >= 0:
		r.i++
	case c == ',':
		top.done, top.key, top.at = false, top.table, top.path
		r.i++
	case c == ']' || c == '}':
		r.open = r.open[:max(1, len(r.open)-1)]
		r.i++
	case top.key:
		return r.key(top)
	case c == '[' || c == '{':
		top.done = true
		r.open = append(r.open, nested{path: top.at, at: top.at, table: c == '{', list: c == '[', key: c == '{'})
		r.i++
		return r.place, len(r.open) > maxNesting
	default:
		return r.scalarIn(top)
	}
	return r.place, false
}

// key reads a key of an inline table and its =.
func (r *reader) key(top *nested) (found place, ok bool) {
	list, next := parts(r.text, r.i, r.end)
	if r.cursor <= next {
		at := r.place
		at.taken, at.assigned = top.taken, next < r.end && r.text[next] == '='
		return at.named(inKey, top.path, list), true
	}
	top.key, top.at = false, joined(top.path, list)
	top.taken = append(top.taken, joined(nil, list)[:min(1, len(list))]...)
	r.i = next + 1
	return r.place, false
}

// scalarIn reads a string or a word.
func (r *reader) scalarIn(top *nested) (found place, ok bool) {
	next := r.scalarEnd(r.i, r.end)
	found = r.scalar(r.i, next)
	found.path, found.list = top.at, top.list
	top.done, r.i = true, next
	return found, found.in == inValue
}

// gap is the place between values.
func (at place) gap(top nested) place {
	at.path, at.list = top.at, top.list
	switch {
	case top.key:
		at.in, at.path, at.assigned, at.taken = inKey, top.path, false, top.taken
	case !top.done:
		at.in = inValue
	}
	return at
}

func (at place) scalarEnd(i, end int) int {
	if at.text[i] == '"' || at.text[i] == '\'' {
		return min(end, tomlscan.StringEnd(at.text, i))
	}
	return max(i+1, wordEnd(at.text, i, end, " \t\r\n,]}#"))
}

// scalar is the place in a string or a word from i to end; in nothing where the
// cursor stands behind it.
func (at place) scalar(i, end int) place {
	quote := openingQuote(at.text[i:end])
	start, stop := i+len(quote), end
	closed := len(quote) > 0 && stop-len(quote) >= start && bytes.HasSuffix(at.text[:end], quote)
	if closed {
		stop -= len(quote)
	}
	if at.cursor > end || closed && at.cursor == end {
		return at
	}
	if len(quote) > 0 && !closed { // what follows on the line is not its content
		stop = start + len(bytes.TrimRight(at.text[start:stop], " \t\r"))
		stop = max(stop, min(at.cursor, end))
	}
	at.in, at.quoted, at.start, at.end = inValue, len(quote) > 0, start, stop
	at.cursor = max(start, min(at.cursor, stop))
	return at
}

// openingQuote is the quote that a scalar starts with; empty for a word.
func openingQuote(text []byte) []byte {
	if len(text) == 0 || text[0] != '"' && text[0] != '\'' {
		return nil
	}
	if triple := bytes.Repeat(text[:1], 3); len(text) >= 6 && bytes.HasPrefix(text, triple) {
		return triple
	}
	return text[:1]
}
