package sqlite

import (
	"context"
	"time"
)

// mostDeleted is how many old rows one transaction deletes, so that other
// writers need not wait long.
const mostDeleted = 10_000

// fresh returns the stamp before which rows are over now, as the parameter of a
// query; none where rows do not grow old.
func (s *store[T]) fresh() []any {
	if !s.expiry.On() {
		return nil
	}
	return []any{s.expiry.Before(time.Now()).UTC().Format(timeFormat)}
}

// removeOld deletes the rows that are over, in as many transactions as that
// takes.
func (f *file) removeOld(ctx context.Context, t *table, before []any) error {
	for more := len(before) > 0; more; {
		err := f.writer.transaction(ctx, func(ctx context.Context) (err error) {
			more, err = f.writer.deleteOld(ctx, t, before)
			return err
		})
		if err != nil {
			return f.explain(err)
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
	if err := w.exec(ctx, t.deleteOld(), append(before, mostDeleted)...); err != nil {
		return false, err
	}
	n, err := w.number(ctx, countChanges)
	return n == mostDeleted, err
}
