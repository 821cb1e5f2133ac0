// Package tomlscan reads text that is meant to be TOML, and need not be: it finds
// where statements, strings and lines end. A person is typing it, or made a
// mistake in it, which must hide nothing of what follows.
package tomlscan

import (
	"bytes"
	"regexp"
	"strings"
)

// ByteOrderMark may stand before a text.
const ByteOrderMark = "\uFEFF"

// Statement is a header, or a key with its value: bytes from Start to End.
type Statement struct {
	Start, End int
	Header     bool
}

// Statements splits a text. It knows strings, comments and brackets as TOML has
// them, and where one is not closed it ends the statement at its line, so that
// what is being typed hides nothing of what follows.
func Statements(text []byte) []Statement {
	var list []Statement
	read := scanner{text: text}
	for i := skipBlank(text, 0); i < len(text); i = skipBlank(text, i) {
		s := Statement{Start: i, Header: text[i] == '['}
		if s.Header {
			s.End = LineEnd(text, i)
		} else {
			s.End = read.valueEnd(i)
		}
		i = s.End
		if text[s.End-1] == '\r' { // the line ends as those of Windows
			s.End--
		}
		list = append(list, s)
	}
	return list
}

// skipBlank returns the offset of the next statement: behind white space,
// comments and a byte order mark.
func skipBlank(text []byte, i int) int {
	if i == 0 && bytes.HasPrefix(text, []byte(ByteOrderMark)) {
		i = len(ByteOrderMark)
	}
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '#':
			i = LineEnd(text, i)
		default:
			return i
		}
	}
	return i
}

// scanner reads a text from start to end.
type scanner struct {
	text []byte
	// unclosed are the quotes, " and ', of long strings of which no more end in the
	// text: to look for them again, from many places, would take forever.
	unclosed [2]bool
}

// valueEnd returns where the statement ends that starts at i: at the end of a
// line on which no bracket is open.
func (s *scanner) valueEnd(i int) int {
	text := s.text
	for depth := 0; i < len(text); {
		switch text[i] {
		case '"', '\'':
			i = s.stringEnd(i)
			continue
		case '#':
			i = LineEnd(text, i)
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '\n':
			if depth <= 0 || StartsStatement(text[i+1:]) {
				return i
			}
		}
		i++
	}
	return i
}

// StartsStatement reports whether a line begins a statement even where a bracket
// before it is open: no list holds such a thing.
func StartsStatement(text []byte) bool {
	return startsStatement.Match(text[:min(len(text), longestStart)])
}

// longestStart is how much of a line tells whether it begins a statement.
const longestStart = 256

var startsStatement = regexp.MustCompile(`^[ \t]*(\[\[?[ \t]*(record|connection|store|topic|stage|pipeline|flow)[ \t]*[.\]]|[A-Za-z0-9_-]+([ \t]*\.[ \t]*[A-Za-z0-9_-]+)*[ \t]*=)`)

// BracketEnd returns the offset behind the bracket that closes the one at i, in a
// text that is TOML.
func BracketEnd(text []byte, i int) int {
	for depth := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			i = StringEnd(text, i) - 1
		case '#':
			i = LineEnd(text, i) - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// StringEnd returns the offset behind the string that starts at i; of one that
// is not closed the end of its line.
func StringEnd(text []byte, i int) int {
	s := scanner{text: text}
	return s.stringEnd(i)
}

func (s *scanner) stringEnd(i int) int {
	text, quote := s.text, s.text[i:i+1]
	unclosed := &s.unclosed[strings.IndexByte("\"'", quote[0])]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(text[i:], triple) && !*unclosed {
		if end := closing(text, i+3, triple); end > 0 {
			return end
		}
		*unclosed = true
	}
	if end := closing(text, i+1, quote); end > 0 {
		return end
	}
	return LineEnd(text, i)
}

// closing returns the offset behind the quote that closes a string, which is on
// the same line where it is a single one; 0 where there is none.
func closing(text []byte, i int, quote []byte) int {
	for ; i < len(text); i++ {
		switch {
		case len(quote) == 1 && text[i] == '\n':
			return 0
		case quote[0] == '"' && text[i] == '\\' && !bytes.HasPrefix(text[i+1:], []byte("\n")):
			i++
		case bytes.HasPrefix(text[i:], quote):
			i += len(quote)
			for len(quote) == 3 && i < len(text) && text[i] == quote[0] { // """a""""
				i++
			}
			return i
		}
	}
	return 0
}

// LineEnd returns the offset of the end of the line at i.
func LineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}
