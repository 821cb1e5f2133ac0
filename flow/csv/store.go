package csv

import (
	"io"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/filestore"
	"github.com/flowc-dev/flowc/flow/record"
)

// Open opens a store in the CSV file that url names. It is a [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	if c := o.Schema.CSV.Columns; len(c) == 1 && c[0].Optional {
		s.Errorf("store."+o.Name, "record %s has one field, which may be missing: its row would be an empty line, which is none", o.Schema.Name)
		return nil
	}
	own, err := o.Schema.CSV.AppendHeader(nil)
	if err != nil {
		s.Errorf("store."+o.Name, "%w", err)
		return nil
	}
	f := &format[T]{codec: o.Schema.CSV, own: append(own, '\n')}
	return filestore.Open(s, o, url, filestore.Options[T]{Scheme: "csv", Text: "CSV", Format: f, Head: f, Fresh: f.own, PartsLookWhole: true})
}

// format is how records stand in a CSV file. What the first row says is known
// once the store has opened the file, and does not change afterwards.
type format[T any] struct {
	codec  record.CSV[T]
	own    []byte // the first row of a new file
	table  record.CSVTable[T]
	head   []byte // the first row, with what stands before it
	ending []byte // of each row
}

// Encode returns records as rows.
func (f *format[T]) Encode(records []T) (text []byte, ends []int, err error) {
	ends = make([]int, len(records))
	for i := range records {
		if text, err = f.table.AppendRow(text, &records[i]); err != nil {
			return nil, nil, err
		}
		text = append(text, f.ending...)
		ends[i] = len(text)
	}
	return text, ends, nil
}

// Read reads rows.
func (f *format[T]) Read(data io.ReaderAt, from, to int64) filestore.Records[T] {
	return rows[T]{record.ContinueCSVRows(io.NewSectionReader(data, from, to-from), from, 0), f.table}
}

// End returns the line break of the file's rows.
func (f *format[T]) End() []byte { return f.ending }

// rows reads records row by row.
type rows[T any] struct {
	*record.CSVRows
	table record.CSVTable[T]
}

// Decode reads the record of the row.
func (r rows[T]) Decode(record *T) error { return r.table.Decode(r.Cells(), record) }
