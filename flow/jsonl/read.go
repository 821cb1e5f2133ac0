package jsonl

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// All returns every record, in the order in which they were first saved.
func (s *store[T]) All(ctx context.Context) ([]T, error) {
	list := []T{}
	for r, err := range s.Each(ctx) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// Each yields every record in the same order, without holding all of them in
// memory.
func (s *store[T]) Each(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		snapshot, err := s.file.snapshot(ctx, "")
		if err != nil {
			var none T
			yield(none, fmt.Errorf("store %q: %w", s.Name, err))
			return
		}
		defer snapshot.Close()
		lines := newLines(s.file.path, snapshot, 0, snapshot.size)
		for lines.next() {
			var record T
			err := ctx.Err()
			if err == nil {
				err = s.decode(lines, &record)
			}
			if err != nil {
				err = fmt.Errorf("store %q: %w", s.Name, lines.locate(err))
			}
			if !yield(record, err) || err != nil {
				return
			}
		}
		if lines.err != nil {
			var none T
			yield(none, fmt.Errorf("store %q: %w", s.Name, lines.err))
		}
	}
}

// decode reads the record of a line.
func (s *store[T]) decode(l *lines, record *T) error {
	return s.Schema.JSON.Unmarshal(l.text, record)
}

// Get returns the record with this key.
func (s *store[T]) Get(ctx context.Context, key ...any) (record T, found bool, err error) {
	args, err := s.KeyArgs(key)
	if err != nil {
		return record, false, err
	}
	snapshot, err := s.file.snapshot(ctx, keyText(args))
	if err != nil {
		return record, false, fmt.Errorf("store %q: %w", s.Name, err)
	}
	defer snapshot.Close()
	if snapshot.offset < 0 {
		return record, false, nil
	}
	lines := newLines(s.file.path, snapshot, snapshot.offset, snapshot.size)
	lines.next()
	if err = lines.err; err == nil {
		err = s.decode(lines, &record)
	}
	if err != nil {
		return record, false, fmt.Errorf("store %q: %s, at byte %d: %w", s.Name, s.file.path, snapshot.offset, err)
	}
	return record, true, nil
}

// Range returns the records whose field lies between from and to, in the order
// of that field. A record without the field lies in no range.
func (s *store[T]) Range(ctx context.Context, field string, from, to any) ([]T, error) {
	position, low, high, err := s.RangeArgs(field, from, to)
	if err != nil {
		return nil, err
	}
	entries := []entry[T]{}
	for r, err := range s.Each(ctx) {
		if err != nil {
			return nil, err
		}
		values, err := s.Schema.Values(&r)
		if err != nil {
			return nil, fmt.Errorf("store %q: %w", s.Name, err)
		}
		if v := values[position]; v != nil && within(v, low, high) {
			entries = append(entries, entry[T]{v, r})
		}
	}
	return inOrder(entries), nil
}

// entry is a record and the value that it is ordered by.
type entry[T any] struct {
	value  any
	record T
}

// inOrder returns the records in the order of their values; those of equal
// ones stay in theirs.
func inOrder[T any](entries []entry[T]) []T {
	slices.SortStableFunc(entries, func(a, b entry[T]) int { return compare(a.value, b.value) })
	list := make([]T, len(entries))
	for i, e := range entries {
		list[i] = e.record
	}
	return list
}

func within(v, low, high any) bool {
	return (low == nil || compare(v, low) >= 0) && (high == nil || compare(v, high) <= 0)
}

// compare orders two values of one field, as a schema gives them.
func compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case string:
		return strings.Compare(a, b.(string))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	return 0
}
