package jsonl

import (
	"io"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/filestore"
	"github.com/flowc-dev/flowc/flow/record"
)

// Open opens a store in the file of JSON lines that url names. It is a
// [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	with := filestore.Options[T]{Scheme: "jsonl", Text: "JSON", Format: format[T]{o.Schema.JSON}}
	if o.Mode == flow.Append {
		with.Numbered = true
		return filestore.OpenJournal(s, o, url, with)
	}
	return filestore.Open(s, o, url, with)
}

// format is how records stand in a file of JSON lines.
type format[T any] struct{ codec record.Codec[T] }

func (f format[T]) Encode(records []T) (text []byte, ends []int, err error) {
	return f.codec.MarshalLines(records)
}

func (f format[T]) Read(data io.ReaderAt, from, to int64) filestore.Records[T] {
	return &lines[T]{in: newReader(data, from, to), codec: f.codec, end: from}
}

func (f format[T]) End() []byte { return []byte("\n") }
