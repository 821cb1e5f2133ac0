package lsp

import (
	"sort"
	"unicode/utf8"
)

// lines tells places in a text between bytes and the units of the protocol:
// lines and UTF-16 code units, both from 0.
type lines struct {
	text   []byte
	starts []int // offset of the first byte of each line
}

const byteOrderMark = "\uFEFF"

// newLines prepares a text. Its lines end with \n, \r\n or \r, as the protocol
// has it. A byte order mark counts only in texts that the editor sent: of a file
// it reads itself it shows none.
func newLines(text []byte, fromEditor bool) *lines {
	first := 0
	if !fromEditor && len(text) >= 3 && string(text[:3]) == byteOrderMark {
		first = len(byteOrderMark)
	}
	l := &lines{text: text, starts: []int{first}}
	for i, b := range text {
		if b == '\n' || b == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// position returns the place of an offset.
func (l *lines) position(offset int) Position {
	offset = max(l.starts[0], min(offset, len(l.text)))
	line := sort.SearchInts(l.starts, offset+1) - 1
	units := 0
	for i := l.starts[line]; i < offset; {
		r, size := utf8.DecodeRune(l.text[i:])
		i += size
		units += width(r)
	}
	return Position{line, units}
}

// offset returns the byte at a place; of a place that is none the nearest
// before it.
func (l *lines) offset(p Position) int {
	switch {
	case p.Line < 0:
		return l.starts[0]
	case p.Line >= len(l.starts):
		return len(l.text)
	}
	i := l.starts[p.Line]
	for units := 0; i < len(l.text) && l.text[i] != '\n' && l.text[i] != '\r'; {
		r, size := utf8.DecodeRune(l.text[i:])
		if units += width(r); units > p.Character {
			break
		}
		i += size
	}
	return i
}

// between returns the range from one byte to another.
func (l *lines) between(start, end int) Range {
	return Range{l.position(start), l.position(end)}
}

// width is the number of UTF-16 code units of a character.
func width(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}
