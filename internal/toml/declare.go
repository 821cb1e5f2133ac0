package toml

// origin is how a value came to be. It decides what may be added to it.
type origin int

const (
	written origin = iota // a value, also one in brackets: complete
	implied               // a table that the header of one below it names
	headed                // a table with a header of its own
	dotted                // a table that dotted keys name
	listed                // an array of tables with headers
)

// declare finds or makes the table that a header names. What stands below a header
// that declares something twice belongs to no table.
func (p *parser) declare(keys []key, list bool) *Value {
	p.path = p.path[:0]
	for _, k := range keys {
		p.path = append(p.path, k.text)
	}
	at, last := p.root, len(keys)-1
	for i, k := range keys[:last] {
		if at = p.below(at, k, i+1); at == nil {
			return &Value{Kind: Table}
		}
	}
	if list {
		return p.declareItem(at, keys[last])
	}
	return p.declareTable(at, keys[last])
}

// below returns the table of a name for what stands below it, of a list of tables
// the last one; nil where it can have nothing more. The name is a part of the
// path, n parts long.
func (p *parser) below(at *Value, k key, n int) *Value {
	e := at.get(k.text)
	if e == nil {
		return at.add(k, &Value{Kind: Table, Span: k.span, Header: true, origin: implied}).Value
	}
	switch e.Value.origin {
	case written:
		p.clash(e, k, p.path[:n], completeness(e.Value))
		return nil
	case listed:
		return e.Value.Items[len(e.Value.Items)-1]
	}
	return e.Value
}

func (p *parser) declareTable(at *Value, k key) *Value {
	e := at.get(k.text)
	if e == nil {
		e = at.add(k, &Value{Kind: Table, Span: k.span, Header: true, origin: implied})
	}
	if e.Value.origin != implied {
		p.clash(e, k, p.path, headerReason(e.Value))
		return &Value{Kind: Table}
	}
	e.Value.origin, e.Value.header = headed, k.span
	return e.Value
}

func (p *parser) declareItem(at *Value, k key) *Value {
	item := &Value{Kind: Table, Span: k.span, origin: headed}
	e := at.get(k.text)
	if e == nil {
		e = at.add(k, &Value{Kind: Array, Span: k.span, Header: true, origin: listed})
	}
	if e.Value.origin != listed {
		p.clash(e, k, p.path, completeness(e.Value))
		return item
	}
	e.Value.Items = append(e.Value.Items, item)
	return item
}

// define puts a value into a table, under a dotted key.
func (p *parser) define(at *Value, keys []key, v *Value) {
	last := len(keys) - 1
	for i, k := range keys[:last] {
		e := at.get(k.text)
		if e == nil {
			e = at.add(k, &Value{Kind: Table, Span: k.span, origin: dotted})
		}
		if e.Value.origin == implied {
			e.Value.origin = dotted
		}
		if e.Value.origin != dotted {
			p.clash(e, k, p.pathOf(keys[:i+1]), dottedReason(e.Value))
			return
		}
		at = e.Value
	}
	if e := at.get(keys[last].text); e != nil {
		p.clash(e, keys[last], p.pathOf(keys), reason{})
		return
	}
	at.add(keys[last], v)
}

// pathOf returns the path of a dotted key in the table that is being read.
func (p *parser) pathOf(keys []key) []string {
	path := p.path
	for _, k := range keys {
		path = append(path, k.text)
	}
	return path
}

// reason says why two declarations of a table are not parts of one, where they
// look as if they were, and what to write instead.
type reason struct{ why, help string }

// completeness is the reason why nothing can be added to a value.
func completeness(v *Value) reason {
	switch {
	case v.origin != written:
	case v.Kind == Table:
		return reason{": a table in braces is complete", "write all of its keys into the braces"}
	case v.Kind == Array:
		return reason{": a list in brackets is complete", "write all of its items into the brackets"}
	}
	return reason{}
}

// dottedReason is the reason why a dotted key cannot go on below a value.
func dottedReason(v *Value) reason {
	if v.origin == headed || v.origin == listed {
		return reason{": a dotted key adds nothing to a table with a header", "write the key below the header"}
	}
	return completeness(v)
}

// headerReason is the reason why a value cannot have a header.
func headerReason(v *Value) reason {
	if v.origin == dotted {
		return reason{": dotted keys make it a table already", "write all of its keys below the header, or all with dots"}
	}
	return reason{}
}

// clash reports that a key declares something twice, or something below it does.
func (p *parser) clash(e *Entry, k key, path []string, r reason) {
	e.Again = true
	if len(p.twice) == maxProblems {
		return
	}
	first := e.Span
	if e.Value.origin == headed {
		first = e.Value.header
	}
	p.twice = append(p.twice, declaredTwice(k.span, first, path, r))
}
