package sqlstore

import (
	"context"
	"time"
)

// mostDeleted is how many old rows one transaction deletes, so that other
// writers need not wait long.
const mostDeleted = 10_000

// cutoff returns the stamp before which rows are over now, as the parameter of a
// query; none where rows do not grow old.
func (s *store[T]) cutoff() []any {
	if !s.expiry.On() {
		return nil
	}
	return []any{s.table.dialect.Time(s.expiry.Before(time.Now()).UTC())}
}

// removeOld deletes the rows that are over, in as many transactions as that
// takes.
func (d *Database) removeOld(ctx context.Context, t *table, before []any) error {
	for more := len(before) > 0; more; {
		err := d.writer.transaction(ctx, func(ctx context.Context) (err error) {
			more, err = d.writer.deleteOld(ctx, t, before)
			return err
		})
		if err != nil {
			return d.explain(err)
		}
	}
	return nil
}

// deleteOld deletes some of the rows whose stamp is before a time, if one is
// given; more says that there may be more of them.
func (w *writer) deleteOld(ctx context.Context, t *table, before []any) (more bool, err error) {
	if len(before) == 0 {
		return false, nil
	}
	n, err := w.change(ctx, t.deleteOld(), append(before, mostDeleted)...)
	return n == mostDeleted, err
}

// deleteOld deletes some of the rows whose stamp is before a time: the arguments
// are that time and how many rows at most.
func (t *table) deleteOld() string {
	next := t.dialect.params()
	return "DELETE FROM " + Quote(t.name) + " WHERE " + t.row + " IN (SELECT " + t.row + " FROM " + Quote(t.name) +
		" WHERE " + Quote(t.stamp) + " < " + next() + " LIMIT " + next() + ")"
}
