package lsp

import (
	"bytes"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// place is where a cursor stands in a spec.
type place struct {
	in placeKind
	// path leads to what the cursor stands in: the names of its table, and its
	// keys. Of a header and a key it ends before the part under the cursor.
	path []string
	// start and end are the bytes of that part, of the word or of the content of
	// the string under the cursor; cursor lies between them.
	start, end, cursor int
	text               []byte
	quoted             bool     // it is a string
	assigned           bool     // of a key: its = is there
	list               bool     // of a value: it stands in a list
	taken              []string // of a key in an inline table: those before it
}

// placeKind is the sort of a place.
type placeKind int

// The sorts of places.
const (
	inNothing placeKind = iota // a comment, or where nothing is known to fit
	inHeader
	inKey
	inValue
)

// before is what stands in front of the cursor.
func (p place) before() string { return string(p.text[p.start:p.cursor]) }

// word is all that the cursor stands in.
func (p place) word() string { return string(p.text[p.start:p.end]) }

// placeAt finds the place of an offset in a text that need not be TOML.
func placeAt(text []byte, offset int) place {
	at := place{text: text, start: offset, end: offset, cursor: offset}
	var table []string
	for _, s := range tomlscan.Statements(text) {
		if s.Start > offset {
			break
		}
		if offset <= s.End {
			return at.within(s, table)
		}
		if s.Header {
			table = headerPath(text, s)
		}
	}
	line := text[bytes.LastIndexByte(text[:offset], '\n')+1 : offset]
	if !bytes.Contains(line, []byte("#")) {
		at.in, at.path = inKey, table
	}
	return at
}

// headerPath returns the names of a header.
func headerPath(text []byte, s tomlscan.Statement) []string {
	list, _ := parts(text, nameStart(text, s), s.End)
	return joined(nil, list)
}

// nameStart is where the first name of a statement is looked for: behind the
// brackets of a header.
func nameStart(text []byte, s tomlscan.Statement) int {
	i := s.Start
	for s.Header && i < s.End && text[i] == '[' {
		i++
	}
	return i
}

// part is a part of a dotted name.
type part struct {
	start, end int // with its quotes
	name       string
}

// content is the bytes of the part without its quotes.
func (p part) content() (start, end int) {
	quotes := (p.end - p.start - len(p.name)) / 2
	return p.start + quotes, p.start + quotes + len(p.name)
}

// notInWord are the characters at which a word ends.
const notInWord = " \t\r\n=.,[]{}#\"'"

// parts reads a dotted name, and returns the offset of what stands behind it.
func parts(text []byte, i, end int) (list []part, next int) {
	for i < end {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '.':
			i++
		case c == '"' || c == '\'':
			p := part{start: i, end: min(end, tomlscan.StringEnd(text, i))}
			p.name = strings.Trim(string(text[p.start:p.end]), string(c))
			list, i = append(list, p), p.end
		case strings.IndexByte(notInWord, c) >= 0:
			return list, i
		default:
			p := part{start: i, end: wordEnd(text, i, end, notInWord)}
			p.name = string(text[p.start:p.end])
			list, i = append(list, p), p.end
		}
	}
	return list, i
}

func wordEnd(text []byte, i, end int, stop string) int {
	if n := bytes.IndexAny(text[i:end], stop); n >= 0 {
		return i + n
	}
	return end
}

// within finds the place in the statement of a table.
func (at place) within(s tomlscan.Statement, table []string) place {
	if s.Header {
		list, next := parts(at.text, nameStart(at.text, s), s.End)
		if at.cursor <= next {
			return at.named(inHeader, nil, list)
		}
		return at
	}
	return at.keyed(s.Start, s.End, table)
}

// keyed finds the place in a key with its value, which start at i.
func (at place) keyed(i, end int, path []string) place {
	list, next := parts(at.text, i, end)
	at.assigned = next < end && at.text[next] == '='
	if at.cursor <= next {
		return at.named(inKey, path, list)
	}
	if !at.assigned {
		return at
	}
	return at.value(next+1, end, joined(path, list))
}

// joined returns a path and the names behind it.
func joined(path []string, list []part) []string {
	path = slices.Clone(path)
	for _, p := range list {
		path = append(path, p.name)
	}
	return path
}

// named finds the place in a dotted name.
func (at place) named(in placeKind, path []string, list []part) place {
	at.path = slices.Clone(path)
	for _, p := range list {
		if at.cursor < p.start {
			return at
		}
		if at.cursor <= p.end {
			at.in = in
			at.start, at.end = p.content()
			at.cursor = max(at.start, min(at.cursor, at.end))
			return at
		}
		at.path = append(at.path, p.name)
	}
	if len(list) == 0 || bytes.IndexByte(at.text[list[len(list)-1].end:at.cursor], '.') >= 0 {
		at.in = in
	}
	return at
}
