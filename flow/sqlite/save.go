package sqlite

import (
	"context"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// Save saves the records in one transaction.
func (s *store[T]) Save(ctx context.Context, records ...T) error {
	if len(records) == 0 && s.Mode != flow.ReplaceAll {
		return ctx.Err()
	}
	args, err := s.rows(records)
	if err != nil {
		return fmt.Errorf("store %q: %w", s.Name, flow.Permanent(err))
	}
	if err := s.file.save(ctx, s.table, args, s.fresh()); err != nil {
		return fmt.Errorf("store %q: %w", s.Name, s.file.explain(err))
	}
	return nil
}

// rows returns the arguments of an insert: for each record its fields, and
// room for the number of the save.
func (s *store[T]) rows(records []T) ([]any, error) {
	now := time.Now().UTC()
	args := make([]any, 0, len(records)*s.table.width())
	for _, r := range records {
		if s.Stamp != nil {
			s.Stamp(&r, now)
		}
		values, err := s.Schema.Values(&r)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v, err = argument(v); err != nil {
				return nil, record.FieldError(s.table.columns[i].name, err)
			}
			args = append(args, v)
		}
		args = append(args, nil)
	}
	return args, nil
}

// timeFormat has a fixed width, so that the order of the texts is that of the
// times.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// argument returns a value as it is stored. What SQLite would store as
// something else is refused.
func argument(v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		v = v.UTC()
		if y := v.Year(); y < 0 || y > 9999 {
			return nil, fmt.Errorf("the year %d does not fit RFC 3339", y)
		}
		return v.Format(timeFormat), nil
	case uint64:
		return nil, fmt.Errorf("SQLite cannot hold %d: its whole numbers end at %d", v, math.MaxInt64)
	case float64:
		if math.IsNaN(v) {
			return nil, fmt.Errorf("SQLite cannot hold NaN")
		}
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("the text is not valid UTF-8")
		}
	case []byte:
		if v == nil {
			return []byte{}, nil // nil would be NULL
		}
	}
	return v, nil
}

// save saves rows in one transaction, in which old rows go. Where there are more
// of these than one transaction takes, they go before it: each step counts, so
// that a save which is given up does not begin anew.
func (f *file) save(ctx context.Context, t *table, args, old []any) error {
	for more := true; more; {
		err := f.writer.transaction(ctx, func(ctx context.Context) (err error) {
			if more, err = f.writer.deleteOld(ctx, t, old); err != nil || more {
				return err
			}
			return f.writer.store(ctx, t, args)
		})
		if err != nil {
			return err
		}
	}
	return f.inPlace()
}

// store stores rows.
func (w *writer) store(ctx context.Context, t *table, args []any) error {
	if t.mode == flow.ReplaceAll {
		if err := w.exec(ctx, t.clear()); err != nil {
			return err
		}
	}
	if err := w.fillNumbers(ctx, t, args); err != nil {
		return err
	}
	return w.insert(ctx, t, args)
}

// fillNumbers gives each row the number of its save.
func (w *writer) fillNumbers(ctx context.Context, t *table, args []any) error {
	rows := len(args) / t.width()
	last, err := w.number(ctx, takeNumbers, t.counter(), rows)
	for i := range rows {
		args[(i+1)*t.width()-1] = last - int64(rows-1-i)
	}
	return err
}

// Most rows and parameters of one statement. What is left over is inserted by
// statements of half as many rows and so on, so that a few prepared statements
// fit every save.
const (
	mostRows       = 64
	mostParameters = 32766 // a limit of SQLite's
)

// insert inserts the rows.
func (w *writer) insert(ctx context.Context, t *table, args []any) error {
	rows := mostRows
	for len(args) > 0 {
		size := rows * t.width()
		if size > len(args) || size > mostParameters {
			rows /= 2
			continue
		}
		if err := w.exec(ctx, t.insert(rows), args[:size]...); err != nil {
			return err
		}
		args = args[size:]
	}
	return nil
}
