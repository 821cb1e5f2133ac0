package toml

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// MaxDepth is how deep arrays and inline tables may be nested, and how many dots a
// key may have. The standard sets no limit, but the stack has one.
const MaxDepth = 64

// maxProblems is how many problems of a text are reported: one with more of them
// is something else than TOML.
const maxProblems = 1000

// Parse reads a text and judges it. The table is nil where the text is not TOML;
// of what is only declared twice it has the first. All problems are of one sort.
func Parse(text []byte) (*Value, []Problem) {
	if at, ok := invalidUTF8(text); ok {
		return nil, []Problem{notUTF8(Span{at, at + 1})}
	}
	p := &parser{text: text, root: &Value{Kind: Table, Header: true, origin: headed}}
	p.table = p.root
	if bytes.HasPrefix(text, []byte(tomlscan.ByteOrderMark)) {
		p.i = len(tomlscan.ByteOrderMark)
	}
	p.statements()
	if len(p.broken) > 0 {
		slices.SortStableFunc(p.broken, func(a, b Problem) int { return a.Span.Start - b.Span.Start })
		return nil, p.broken
	}
	return p.root, p.twice
}

// invalidUTF8 returns the offset of the first byte that is no part of a character.
func invalidUTF8(text []byte) (at int, found bool) {
	if utf8.Valid(text) {
		return 0, false
	}
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at, true
		}
		at += size
	}
}

// parser reads a text from start to end. Its methods return false where the rest
// of the statement cannot be read: they have reported why.
type parser struct {
	text   []byte
	i      int // offset of what is read next
	root   *Value
	table  *Value   // of the last header
	path   []string // of the table, or of the key whose value is being read
	broken []Problem
	twice  []Problem

	depth    int  // brackets that are open
	faults   int  // found in this statement
	stopped  bool // nothing more can be read
	resume   int  // where a statement cannot be read further
	left     int  // brackets that are open there
	spilling bool // what is broken may be so in consequence of the statement above
	open     int  // brackets that faults have left open
	// pieces make up the string that was read last, together with its escapes.
	pieces []piece
	// unclosed are the quotes of long strings of which no more end in the text.
	unclosed map[string]bool
}

// report notes a fault, unless it is likely to be the consequence of another one.
func (p *parser) report(at Span, f fault) {
	p.faults++
	if !p.spilling && len(p.broken) < maxProblems {
		p.broken = append(p.broken, Problem{Span: at, Message: f.message, Help: f.help})
	}
}

// fail reports a fault behind which the statement cannot be read.
func (p *parser) fail(at Span, f fault) bool {
	p.report(at, f)
	p.resume, p.left = at.Start, p.depth
	p.spilling = p.spilling || f.spills
	return false
}

// stop reports what cannot be read without a risk to the stack.
func (p *parser) stop() bool {
	p.broken = []Problem{tooDeep(Span{p.i, p.i + 1})}
	p.stopped = true
	return false
}

func (p *parser) statements() {
	for p.skipBlankLines(); p.i < len(p.text) && !p.stopped; p.skipBlankLines() {
		start := p.i
		p.depth, p.faults = 0, 0
		switch {
		case p.consequence():
		case !p.statement():
			p.recover(start)
		case p.faults == 0:
			p.spilling = false
		}
	}
}

// consequence goes over a line that a fault above it has left over: the end of
// brackets, or a further mark of a conflict.
func (p *parser) consequence() bool {
	if p.closesOpen() {
		p.spilling = p.open > 0
		return true
	}
	line := bytes.TrimRight(p.text[p.i:tomlscan.LineEnd(p.text, p.i)], "\r")
	if len(p.broken) == 0 || string(line) != "=======" && !bytes.HasPrefix(line, []byte(">>>>>>> ")) {
		return false
	}
	p.i += len(line)
	return true
}

// closesOpen goes over the rest of a line that belongs to brackets which a fault
// has left open.
func (p *parser) closesOpen() bool {
	if p.open == 0 || strings.IndexByte("]},", p.peek()) < 0 {
		return false
	}
	end := tomlscan.LineEnd(p.text, p.i)
	p.open = max(0, p.open+opened(p.text[p.i:end]))
	p.i = end
	return true
}

// recover goes on behind a statement that cannot be read: at the next line, or at
// the line of the fault, where that begins a statement of its own.
func (p *parser) recover(start int) {
	p.open += p.left
	line := bytes.LastIndexByte(p.text[:p.resume], '\n') + 1
	if line > start && tomlscan.StartsStatement(p.text[line:]) {
		p.i = line
	} else {
		p.i = tomlscan.LineEnd(p.text, p.resume)
		p.open = max(0, p.open+opened(p.text[p.resume:p.i]))
	}
	p.spilling = p.spilling || p.open > 0
}

// opened returns how many brackets a text opens and leaves open.
func opened(text []byte) int {
	n := 0
	for _, c := range text {
		switch c {
		case '[', '{':
			n++
		case ']', '}':
			n--
		}
	}
	return n
}

// statement reads a header or a pair, with the end of its line.
func (p *parser) statement() bool {
	if bytes.HasPrefix(p.text[p.i:], []byte("<<<<<<< ")) {
		return p.fail(p.sign(), mergeConflict)
	}
	if p.text[p.i] == '[' {
		if !p.header() {
			return false
		}
		p.open = 0
	} else if !p.pair(p.table) {
		return false
	}
	return p.lineEnd()
}

// lineEnd reads the end of a line: nothing but a comment may stand there.
func (p *parser) lineEnd() bool {
	p.skipBlanks()
	if p.peek() == '#' {
		p.comment()
	}
	switch {
	case p.i == len(p.text) || p.newline() || p.closesOpen():
		return true
	case p.faults > 0: // what follows belongs to the fault
		p.i = tomlscan.LineEnd(p.text, p.i)
		return true
	case p.peek() == '\r':
		return p.fail(p.sign(), loneReturn)
	}
	return p.fail(p.sign(), lineGoesOn)
}

// skipBlankLines goes to the next statement.
func (p *parser) skipBlankLines() {
	for p.skipSpace(); p.peek() == '\r'; p.skipSpace() {
		p.report(p.sign(), loneReturn)
		p.i++
	}
}

// skipSpace goes over blanks, ends of lines and comments.
func (p *parser) skipSpace() {
	for {
		p.skipBlanks()
		switch {
		case p.peek() == '#':
			p.comment()
		case !p.newline():
			return
		}
	}
}

func (p *parser) skipBlanks() {
	for c := p.peek(); c == ' ' || c == '\t'; c = p.peek() {
		p.i++
	}
}

// newline goes over the end of a line, if it is next.
func (p *parser) newline() bool {
	n := newlineAt(p.text, p.i)
	p.i += n
	return n > 0
}

// newlineAt returns the length of the end of a line at an offset; 0: there is none.
func newlineAt(text []byte, i int) int {
	switch {
	case i < len(text) && text[i] == '\n':
		return 1
	case i+1 < len(text) && text[i] == '\r' && text[i+1] == '\n':
		return 2
	}
	return 0
}

// comment goes over a comment.
func (p *parser) comment() {
	for ; p.i < len(p.text) && newlineAt(p.text, p.i) == 0; p.i++ {
		p.checkSign()
	}
}

// checkSign reports a control character that is next.
func (p *parser) checkSign() {
	switch c := p.text[p.i]; {
	case c == '\r':
		p.report(p.sign(), loneReturn)
	case c < ' ' && c != '\t', c == 0x7f:
		p.report(p.sign(), controlSign)
	}
}

// peek returns the next byte; 0 at the end of the text.
func (p *parser) peek() byte {
	if p.i < len(p.text) {
		return p.text[p.i]
	}
	return 0
}

// sign is the place of the next character; at the end of the text it is empty.
func (p *parser) sign() Span {
	_, size := utf8.DecodeRune(p.text[p.i:])
	return Span{p.i, p.i + size}
}
