package jsonl

import (
	"context"
	"log/slog"

	"github.com/flowc-dev/flowc/flow"
)

// store is one file of records.
type store[T any] struct {
	flow.StoreOptions[T]
	key    []int // positions of the key fields
	file   *file
	logger *slog.Logger
}

// Open opens a store in the file of JSON lines that url names. It is a
// [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	place := "store." + o.Name
	if o.Mode == flow.Upsert {
		s.Errorf(place, "url: a jsonl: file cannot upsert; use sqlite:, or json: for a small store")
		return nil
	}
	path, err := flow.FilePath(url)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	key, err := o.KeyIndex()
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st := &store[T]{StoreOptions: o, key: key, file: newFile(path), logger: s.Logger()}
	s.Part(flow.Part{
		Name:    place,
		Where:   url,
		Connect: func(ctx context.Context) error { return st.connect(ctx, s.Service()) },
		Close:   func(context.Context) error { return st.file.close() },
	})
	return st
}

// connect takes the file and reads it through. What it opened is closed again
// if the content does not fit: a part that failed to connect is not closed.
func (s *store[T]) connect(ctx context.Context, service string) error {
	if err := s.file.open(service); err != nil {
		return err
	}
	err := s.check(ctx)
	if err != nil {
		_ = s.file.close()
	}
	return err
}

// check reads the whole file: each line must be a record, and its key is
// noted. A torn last line is cut off.
func (s *store[T]) check(ctx context.Context) error {
	lines := newLines(s.file.path, s.file.data, 0, s.file.size)
	index := index{}
	for lines.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var record T
		err := s.decode(lines, &record)
		if lines.torn {
			return s.mend(lines, index, &record, err)
		}
		if err == nil {
			err = s.note(index, &record, lines.start)
		}
		if err != nil {
			return lines.locate(err)
		}
	}
	s.file.index = index
	return lines.err
}

// mend repairs a last line without its end. A record that is whole came from
// an editor and stays; a part of one came from a crash and was never
// acknowledged.
func (s *store[T]) mend(lines *lines, index index, record *T, err error) error {
	s.file.index = index
	if err != nil {
		s.logger.Warn("the last line is torn and was cut off: a save did not end", "store", s.Name, "file", s.file.path, "line", lines.number, "bytes", len(lines.text))
		return s.file.cut(lines.start)
	}
	if err := s.note(index, record, lines.start); err != nil {
		return lines.locate(err)
	}
	return s.file.append([]byte("\n"))
}

// note enters the key of the record at an offset.
func (s *store[T]) note(index index, record *T, offset int64) error {
	key, err := s.keyOf(record)
	if err == nil && key != "" {
		index[key] = offset
	}
	return err
}
