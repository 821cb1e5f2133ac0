package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/flow"
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
	if err := s.file.save(ctx, s.table, args); err != nil {
		return fmt.Errorf("store %q: %w", s.Name, s.file.explain(err))
	}
	return nil
}

// rows returns the arguments of an insert: for each record its fields, and
// room for the number of the save.
func (s *store[T]) rows(records []T) ([]any, error) {
	now := time.Now().UTC()
	args := make([]any, 0, len(records)*(len(s.table.columns)+1))
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
				return nil, flow.FieldError(s.table.columns[i].name, err)
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

// save saves rows in one transaction.
func (f *file) save(ctx context.Context, t *table, args []any) error {
	tx, err := f.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// The transaction ends with the context. Its statements need not watch it
	// too, which costs a goroutine each.
	inner := context.WithoutCancel(ctx)
	if t.mode == flow.ReplaceAll {
		if _, err := tx.ExecContext(inner, t.clear()); err != nil {
			return err
		}
	}
	if err := f.number(inner, tx, t, args); err != nil {
		return err
	}
	if err := f.insert(ctx, tx, t, args); err != nil {
		return err
	}
	return tx.Commit()
}

// number fills in the numbers of the saves.
func (f *file) number(ctx context.Context, tx *sql.Tx, t *table, args []any) error {
	width := len(t.columns) + 1
	take, err := f.prepare(ctx, f.writer, takeNumbers)
	if err != nil {
		return err
	}
	var last int64
	rows := len(args) / width
	if err := tx.StmtContext(ctx, take).QueryRowContext(ctx, t.name, rows).Scan(&last); err != nil {
		return err
	}
	for i := range rows {
		args[(i+1)*width-1] = last - int64(rows-1-i)
	}
	return nil
}

// mostRows is the largest number of rows that one statement inserts. Fewer are
// inserted by statements of 32, 16 … 1 rows, so that a few prepared statements
// fit every save.
const mostRows = 64

// insert inserts the rows.
func (f *file) insert(ctx context.Context, tx *sql.Tx, t *table, args []any) error {
	width := len(t.columns) + 1
	inner := context.WithoutCancel(ctx)
	for rows := t.mostRows(); len(args) > 0; {
		if len(args) < rows*width {
			rows /= 2
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		st, err := f.prepare(inner, f.writer, t.insert(rows))
		if err != nil {
			return err
		}
		if _, err := tx.StmtContext(inner, st).ExecContext(inner, args[:rows*width]...); err != nil {
			return err
		}
		args = args[rows*width:]
	}
	return nil
}
