package record

import "time"

// Schema describes a record type to stores: generated for each record.
type Schema[T any] struct {
	Name   string // "Reading"
	Fields []Field
	JSON   Codec[T]
	CSV    CSV[T] // where a store may hold the record as CSV; else empty
	// Values returns the fields as bool, int64, float64, string, []byte or
	// time.Time; nil where an optional one is missing. Whole numbers beyond
	// int64 are uint64, durations are texts ("1.5s"), nested values are JSON
	// texts. The fields at Fields' positions.
	Values func(*T) ([]any, error)
	// Targets returns a scanner for each field, which takes what Values gave
	// (or what a database made of it: 0 and 1 for bools, texts for times).
	Targets func(*T) []any
}

// Field is a field of a record: its name in the spec, and how it is stored.
type Field struct {
	Name     string
	Type     FieldType
	Optional bool
	Unit     time.Duration // of a time that is held in no finer parts; 0: none
}

// FieldType is the type of a field as a store sees it.
type FieldType int

// The types of fields. FieldJSON stands for lists, maps, records and json.
const (
	FieldBool FieldType = iota
	FieldInt
	FieldFloat
	FieldString
	FieldBytes
	FieldTime
	FieldDuration
	FieldJSON
)

// Index returns the position of a field by its name, or -1.
func (s Schema[T]) Index(name string) int {
	for i, f := range s.Fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}
