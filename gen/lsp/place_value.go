package lsp

import (
	"bytes"
	"strings"
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
	open := []nested{{path: path, at: path}}
	for i < at.cursor {
		top := &open[len(open)-1]
		switch c := at.text[i]; {
		case c == '#':
			if i = lineEnd(at.text, i); i >= at.cursor {
				return at
			}
		case strings.IndexByte(" \t\r\n", c) >= 0:
			i++
		case c == ',':
			top.done, top.key, top.at = false, top.table, top.path
			i++
		case c == ']' || c == '}':
			if len(open) > 1 {
				open = open[:len(open)-1]
			}
			i++
		case top.key:
			list, next := parts(at.text, i, end)
			if at.cursor <= next {
				at.taken = top.taken
				at.assigned = next < end && at.text[next] == '='
				return at.named(inKey, top.path, list)
			}
			top.key, top.at = false, joined(top.path, list)
			top.taken = append(top.taken, joined(nil, list)[:min(1, len(list))]...)
			i = next + 1
		case c == '[' || c == '{':
			if top.done = true; len(open) > maxNesting {
				return at
			}
			open = append(open, nested{path: top.at, at: top.at, table: c == '{', list: c == '[', key: c == '{'})
			i++
		default:
			next := at.scalarEnd(i, end)
			if found := at.scalar(i, next); found.in == inValue {
				found.path, found.list = top.at, top.list
				return found
			}
			top.done = true
			i = next
		}
	}
	return at.gap(open[len(open)-1])
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
		return min(end, stringEnd(at.text, i))
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
