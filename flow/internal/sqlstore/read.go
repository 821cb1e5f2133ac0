package sqlstore

import (
	"context"
	"fmt"
	"iter"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/record"
)

// All returns every record, in the order in which they were first saved.
func (s *store[T]) All(ctx context.Context) ([]T, error) {
	return driver.Collect(s.Each(ctx))
}

// Each yields every record in the same order, without holding all of them in
// memory.
func (s *store[T]) Each(ctx context.Context) iter.Seq2[T, error] {
	return s.query(ctx, s.table.selectAll())
}

// Get returns the record with this key.
func (s *store[T]) Get(ctx context.Context, key ...any) (record T, found bool, err error) {
	args, err := driver.KeyArgs(s.StoreOptions, key)
	if err != nil {
		return record, false, err
	}
	for i, v := range args {
		if args[i], err = s.table.dialect.argument(v); err != nil {
			return record, false, fmt.Errorf("store %q: Get: %w", s.Name, err)
		}
	}
	for record, err := range s.query(ctx, s.table.selectKey(), args...) {
		return record, err == nil, err
	}
	return record, false, nil
}

// Range returns the records whose field lies between from and to, in the order
// of that field.
func (s *store[T]) Range(ctx context.Context, field string, from, to any) ([]T, error) {
	_, low, high, err := driver.RangeArgs(s.StoreOptions, field, from, to)
	if err != nil {
		return nil, err
	}
	var args []any
	for _, bound := range []any{low, high} {
		if bound == nil {
			continue
		}
		if bound, err = s.table.dialect.argument(bound); err != nil {
			return nil, fmt.Errorf("store %q: Range: %w", s.Name, err)
		}
		args = append(args, bound)
	}
	return driver.Collect(s.query(ctx, s.table.selectRange(field, low != nil, high != nil), args...))
}

var _ load.Matcher[struct{}] = (*store[struct{}])(nil)

// Match returns the records whose fields have these values.
func (s *store[T]) Match(ctx context.Context, matches []record.Match) ([]T, error) {
	fields, args, err := s.matchArgs(matches)
	if err != nil {
		return nil, fmt.Errorf("store %q: %w", s.Name, flow.Permanent(err))
	}
	return driver.Collect(s.query(ctx, s.table.selectMatch(fields), args...))
}

// matchArgs returns the fields of matches, and their values as they are stored.
func (s *store[T]) matchArgs(matches []record.Match) (fields []string, args []any, err error) {
	for _, m := range matches {
		if s.table.column(m.Field) == nil {
			return nil, nil, fmt.Errorf("the record has no field %q", m.Field)
		}
		arg, err := s.table.dialect.argument(m.Value)
		if err != nil {
			return nil, nil, record.FieldError(m.Field, err)
		}
		fields, args = append(fields, m.Field), append(args, arg)
	}
	return fields, args, nil
}

// query yields the records that a query finds. All of them are of one state of
// the database.
func (s *store[T]) query(ctx context.Context, query string, args ...any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		fail := func(err error) { yield(none, s.failed(err)) }
		rows, err := s.db.reader.query(ctx, query, append(s.cutoff(), args...)...)
		if err != nil {
			fail(err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var record T
			if err := rows.Scan(s.Schema.Targets(&record)...); err != nil {
				fail(err)
				return
			}
			if !yield(record, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			fail(err)
		}
	}
}
