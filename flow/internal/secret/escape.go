package secret

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
)

// isEscapeStart reports whether an escaped character may start with a byte: one
// of a URL, of a quoted text or JSON, of HTML.
func isEscapeStart(c byte) bool { return c == '%' || c == '+' || c == '\\' || c == '&' }

// nested is how often a character may be escaped: JSON, quoted in JSON, in a
// URL.
const nested = 3

// search looks for values in a text. Its functions call found with what was
// read and where the text goes on, and end with the first result of it that is
// not negative.
type search struct {
	text  string
	steps int
}

// found says where something ends that starts with what was read; -1: nothing
// does.
type found func(read string, next int) int

// mostSteps bounds a search: a text may be written so that there are very many
// ways to read it.
const mostSteps = 200_000

// tired reports whether the search has become too long. What was not searched
// is hidden.
func (s *search) tired() bool { return s.steps > mostSteps }

// read reads a character, or a byte of one, as it stands there, and as an escape
// of up to depth levels.
func (s *search) read(at, depth int, f found) int {
	s.steps++
	switch {
	case s.tired():
		return len(s.text)
	case at == len(s.text):
		return -1
	}
	if end := f(s.text[at:at+1], at+1); end >= 0 {
		return end
	}
	if depth == 0 || !isEscapeStart(s.text[at]) {
		return -1
	}
	return s.read(at, depth-1, func(start string, next int) int { // which may be escaped itself
		switch start {
		case "+":
			return f(" ", next)
		case "%":
			return s.hex(next, 2, func(n uint64, next int) int { return f(string([]byte{byte(n)}), next) })
		case `\`:
			return s.backslash(next, depth-1, f)
		case "&":
			return s.entity("&", next, depth-1, f)
		}
		return -1
	})
}

// hex reads a number of hexadecimal digits.
func (s *search) hex(at, digits int, f func(n uint64, next int) int) int {
	if len(s.text)-at < digits {
		return -1
	}
	n, err := strconv.ParseUint(s.text[at:at+digits], 16, 32)
	if err != nil {
		return -1
	}
	return f(n, at+digits)
}

// letters are what stands behind a backslash for a character.
var letters = map[string]string{
	"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", `"`: `"`, "'": "'", "/": "/", `\`: `\`,
}

// backslash reads what stands behind one, in Go or JSON.
func (s *search) backslash(at, depth int, f found) int {
	return s.read(at, depth, func(letter string, next int) int {
		switch letter {
		case "x":
			return s.hex(next, 2, func(n uint64, next int) int { return f(string([]byte{byte(n)}), next) })
		case "u":
			return s.hex(next, 4, func(n uint64, next int) int { return s.unicode(rune(n), next, depth, f) })
		}
		if c, ok := letters[letter]; ok {
			return f(c, next)
		}
		return -1
	})
}

// unicode reads the second half of a character that JSON writes as two.
func (s *search) unicode(r rune, at, depth int, f found) int {
	if !utf16.IsSurrogate(r) {
		return f(string(r), at)
	}
	return s.read(at, depth, func(start string, next int) int {
		if start != `\` || !strings.HasPrefix(s.text[next:], "u") {
			return -1
		}
		return s.hex(next+1, 4, func(low uint64, next int) int { return f(string(utf16.DecodeRune(r, rune(low))), next) })
	})
}

// longestEntity is the length of "&#x1F600;".
const longestEntity = 9

// entity reads the rest of a character of HTML: "&lt;", "&#34;".
func (s *search) entity(before string, at, depth int, f found) int {
	if len(before) == longestEntity {
		return -1
	}
	return s.read(at, depth, func(c string, next int) int {
		switch {
		case c == ";":
			if read := html.UnescapeString(before + ";"); read != before+";" {
				return f(read, next)
			}
		case c == "#" || isWordByte(c[0]):
			return s.entity(before+c, next, depth, f)
		}
		return -1
	})
}
