package toml

import "bytes"

// key is a part of a dotted key.
type key struct {
	text string
	span Span
}

// header reads [a.b] or [[a.b]] and finds or makes its table.
func (p *parser) header() bool {
	open := headerOpen
	p.i++
	list := p.peek() == '['
	if list {
		open = listHeaderOpen
		p.i++
	}
	keys, ok := p.keys(true)
	if !ok {
		return false
	}
	if !p.closeHeader(list, open) {
		return false
	}
	p.table = p.declare(keys, list)
	return true
}

// closeHeader reads the end of a header.
func (p *parser) closeHeader(list bool, open fault) bool {
	end := "]"
	if list {
		end = "]]"
	}
	switch {
	case bytes.HasPrefix(p.text[p.i:], []byte(end)):
		p.i += len(end)
		return true
	case p.atLineEnd() || p.peek() == ']':
		return p.fail(p.sign(), open)
	}
	return p.fail(p.sign(), headerSign)
}

func (p *parser) atLineEnd() bool {
	return p.i == len(p.text) || p.peek() == '#' || newlineAt(p.text, p.i) > 0
}

// keys reads a dotted key and the blanks around its parts.
func (p *parser) keys(inHeader bool) ([]key, bool) {
	var list []key
	for {
		p.skipBlanks()
		k, ok := p.key(inHeader)
		if !ok {
			return nil, false
		}
		list = append(list, k)
		p.skipBlanks()
		if p.peek() != '.' {
			return list, true
		}
		if len(list) > MaxDepth {
			return nil, p.stop()
		}
		p.i++
	}
}

// key reads a part of a dotted key.
func (p *parser) key(inHeader bool) (key, bool) {
	start := p.i
	switch c := p.peek(); {
	case c == '"' || c == '\'':
		if bytes.HasPrefix(p.text[p.i:], []byte{c, c, c}) {
			return key{}, p.fail(Span{p.i, p.i + 3}, keyOverLines)
		}
		text, ok := p.shortString()
		return key{text, Span{start, p.i}}, ok
	case bareSign(c):
		for bareSign(p.peek()) {
			p.i++
		}
		return key{string(p.text[start:p.i]), Span{start, p.i}}, true
	case inHeader:
		return key{}, p.fail(p.sign(), p.noHeaderKey())
	}
	return key{}, p.fail(p.sign(), p.noPairKey())
}

// noHeaderKey says why no key of a header is next.
func (p *parser) noHeaderKey() fault {
	if p.atLineEnd() || p.peek() == '.' || p.peek() == ']' {
		return headerEmpty
	}
	return headerSign
}

// noPairKey says why no key of a pair is next.
func (p *parser) noPairKey() fault {
	switch {
	case p.atLineEnd() || p.peek() == '.' || p.peek() == '=':
		return keyMissing
	case bytes.HasPrefix(p.text[p.i:], []byte("//")):
		return noComment
	}
	return noKey
}

// bareSign reports whether a key may have a byte without quotes.
func bareSign(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}
