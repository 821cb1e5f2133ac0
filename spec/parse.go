package spec

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

const byteOrderMark = "\uFEFF"

// Limits of a spec file: beyond them it is no spec, but an attack or a mistake.
const (
	maxFileSize = 4 << 20
	maxNesting  = 64
	maxTables   = 1 << 14 // of all files together
)

// Parse reads the text of a spec file. The file is nil where the text is not
// TOML; of what only stands twice, it has the first.
//
// Two libraries share the work: one gives the place of every key and value; the
// other judges by the book whether the text is TOML. That takes longer than all
// the rest, so it is asked only where the text is not plain.
func Parse(name string, text []byte) (*File, Diagnostics) {
	src := NewSource(name, text)
	if d := checkText(src); d != nil {
		return nil, d
	}
	var broken Diagnostics
	p := newParser(src)
	if !plainText(text) || !p.parsePlain() {
		if broken = checkTOML(src); broken != nil && broken[0].Code != twiceCode {
			return nil, broken
		}
		p = newParser(src)
		p.parse()
	}
	if d := checkTables([]*File{p.file}); d != nil {
		return nil, d
	}
	switch {
	case !slices.ContainsFunc(p.diags, func(d Diagnostic) bool { return d.Code != twiceCode }) && (broken == nil || p.diags != nil):
		return p.file, p.diags
	case broken != nil:
		return nil, broken
	}
	return nil, p.diags
}

// checkText refuses what no parser should see.
func checkText(src *Source) Diagnostics {
	if len(src.Text) > maxFileSize {
		return Diagnostics{errTooLarge(Span{src, 0, 0})}
	}
	for i := 0; i < len(src.Text); {
		r, size := utf8.DecodeRune(src.Text[i:])
		if r == utf8.RuneError && size == 1 {
			return Diagnostics{errNotUTF8(Span{src, i, i + 1})}
		}
		i += size
	}
	return checkNesting(src)
}

// checkTables refuses so many tables that what is generated of them, or said of
// each, would fill the memory.
func checkTables(files []*File) Diagnostics {
	left := maxTables
	for _, f := range files {
		for _, kind := range f.Root.Entries {
			for _, e := range append([]*Entry{kind}, kind.Value.Entries...) {
				if e.Value.Kind != TableValue {
					continue
				}
				if left--; left < 0 {
					return Diagnostics{errTooManyTables(e.KeySpan)}
				}
			}
		}
	}
	return nil
}

// checkNesting refuses values and dotted keys nested so deeply that a parser
// would run out of stack. It reads strings and comments as a parser does, so
// that nothing hides in them.
func checkNesting(src *Source) Diagnostics {
	depth, dots := 0, 0
	for i := 0; i < len(src.Text); i++ {
		switch c := src.Text[i]; c {
		case '"', '\'':
			i = stringEnd(src.Text, i) - 1
		case '#':
			i = tomlscan.LineEnd(src.Text, i) - 1
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			dots++
		case '\n', '=', ',':
			dots = 0
		}
		if depth > maxNesting || dots > maxNesting {
			return Diagnostics{errTooDeep(Span{src, i, i + 1})}
		}
	}
	return nil
}

type parser struct {
	src   *Source
	file  *File
	diags Diagnostics
	p     unstable.Parser
	shift int // length of a byte order mark
	// path is the dotted key of the table, or of the value, that is being read.
	path []string
	// headers are the places of the tables that have a header of their own.
	headers   map[*Value]Span
	special   bool // something is not plain
	plainOnly bool // what is special ends the parse
}

func newParser(src *Source) *parser {
	root := &Value{Kind: TableValue, Span: Span{src, 0, 0}, header: true}
	return &parser{src: src, file: &File{Source: src, Root: root}, headers: map[*Value]Span{}}
}

// parsePlain parses as far as the text is plain, and reports whether all of it
// is.
func (p *parser) parsePlain() bool {
	p.plainOnly = true
	p.parse()
	return !p.special && p.diags == nil
}

func (p *parser) parse() {
	text := p.src.Text
	if bytes.HasPrefix(text, []byte(byteOrderMark)) {
		p.shift = len(byteOrderMark)
	}
	p.p.Reset(text[p.shift:])
	table := p.file.Root
	for !(p.plainOnly && p.special) && p.p.NextExpression() {
		switch n := p.p.Expression(); n.Kind {
		case unstable.Table:
			table = p.table(n)
		case unstable.ArrayTable:
			table = p.arrayTable(n)
		case unstable.KeyValue:
			p.keyValue(table, n)
		}
	}
	if err := p.p.Error(); err != nil {
		p.diags = append(p.diags, errTOML(Span{p.src, 0, 0}, err.Error()))
	}
}

// table finds or makes the table that a header names. What stands below a
// header that was there before belongs to no table.
func (p *parser) table(n *unstable.Node) *Value {
	var in *Value
	at, span := p.file.Root, Span{}
	p.path = keyParts(n)
	for it := n.Key(); it.Next(); {
		in, at, span = at, p.descend(at, it.Node(), true), p.span(it.Node().Raw)
	}
	if first, again := p.headers[at]; again {
		if e := in.Get(p.path[len(p.path)-1]); e != nil {
			e.again = true
		}
		p.diags = append(p.diags, errTwice(span, first, strings.Join(p.path, ".")))
		return &Value{Kind: TableValue, Span: span, header: true}
	}
	p.headers[at] = span
	at.header = true
	return at
}

// arrayTable adds a table to the list that a [[header]] names. The language
// has none: they are kept so that an error can point at them.
func (p *parser) arrayTable(n *unstable.Node) *Value {
	p.special = true
	at := p.file.Root
	p.path = keyParts(n)
	for it := n.Key(); it.Next(); {
		if !it.IsLast() {
			at = p.descend(at, it.Node(), true)
			continue
		}
		span := p.span(it.Node().Raw)
		item := &Value{Kind: TableValue, Span: span}
		e := at.Get(string(it.Node().Data))
		if e == nil {
			e = &Entry{Key: string(it.Node().Data), KeySpan: span, Value: &Value{Kind: ArrayValue, Span: span, header: true}}
			at.add(e)
		}
		e.Value.Items = append(e.Value.Items, item)
		return item
	}
	return at
}

// descend steps into the table that a part of a dotted key names.
func (p *parser) descend(at *Value, part *unstable.Node, header bool) *Value {
	key, span := string(part.Data), p.span(part.Raw)
	e := at.Get(key)
	if e == nil {
		e = &Entry{Key: key, KeySpan: span, Value: &Value{Kind: TableValue, Span: span, header: header}}
		at.add(e)
	}
	p.special = p.special || !e.Value.header
	switch e.Value.Kind {
	case TableValue:
		return e.Value
	case ArrayValue: // [[a]] then [a.b]
		if n := len(e.Value.Items); n > 0 {
			return e.Value.Items[n-1]
		}
	}
	p.diags = append(p.diags, errTOML(span, "key \""+key+"\" already has a value that is not a table"))
	return &Value{Kind: TableValue, Span: span}
}

func (p *parser) keyValue(table *Value, n *unstable.Node) {
	outer := p.path
	p.path = append(slices.Clone(outer), keyParts(n)...)
	p.special = p.special || len(p.path) > len(outer)+1
	defer func() { p.path = outer }()
	value := p.value(n.Value(), p.afterKey(n))
	for it := n.Key(); it.Next(); {
		part := it.Node()
		if !it.IsLast() {
			table = p.descend(table, part, false)
			continue
		}
		key, span := string(part.Data), p.span(part.Raw)
		if old := table.Get(key); old != nil {
			p.diags = append(p.diags, errTwice(span, old.KeySpan, strings.Join(p.path, ".")))
			old.again = true
			return
		}
		table.add(&Entry{Key: key, KeySpan: span, Value: value})
	}
}

// keyParts returns the parts of a dotted key.
func keyParts(n *unstable.Node) []string {
	var parts []string
	for it := n.Key(); it.Next(); {
		parts = append(parts, string(it.Node().Data))
	}
	return parts
}

// afterKey returns the offset behind the key of a key-value pair and its "=".
func (p *parser) afterKey(n *unstable.Node) int {
	end := 0
	for it := n.Key(); it.Next(); {
		end = p.span(it.Node().Raw).End
	}
	return end + bytes.IndexByte(p.src.Text[end:], '=') + 1
}

// value converts a node whose text starts behind from. The library gives no
// range for an array and only the brace of an inline table: scan finds these.
func (p *parser) value(n *unstable.Node, from int) *Value {
	v := &Value{Kind: kindOf(n.Kind), Text: string(n.Data), Span: p.span(n.Raw)}
	p.special = p.special || !plainScalar(v)
	switch n.Kind {
	case unstable.Array:
		v.Span = p.bracketed(skipSpace(p.src.Text, from))
		next := v.Span.Start + 1
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			item := p.value(it.Node(), next)
			next = item.Span.End
			v.Items = append(v.Items, item)
		}
	case unstable.InlineTable:
		v.Span = p.bracketed(v.Span.Start)
		p.special = p.special || bytes.IndexByte(p.src.Text[v.Span.Start:v.Span.End], '\n') >= 0
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				p.keyValue(v, it.Node())
			}
		}
	}
	return v
}

func (p *parser) bracketed(start int) Span {
	return Span{p.src, start, bracketEnd(p.src.Text, start)}
}

func kindOf(k unstable.Kind) ValueKind {
	switch k {
	case unstable.String:
		return StringValue
	case unstable.Integer:
		return IntegerValue
	case unstable.Float:
		return FloatValue
	case unstable.Bool:
		return BoolValue
	case unstable.Array:
		return ArrayValue
	case unstable.InlineTable:
		return TableValue
	}
	return TimeValue
}

func (p *parser) span(r unstable.Range) Span {
	start := int(r.Offset) + p.shift
	return Span{p.src, start, start + int(r.Length)}
}
