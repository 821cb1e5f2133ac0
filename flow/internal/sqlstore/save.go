package sqlstore

import (
	"context"
	"fmt"
	"time"

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
	if err := s.db.save(ctx, s.table, args, s.cutoff()); err != nil {
		return s.failed(err)
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
			if v, err = s.table.dialect.argument(v); err != nil {
				return nil, record.FieldError(s.table.columns[i].Name, err)
			}
			args = append(args, v)
		}
		args = append(args, nil)
	}
	return args, nil
}

// save saves rows in one transaction, in which old rows go. Where there are more
// of these than one transaction takes, they go before it: each step counts, so
// that a save which is given up does not begin anew.
func (d *Database) save(ctx context.Context, t *table, args, old []any) error {
	for more := true; more; {
		err := d.writer.transaction(ctx, func(ctx context.Context) (err error) {
			if more, err = d.writer.deleteOld(ctx, t, old); err != nil || more {
				return err
			}
			return d.writer.store(ctx, t, args)
		})
		if err != nil {
			return err
		}
	}
	return d.conns.Saved()
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
