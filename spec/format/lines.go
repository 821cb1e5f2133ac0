package format

import (
	"strings"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// lineKind is what a line of a file is.
type lineKind int

const (
	blankLine lineKind = iota
	commentLine
	headerLine // [store.NAME]
	pairLine   // key = value
)

// line is a line of a file, or several where its value goes over them.
type line struct {
	kind    lineKind
	path    []string // of a header, or of a key
	code    string   // a header, or a key, in canonical form
	value   string   // of a pair, as written
	comment string   // behind the code, or all of a comment
}

// splitLines splits a text that is known to be TOML.
func splitLines(text []byte) []line {
	var list []line
	for i := skipBlanks(text, 0); i < len(text); i = skipBlanks(text, i) {
		var next line
		switch text[i] {
		case '\n', '#':
		case '[':
			end := tomlscan.BracketEnd(text, i)
			next, i = headerOf(text[i:end]), end
		default:
			next, i = pairOf(text, i)
		}
		if i = skipBlanks(text, i); i < len(text) && text[i] == '#' {
			end := tomlscan.LineEnd(text, i)
			next.comment, i = trimEnd(text[i:end]), end
			next.kind = max(next.kind, commentLine)
		}
		list = append(list, next)
		i++ // the end of the line
	}
	return list
}

// skipBlanks returns the offset of what stands next on the line, or of its end.
func skipBlanks(text []byte, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// headerOf reads a header: [store.NAME], or [[NAME]].
func headerOf(text []byte) line {
	brackets := 1
	if text[1] == '[' {
		brackets = 2
	}
	code, path := keyOf(text[brackets : len(text)-brackets])
	return line{kind: headerLine, path: path, code: strings.Repeat("[", brackets) + code + strings.Repeat("]", brackets)}
}

// pairOf reads the pair that starts at an offset, and returns the one behind it.
func pairOf(text []byte, i int) (line, int) {
	equals := i
	for text[equals] != '=' {
		equals = pastPart(text, equals)
	}
	code, path := keyOf(text[i:equals])
	start := skipBlanks(text, equals+1)
	end := valueEnd(text, start)
	return line{kind: pairLine, path: path, code: code, value: trimEnd(text[start:end])}, end
}

// pastPart returns the offset behind a string, or behind any other byte.
func pastPart(text []byte, i int) int {
	if text[i] == '"' || text[i] == '\'' {
		return tomlscan.StringEnd(text, i)
	}
	return i + 1
}

// valueEnd returns the offset behind the value that starts at i.
func valueEnd(text []byte, i int) int {
	switch text[i] {
	case '"', '\'':
		return tomlscan.StringEnd(text, i)
	case '[', '{':
		return tomlscan.BracketEnd(text, i)
	}
	for i < len(text) && !strings.ContainsRune("#,]}\n", rune(text[i])) {
		i++
	}
	return i
}

// keyOf returns a dotted key without spaces between its parts, and these without
// quotes.
func keyOf(text []byte) (code string, path []string) {
	var parts []string
	start := 0
	add := func(end int) {
		part := strings.TrimSpace(string(text[start:end]))
		parts, path = append(parts, part), append(path, strings.Trim(part, `"'`))
		start = end + 1
	}
	for i := 0; i < len(text); i = pastPart(text, i) {
		if text[i] == '.' {
			add(i)
		}
	}
	add(len(text))
	return strings.Join(parts, "."), path
}

// commented is a header or a pair, and the comments above it.
type commented struct {
	lead []string
	line line
}

// paragraph is what stands between blank lines, or from a header on.
type paragraph struct {
	path   []string    // of the table that it stands in
	header []commented // one, or none
	pairs  []commented
	tail   []string // comments at its end
}

// paragraphs gathers lines. The blank lines behind a header, where its pairs
// follow, do not count.
func paragraphs(lines []line) []paragraph {
	var list []paragraph
	var now paragraph
	var lead []string
	end := func() {
		now.tail, lead = lead, nil
		list = appendParagraph(list, now)
		now = paragraph{path: now.path}
	}
	for _, x := range lines {
		switch x.kind {
		case blankLine:
			end()
		case commentLine:
			lead = append(lead, x.comment)
		case headerLine:
			own := lead
			lead = nil
			end()
			now.path, now.header = x.path, []commented{{own, x}}
		case pairLine:
			now.pairs = append(now.pairs, commented{lead, x})
			lead = nil
		}
	}
	end()
	return list
}

func appendParagraph(list []paragraph, next paragraph) []paragraph {
	if len(next.header)+len(next.pairs)+len(next.tail) == 0 {
		return list
	}
	if n := len(list); n > 0 && len(next.header) == 0 && len(next.pairs) > 0 {
		if last := &list[n-1]; len(last.header) > 0 && len(last.pairs)+len(last.tail) == 0 {
			last.pairs, last.tail = next.pairs, next.tail
			return list
		}
	}
	return append(list, next)
}
