package lsp

import (
	"bytes"
	"regexp"
)

// statement is a header, or a key with its value, of a text that need not be
// TOML: bytes from start to end.
type statement struct {
	start, end int
	header     bool
}

// statements splits a text. It knows strings, comments and brackets as TOML has
// them, and where one is not closed it ends the statement at its line, so that
// what is being typed hides nothing of what follows.
func statements(text []byte) []statement {
	var list []statement
	for i := skipBlank(text, 0); i < len(text); i = skipBlank(text, i) {
		s := statement{start: i, header: text[i] == '['}
		if s.header {
			s.end = lineEnd(text, i)
		} else {
			s.end = valueEnd(text, i)
		}
		i = s.end
		if text[s.end-1] == '\r' { // the line ends as those of Windows
			s.end--
		}
		list = append(list, s)
	}
	return list
}

// skipBlank returns the offset of the next statement: behind white space,
// comments and a byte order mark.
func skipBlank(text []byte, i int) int {
	if i == 0 && bytes.HasPrefix(text, []byte(byteOrderMark)) {
		i = len(byteOrderMark)
	}
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n':
			i++
		case '#':
			i = lineEnd(text, i)
		default:
			return i
		}
	}
	return i
}

// valueEnd returns where the statement ends that starts at i: at the end of a
// line on which no bracket is open.
func valueEnd(text []byte, i int) int {
	for depth := 0; i < len(text); {
		switch text[i] {
		case '"', '\'':
			i = stringEnd(text, i)
			continue
		case '#':
			i = lineEnd(text, i)
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '\n':
			if depth <= 0 || startsStatement.Match(text[i+1:lineEnd(text, i+1)]) {
				return i
			}
		}
		i++
	}
	return i
}

// startsStatement is a line that begins a statement even where a bracket before
// it is open: no list holds such a thing.
var startsStatement = regexp.MustCompile(`^[ \t]*(\[\[?[ \t]*(record|connection|store|topic|stage|pipeline|flow)[ \t]*[.\]]|[A-Za-z0-9_-]+([ \t]*\.[ \t]*[A-Za-z0-9_-]+)*[ \t]*=)`)

// stringEnd returns the offset behind the string that starts at i; of one that
// is not closed the end of its line.
func stringEnd(text []byte, i int) int {
	quote := text[i : i+1]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(text[i:], triple) {
		if end := closing(text, i+3, triple); end > 0 {
			return end
		}
	}
	if end := closing(text, i+1, quote); end > 0 {
		return end
	}
	return lineEnd(text, i)
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

// lineEnd returns the offset of the end of the line at i.
func lineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(text)
}
