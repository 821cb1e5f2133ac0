package filestore

import (
	"context"
	"io"
)

// Options are what a store of one scheme adds to those of the spec.
type Options[T any] struct {
	Scheme string // "jsonl"
	Text   string // what a record is written as, for errors: "JSON"
	Format Format[T]
	// Head is what stands above the records; nil: they begin at once.
	Head Head
	// Fresh is what a new file holds.
	Fresh []byte
	// PartsLookWhole says that a part of a record may look like a whole one: a
	// last record without its end is then cut off where the process that wrote
	// it was killed, also where it can be decoded.
	PartsLookWhole bool
	// Numbered says that places outlive the process: somebody keeps them.
	Numbered bool
}

// Format is how the records of a store stand in its file: one behind the other,
// each with an end of its own.
type Format[T any] interface {
	// Encode returns records with their ends as one text, and where each of
	// them ends in it.
	Encode(records []T) (text []byte, ends []int, err error)
	// Read reads the records of a file between two offsets; the first one is
	// that of a record.
	Read(data io.ReaderAt, from, to int64) Records[T]
	// End is what ends a record.
	End() []byte
}

// Records reads records one after the other.
type Records[T any] interface {
	Next() bool      // goes to the next one
	Decode(*T) error // reads it
	Start() int64    // the offset where it starts
	End() int64      // the offset behind its end
	Line() int       // its line, counted from where reading began
	Whole() bool     // its end is there
	Err() error      // what ended the reading
}

// Head is what stands above the records of a file.
type Head interface {
	// Open reads it, and writes it into a file that is blank.
	Open(f *File) error
	// Bytes returns it as it stands.
	Bytes() []byte
	// Upgrade makes the file fit the record, once all that is there has been
	// read. It reports whether it has changed the file.
	Upgrade(ctx context.Context, f *File) (changed bool, err error)
}
