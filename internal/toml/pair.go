package toml

import "github.com/flowc-dev/flowc/internal/tomlscan"

// pair reads key = value, and puts it into a table.
func (p *parser) pair(table *Value) bool {
	keys, ok := p.keys(false)
	if !ok {
		return false
	}
	if p.peek() != '=' {
		return p.fail(p.sign(), equalsMissing)
	}
	p.i++
	p.skipBlanks()
	if p.atLineEnd() {
		return p.fail(p.sign(), valueMissing)
	}
	outer := p.path
	p.path = p.pathOf(keys)
	v, ok := p.value()
	p.path = outer
	if ok {
		p.define(table, keys, v)
	}
	return ok
}

// value reads the value that is next.
func (p *parser) value() (*Value, bool) {
	start, v, ok := p.i, &Value{}, true
	switch c := p.peek(); c {
	case '"', '\'':
		v.Text, ok = p.string()
	case '[', '{':
		if p.depth++; p.depth > MaxDepth {
			return nil, p.stop()
		}
		if c == '[' {
			ok = p.array(v)
		} else {
			ok = p.inlineTable(v)
		}
		p.depth--
	default:
		v.Text = p.word()
		v.Kind = p.scalar(v.Text, Span{start, p.i})
	}
	v.Span = Span{start, p.i}
	return v, ok
}

// array reads an array from its [ on.
func (p *parser) array(v *Value) bool {
	v.Kind = Array
	p.i++
	for {
		p.skipSpace()
		switch {
		case p.peek() == ']':
			p.i++
			return true
		case p.peek() == ',':
			return p.fail(p.sign(), itemMissing)
		case p.i == len(p.text) || p.startsStatement():
			return p.fail(p.sign(), listOpen)
		}
		item, ok := p.value()
		if !ok {
			return false
		}
		v.Items = append(v.Items, item)
		if end, ok := p.separator(']', listOpen); end || !ok {
			return ok
		}
	}
}

// startsStatement reports whether a statement seems to begin at the start of a
// line, within an array that is then not closed.
func (p *parser) startsStatement() bool {
	for i := p.i - 1; i >= 0; i-- {
		switch p.text[i] {
		case ' ', '\t':
		case '\n':
			return tomlscan.StartsStatement(p.text[p.i:])
		default:
			return false
		}
	}
	return false
}

// inlineTable reads an inline table from its { on.
func (p *parser) inlineTable(v *Value) bool {
	v.Kind = Table
	p.i++
	for {
		p.skipSpace()
		switch {
		case p.peek() == '}':
			p.i++
			return true
		case p.peek() == ',':
			return p.fail(p.sign(), itemMissing)
		case p.i == len(p.text):
			return p.fail(p.sign(), tableOpen)
		}
		if !p.pair(v) {
			return false
		}
		if end, ok := p.separator('}', tableOpen); end || !ok {
			return ok
		}
	}
}

// separator reads what follows an item: a comma, or the end of the brackets.
func (p *parser) separator(close byte, open fault) (end, ok bool) {
	p.skipSpace()
	switch p.peek() {
	case close:
		p.i++
		return true, true
	case ',':
		p.i++
		return false, true
	}
	return false, p.fail(p.sign(), open)
}
