package sqlstore

import (
	"context"
	"errors"
	"fmt"
)

// Explain returns an error of a database as people see it. The end of a context
// is no error of the database.
func (d *Dialect) Explain(database string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return d.Judge(database, err)
}

func (d *Database) explain(err error) error { return d.Dialect.Explain(d.Name, err) }

// failed says in which store an error of the database happened.
func (s *store[T]) failed(err error) error {
	return fmt.Errorf("store %q: %w", s.Name, s.db.explain(err))
}
