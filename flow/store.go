package flow

import (
	"context"
	"iter"
	"time"

	"github.com/flowc-dev/flowc/flow/record"
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
	Schema  record.Schema[T]
}

// Driver opens a store behind a URL of one scheme. It resolves its settings
// and registers itself with s; it connects when s says so.
type Driver[T any] func(s *Setup, o StoreOptions[T], url string) Store[T]
