package spec

import (
	"strings"

	"github.com/flowc-dev/flowc/internal/toml"
)

// File is a spec file as written.
type File struct {
	Source *Source
	Root   *Value // a table
}

// ValueKind is the TOML type of a value.
type ValueKind int

// The TOML types. Dates and times are no part of the language; they are kept
// apart so that an error can name them.
const (
	StringValue ValueKind = iota
	IntegerValue
	FloatValue
	BoolValue
	TimeValue
	ArrayValue
	TableValue
)

// String names the kind for messages.
func (k ValueKind) String() string {
	return [...]string{"a string", "a whole number", "a decimal number", "true or false", "a date or time", "a list", "a table"}[k]
}

// Value is a TOML value with its position.
type Value struct {
	Kind    ValueKind
	Span    Span
	Text    string      // a string's content; of other scalars their source text
	Items   []*Value    // of an array
	Entries []*Entry    // of a table, in the order of the file
	header  bool        // a table or list with a header of its own, or a table that only holds such
	parsed  *toml.Value // which has the same entries; nil: it was not written so
}

// Entry is a key of a table and its value.
type Entry struct {
	Key     string
	KeySpan Span
	Value   *Value
	// again says that the key, or the header of the table, stands again: the other
	// one may be meant to have another name.
	again bool
}

// Get returns the entry of a table, or nil.
func (v *Value) Get(key string) *Entry {
	if v.parsed == nil {
		return nil
	}
	if i := v.parsed.Find(key); i >= 0 {
		return v.Entries[i]
	}
	return nil
}

// Within returns the place of a range of bytes of a string value; ok is false
// where these are not written as they read.
func (v *Value) Within(start, end int) (s Span, ok bool) {
	if v.Kind != StringValue {
		return Span{}, false
	}
	src := v.Span.Source
	at, ok := toml.Within(src.Text, toml.Span{Start: v.Span.Start, End: v.Span.End}, toml.Span{Start: start, End: end})
	return src.span(at), ok
}

// SpanAt returns the place of a range of bytes of a string value; the whole
// value, with its quotes, where the range is all of it or is not written as it
// reads.
func (v *Value) SpanAt(start, end int) Span {
	if s, ok := v.Within(start, end); ok && end-start < len(v.Text) {
		return s
	}
	return v.Span
}

// spanWithin is SpanAt for a range of bytes of the value's default; the whole
// value where the range is all of that, or where it is put together from parts.
func (v *Value) spanWithin(text string, start, end int) Span {
	at := strings.Index(v.Text, text)
	if at < 0 || end-start == len(text) {
		return v.Span
	}
	return v.SpanAt(at+start, at+end)
}

// SpanOf returns the place where a part of a string value stands first; the
// whole value, with its quotes, where the part is all of it or is not written as
// it reads.
func (v *Value) SpanOf(part string) Span {
	at := strings.Index(v.Text, part)
	if at < 0 || part == "" {
		return v.Span
	}
	return v.SpanAt(at, at+len(part))
}
