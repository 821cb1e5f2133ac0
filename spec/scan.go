package spec

import (
	"bytes"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// Scanning of TOML text that is known to be valid.

// skipSpace returns the offset of the next value: behind white space, commas
// and comments.
func skipSpace(text []byte, i int) int {
	for i < len(text) {
		switch text[i] {
		case ' ', '\t', '\r', '\n', ',':
			i++
		case '#':
			i = tomlscan.LineEnd(text, i)
		default:
			return i
		}
	}
	return i
}

// bracketEnd returns the offset behind the bracket that closes the one at i.
func bracketEnd(text []byte, i int) int {
	depth := 0
	for i < len(text) {
		switch text[i] {
		case '"', '\'':
			i = stringEnd(text, i)
			continue
		case '#':
			i = tomlscan.LineEnd(text, i)
			continue
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return i
}

// stringEnd returns the offset behind the string that starts at i.
func stringEnd(text []byte, i int) int {
	quote := text[i : i+1]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(text[i:], triple) {
		quote = triple
	}
	basic := quote[0] == '"'
	for i += len(quote); i < len(text); i++ {
		if basic && text[i] == '\\' {
			i++
			continue
		}
		if bytes.HasPrefix(text[i:], quote) {
			i += len(quote)
			for len(quote) == 3 && i < len(text) && text[i] == quote[0] { // """a""""
				i++
			}
			return i
		}
	}
	return i
}
