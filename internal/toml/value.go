package toml

import "slices"

// Kind is the type of a value.
type Kind int

// The types of values.
const (
	String Kind = iota
	Integer
	Float
	Bool
	Time // a date, a time, or both, with an offset or without
	Array
	Table
)

// Span is a range of bytes of a text.
type Span struct{ Start, End int }

// Value is a value and its place: of an array or an inline table its brackets and
// what is between them, of another table the part of a header or of a dotted key
// that names it first.
type Value struct {
	Kind    Kind
	Span    Span
	Text    string   // a string's content; of other scalars their source text
	Items   []*Value // of an array
	Entries []*Entry // of a table, in the order of the text
	// Header says that headers make the value: a table by [a] or [a.b], an array
	// by [[a]].
	Header bool

	origin origin
	header Span           // of the key in the header that declares the table
	index  map[string]int // of a large table: where its entries stand
}

// Entry is a key of a table and its value.
type Entry struct {
	Key   string
	Span  Span // of the key, with its quotes
	Value *Value
	// Again says that the key, or the header of the table, stands again.
	Again bool
}

// Find returns which entry of a table a key has; -1: none.
func (v *Value) Find(key string) int {
	if v.index != nil {
		if i, ok := v.index[key]; ok {
			return i
		}
		return -1
	}
	return slices.IndexFunc(v.Entries, func(e *Entry) bool { return e.Key == key })
}

// get returns the entry of a table, or nil.
func (v *Value) get(key string) *Entry {
	if i := v.Find(key); i >= 0 {
		return v.Entries[i]
	}
	return nil
}

// indexed is the number of entries from which a table has an index.
const indexed = 16

func (v *Value) add(k key, value *Value) *Entry {
	e := &Entry{Key: k.text, Span: k.span, Value: value}
	v.Entries = append(v.Entries, e)
	switch {
	case v.index != nil:
		v.index[e.Key] = len(v.Entries) - 1
	case len(v.Entries) == indexed:
		v.index = map[string]int{}
		for i, e := range v.Entries {
			v.index[e.Key] = i
		}
	}
	return e
}
