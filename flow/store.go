package flow

import (
	"context"
	"iter"
	"time"
)

// Reader reads the records of a store. Each call sees one state of the store;
// two calls may see two.
type Reader[T any] interface {
	// All returns every record, in the order in which they were first saved.
	All(ctx context.Context) ([]T, error)
	// Get returns the record with this key: one value for each of the store's
	// key fields, in their order and of their Go types. It is an error of a
	// store without a key. Where repeats of a key can be stored, it returns the
	// newest.
	Get(ctx context.Context, key ...any) (T, bool, error)
	// Range returns the records whose field lies between from and to, both
	// included, in the order of that field. The field is a number, a string or
	// a time; from and to have its Go type; nil leaves that side open. A record
	// without the field lies in no range.
	Range(ctx context.Context, field string, from, to any) ([]T, error)
	// Each yields every record without holding all of them in memory.
	Each(ctx context.Context) iter.Seq2[T, error]
}

// Writer saves records to a store. One call is one save: all of its records
// are durable when it returns nil, and none of them is visible when it returns
// an error. An error that lies in a record, not in the store, is marked by
// [Permanent].
type Writer[T any] interface {
	Save(ctx context.Context, records ...T) error
}

// Store is a store of a service, open for reading and writing. It is safe for
// concurrent use.
type Store[T any] interface {
	Reader[T]
	Writer[T]
}

// Mode says what a save does with the records that a store holds already.
type Mode int

const (
	// Append adds; with a key, a record whose key is there already is dropped.
	Append Mode = iota
	// Upsert replaces the record with the same key.
	Upsert
	// ReplaceAll makes the saved records the whole content.
	ReplaceAll
)

// StoreOptions describe a store as the spec has it.
type StoreOptions[T any] struct {
	Name    string // "summaries"
	URL     string // may hold ${NAME}
	Table   string // SQL table; default: the name
	Key     []string
	Mode    Mode
	Version string              // with Upsert: an older record does not overwrite a newer one
	Stamp   func(*T, time.Time) // fills the stamp field when a record is saved; nil: none
	Keep    Keep[T]             // how long records stay; zero: for ever
	Schema  Schema[T]
}

// Collect gathers what Each yields, for a store's All; the result is not nil, so
// that it is written as [].
func Collect[T any](records iter.Seq2[T, error]) ([]T, error) {
	list := []T{}
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Driver opens a store behind a URL of one scheme. It resolves its settings
// and registers itself with s; it connects when s says so.
type Driver[T any] func(s *Setup, o StoreOptions[T], url string) Store[T]

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
