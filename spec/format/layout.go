package format

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/spec"
)

// paragraph writes a header and its pairs, or a group of pairs, or comments.
func (l *layout) paragraph(p paragraph) {
	for _, h := range p.header {
		l.line(h, h.line.code)
	}
	options := l.options(p.path)
	slices.SortStableFunc(p.pairs, func(a, b commented) int {
		return rankOf(options, a.line.path[0]) - rankOf(options, b.line.path[0])
	})
	width := 0
	for _, x := range p.pairs {
		if n := spec.Columns(x.line.code); n <= longestAligned {
			width = max(width, n)
		}
	}
	for _, x := range p.pairs {
		key := x.line.code + strings.Repeat(" ", max(0, width-spec.Columns(x.line.code)))
		l.line(x, key+" = "+l.value(x.line.value, slices.Concat(p.path, x.line.path), 0))
	}
	for _, c := range p.tail {
		l.out.WriteString(c + l.eol)
	}
}

// rankOf is the place of a key among options; what is none of them comes last.
func rankOf(options []spec.Option, key string) int {
	if i := slices.IndexFunc(options, func(o spec.Option) bool { return o.Name == key }); i >= 0 {
		return i
	}
	return len(options)
}

// line writes code, the comments above it, and the one behind it.
func (l *layout) line(x commented, code string) {
	for _, c := range x.lead {
		l.out.WriteString(c + l.eol)
	}
	l.out.WriteString(code)
	if x.line.comment != "" {
		last := code[strings.LastIndexByte(code, '\n')+1:]
		l.out.WriteString(strings.Repeat(" ", max(1, commentColumn-spec.Columns(last))) + x.line.comment)
	}
	l.out.WriteString(l.eol)
}

// value returns the canonical form of a value that stands at a path, in lists
// and tables that go over lines, as many as depth says.
func (l *layout) value(text string, path []string, depth int) string {
	if text[0] != '[' && text[0] != '{' {
		return text
	}
	b := splitBracket(text)
	switch {
	case b.lines && len(b.elements)+len(b.tail) > 0:
		return l.overLines(b, path, depth)
	case len(b.elements) == 0:
		return b.open + b.close
	}
	options := l.options(path)
	slices.SortStableFunc(b.elements, func(x, y element) int { return x.rank(options) - y.rank(options) })
	var parts []string
	for _, e := range b.elements {
		parts = append(parts, l.element(e, path, depth))
	}
	space := strings.Repeat(" ", strings.Count(b.open, "{"))
	return b.open + space + strings.Join(parts, ", ") + space + b.close
}

// element returns the canonical form of an item of a list, or a pair of a table.
func (l *layout) element(e element, path []string, depth int) string {
	if e.pair.kind != pairLine {
		return l.value(e.item, append(slices.Clip(path), ""), depth)
	}
	return e.pair.code + " = " + l.value(e.pair.value, slices.Concat(path, e.pair.path), depth)
}

// overLines returns the canonical form of a list or a table that goes over
// lines. What stands together on one stays together.
func (l *layout) overLines(b bracket, path []string, depth int) string {
	indent := l.eol + strings.Repeat("  ", depth+1)
	var out strings.Builder
	out.WriteString(b.open)
	for i, e := range b.elements {
		if i > 0 && !e.fresh {
			out.WriteString(" ")
		} else {
			if e.blank {
				out.WriteString(l.eol)
			}
			for _, c := range append(slices.Clip(e.lead), "") {
				out.WriteString(indent + c)
			}
		}
		out.WriteString(l.element(e, path, depth+1) + ",")
		if e.comment != "" {
			out.WriteString(" " + e.comment)
		}
	}
	for _, c := range b.tail {
		out.WriteString(indent + c)
	}
	out.WriteString(l.eol + strings.Repeat("  ", depth) + b.close)
	return out.String()
}
