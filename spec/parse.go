package spec

import "github.com/flowc-dev/flowc/internal/toml"

// Limits of a spec file: beyond them it is no spec, but an attack or a mistake.
const (
	maxFileSize = 4 << 20
	maxTables   = 1 << 14 // of all files together
)

// Parse reads the text of a spec file. The file is nil where the text is not
// TOML; of what only stands twice, it has the first.
func Parse(name string, text []byte) (*File, Diagnostics) {
	src := NewSource(name, text)
	if len(text) > maxFileSize {
		return nil, Diagnostics{errTooLarge(Span{src, 0, 0})}
	}
	root, problems := toml.Parse(text)
	var diags Diagnostics
	for _, p := range problems {
		diags = append(diags, errTOML(src, p))
	}
	if root == nil {
		return nil, diags
	}
	f := &File{Source: src, Root: src.value(root)}
	if d := checkTables([]*File{f}); d != nil {
		return nil, d
	}
	return f, diags
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

// span returns a place in the source.
func (s *Source) span(at toml.Span) Span { return Span{s, at.Start, at.End} }

// value returns a value of the source with its place.
func (s *Source) value(t *toml.Value) *Value {
	v := &Value{Kind: kindOf(t.Kind), Span: s.span(t.Span), Text: t.Text, header: t.Header, parsed: t}
	for _, item := range t.Items {
		v.Items = append(v.Items, s.value(item))
	}
	for _, e := range t.Entries {
		v.Entries = append(v.Entries, &Entry{Key: e.Key, KeySpan: s.span(e.Span), Value: s.value(e.Value), again: e.Again})
	}
	return v
}

func kindOf(k toml.Kind) ValueKind {
	switch k {
	case toml.Integer:
		return IntegerValue
	case toml.Float:
		return FloatValue
	case toml.Bool:
		return BoolValue
	case toml.Time:
		return TimeValue
	case toml.Array:
		return ArrayValue
	case toml.Table:
		return TableValue
	}
	return StringValue
}
