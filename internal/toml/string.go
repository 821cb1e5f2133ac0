package toml

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// string reads the string that is next.
func (p *parser) string() (string, bool) {
	quote := p.text[p.i]
	if bytes.HasPrefix(p.text[p.i:], []byte{quote, quote, quote}) {
		return p.longString()
	}
	return p.shortString()
}

// shortString reads a string on one line, in single or double quotes.
func (p *parser) shortString() (string, bool) {
	quote := p.text[p.i]
	p.i++
	start := p.i
	var text strings.Builder
	p.pieces = p.pieces[:0]
	for ; p.i < len(p.text) && newlineAt(p.text, p.i) == 0; p.i++ {
		switch c := p.text[p.i]; {
		case c == quote:
			p.take(&text, start)
			p.i++
			return text.String(), true
		case c == '\\' && quote == '"':
			p.take(&text, start)
			text.WriteString(p.escape())
			start = p.i
			p.i--
		default:
			p.checkSign()
		}
	}
	return "", p.fail(p.sign(), lineOpen)
}

// longString reads a string between three quotes.
func (p *parser) longString() (string, bool) {
	begin, quote := p.i, p.text[p.i]
	triple := string([]byte{quote, quote, quote})
	p.i += 3
	p.newline()
	start := p.i
	var text strings.Builder
	p.pieces = p.pieces[:0]
	for ; p.i < len(p.text) && !p.unclosed[triple]; p.i++ {
		switch c := p.text[p.i]; {
		case newlineAt(p.text, p.i) == 2:
			p.i++
		case bytes.HasPrefix(p.text[p.i:], []byte(triple)):
			for n := 3; n < 5 && bytes.HasPrefix(p.text[p.i+1:], []byte(triple)); n++ {
				p.i++ // quotes at the end of the string are part of it, two at most
			}
			p.take(&text, start)
			p.i += 3
			return text.String(), true
		case c == '\\' && quote == '"':
			p.take(&text, start)
			if !p.joinLines() {
				text.WriteString(p.escape())
			}
			start = p.i
			p.i--
		case c != '\n':
			p.checkSign()
		}
	}
	return "", p.neverEnds(begin, triple)
}

// piece is a part of a string's content that is written as it reads.
type piece struct {
	at   Span // in the text
	from int  // in the content
}

// take adds to a string's content what stands in the text from start to here.
func (p *parser) take(content *strings.Builder, start int) {
	p.pieces = append(p.pieces, piece{Span{start, p.i}, content.Len()})
	content.Write(p.text[start:p.i])
}

// Within returns where a part of the content of a string stands in a text; the
// string stands at a place of its own. ok is false where the part is not written
// as it reads.
func Within(text []byte, at, part Span) (found Span, ok bool) {
	p := &parser{text: text[:at.End], i: at.Start}
	if _, ok := p.string(); !ok {
		return Span{}, false
	}
	for _, x := range p.pieces {
		found = Span{x.at.Start + part.Start - x.from, x.at.Start + part.End - x.from}
		if part.Start >= x.from && found.End <= x.at.End {
			return found, true
		}
	}
	return Span{}, false
}

// neverEnds reports a string that does not end. A further one of its quotes is
// then not looked for: a text of many would take forever.
func (p *parser) neverEnds(begin int, triple string) bool {
	if p.unclosed == nil {
		p.unclosed = map[string]bool{}
	}
	p.unclosed[triple] = true
	f := literalOpen
	if triple == `"""` {
		f = basicOpen
	}
	return p.fail(Span{begin, begin + 3}, f)
}

// joinLines goes over a backslash at the end of a line, and all white space behind
// it, if that is next.
func (p *parser) joinLines() bool {
	i := p.i + 1
	for i < len(p.text) && (p.text[i] == ' ' || p.text[i] == '\t') {
		i++
	}
	if newlineAt(p.text, i) == 0 {
		return false
	}
	for p.i = i; ; p.skipBlanks() {
		if !p.newline() {
			return true
		}
	}
}

// escapes are the characters that short escapes stand for.
const escapes = "b\bt\tn\nf\fr\re\x1b\"\"\\\\"

// escape reads an escape and returns what it stands for.
func (p *parser) escape() string {
	start := p.i
	if p.i++; p.i == len(p.text) {
		return ""
	}
	c := p.text[p.i]
	if digits := digitsOf(c); digits > 0 {
		p.i++
		return p.escapedNumber(start, digits)
	}
	for i := 0; i < len(escapes); i += 2 {
		if escapes[i] == c {
			p.i++
			return escapes[i+1 : i+2]
		}
	}
	if newlineAt(p.text, p.i) > 0 {
		return "" // the string does not end on its line, which is reported
	}
	p.i = p.sign().End
	p.report(Span{start, p.i}, badEscape)
	return ""
}

// digitsOf returns how many digits follow a letter in an escape.
func digitsOf(letter byte) int {
	switch letter {
	case 'x':
		return 2
	case 'u':
		return 4
	case 'U':
		return 8
	}
	return 0
}

// escapedNumber reads the digits of an escape that starts at an offset.
func (p *parser) escapedNumber(start, digits int) string {
	end := p.i
	for end < len(p.text) && end < p.i+digits && strings.IndexByte("0123456789abcdefABCDEF", p.text[end]) >= 0 {
		end++
	}
	number, complete := string(p.text[p.i:end]), end == p.i+digits
	p.i = end
	if !complete {
		p.report(Span{start, end}, shortEscape)
		return ""
	}
	n, err := strconv.ParseUint(number, 16, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		p.report(Span{start, end}, noCharacter)
		return ""
	}
	return string(rune(n))
}
