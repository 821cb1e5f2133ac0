package jsonfile

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow"
)

// item is a record as it stands in the file.
type item struct {
	text    []byte     // JSON on one line
	key     string     // empty: the store has none
	version any        // of the record, as a schema gives it; nil: the store has none
	stamp   *time.Time // nil: it never is over
}

// over reports whether the item has grown too old.
func (it item) over(before time.Time) bool { return it.stamp != nil && it.stamp.Before(before) }

// newItem returns a record with its text as an item.
func (s *store[T]) newItem(record *T, text []byte) (item, error) {
	it := item{text: text, stamp: s.expiry.Stamp(record)}
	if len(s.key) == 0 && s.version < 0 {
		return it, nil
	}
	values, err := s.Schema.Values(record)
	if err != nil {
		return it, err
	}
	if len(s.key) > 0 {
		it.key = s.key.Text(values)
	}
	if s.version >= 0 {
		it.version = values[s.version]
	}
	return it, nil
}

// load reads the array of the file. An empty file becomes an empty array.
func (s *store[T]) load(ctx context.Context) error {
	s.items, s.index = nil, map[string]int{}
	r := &reader[T]{store: s}
	in := bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.file.Size()), 64<<10)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		r.before, _ = in.Discard(3)
	}
	r.Decoder = jsontext.NewDecoder(in)
	err := r.read(ctx)
	if err == errNothing {
		return s.file.Replace(func(w io.Writer) error { return writeItems(w, nil) })
	}
	return err
}

// errNothing says that a file is empty.
var errNothing = errors.New("there is no JSON in the file")

// reader reads the array of a file.
type reader[T any] struct {
	*jsontext.Decoder
	store  *store[T]
	before int // bytes before the text
}

func (r *reader[T]) read(ctx context.Context) error {
	if err := r.begin(); err != nil {
		return err
	}
	for r.PeekKind() != ']' {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.item(); err != nil {
			return err
		}
	}
	if _, err := r.ReadToken(); err != nil {
		return r.broken(err)
	}
	if _, err := r.ReadToken(); err != io.EOF {
		return r.locate(r.InputOffset(), errors.New("more text stands behind the array"))
	}
	return nil
}

// begin reads the bracket of the array.
func (r *reader[T]) begin() error {
	token, err := r.ReadToken()
	switch {
	case err == io.EOF:
		return errNothing
	case err != nil:
		return r.broken(err)
	}
	switch token.Kind() {
	case '[':
		return nil
	case '{':
		return r.locate(r.InputOffset(), errors.New("this is an object, but the store keeps an array of them: write [ before it and ] behind it, or, where more follow, one a line, give the store a jsonl: url"))
	}
	return r.locate(r.InputOffset(), errors.New("this is no array of records: give the store another url, or move the file away"))
}

// item reads the next item of the array.
func (r *reader[T]) item() error {
	raw, err := r.ReadValue()
	if err != nil {
		return r.broken(err)
	}
	start := r.InputOffset() - int64(len(raw))
	var record T
	text := raw.Clone()
	if err := r.store.Schema.JSON.Unmarshal(raw, &record); err != nil {
		return r.inItem(start, err)
	}
	if err := text.Compact(); err != nil {
		return r.inItem(start, err)
	}
	it, err := r.store.newItem(&record, text)
	if err == nil {
		err = r.store.enter(it)
	}
	if err != nil {
		return r.inItem(start, err)
	}
	return nil
}

// enter adds an item of the file.
func (s *store[T]) enter(it item) error {
	if it.key != "" {
		if first, known := s.index[it.key]; known && s.Mode == flow.Upsert {
			return fmt.Errorf("it has the key of item %d: keep one of them", first+1)
		}
		s.index[it.key] = len(s.items)
	}
	s.items = append(s.items, it)
	return nil
}

// broken is the error of a text that is no JSON, or cannot be read.
func (r *reader[T]) broken(err error) error {
	syntax := (*jsontext.SyntacticError)(nil)
	if !errors.As(err, &syntax) {
		return err
	}
	err = fmt.Errorf("not JSON: %w", syntax.Err)
	if r.StackDepth() == 0 {
		return r.locate(syntax.ByteOffset, err)
	}
	return r.inItem(syntax.ByteOffset, err)
}

// inItem says in which item an error happened, and where.
func (r *reader[T]) inItem(offset int64, err error) error {
	return r.locate(offset, fmt.Errorf("item %d: %w", len(r.store.items)+1, err))
}

// locate says at which line an error happened.
func (r *reader[T]) locate(offset int64, err error) error {
	text := make([]byte, offset+int64(r.before))
	if _, failed := r.store.file.ReadAt(text, 0); failed != nil {
		return failed
	}
	return fmt.Errorf("%s:%d: %w", r.store.file.Path(), 1+bytes.Count(text, []byte("\n")), err)
}
