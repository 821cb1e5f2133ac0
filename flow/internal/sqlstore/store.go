package sqlstore

import (
	"context"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// store is one table of a database.
type store[T any] struct {
	flow.StoreOptions[T]
	table  *table
	expiry driver.Expiry[T]
	db     *Database
	open   bool // the table is there and fits
}

// Open opens a store in a database; where is the place of its records for
// people, without secrets.
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], db *Database, where string) flow.Store[T] {
	place := "store." + o.Name
	t, err := newTable(db.Dialect, o)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st := &store[T]{StoreOptions: o, table: t, expiry: driver.NewExpiry(s, o), db: db}
	driver.AddPart(s, driver.Part{
		Name:    place,
		Where:   where,
		Connect: st.connect,
		Close:   func(context.Context) error { return db.close() },
	})
	return st
}

// connect opens the database and sees to the table. What it opened is closed
// again if the table does not fit: a part that failed to connect is not closed.
func (s *store[T]) connect(ctx context.Context) error {
	if err := s.db.open(ctx); err != nil {
		return err
	}
	err := s.db.migrate(ctx, s.table, s.Schema.Name)
	if err == nil {
		err = s.db.removeOld(ctx, s.table, s.cutoff())
	}
	if err != nil {
		_ = s.db.close()
	}
	s.open = err == nil
	return err
}
