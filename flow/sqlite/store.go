package sqlite

import (
	"context"
	"path/filepath"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// store is one table of a file.
type store[T any] struct {
	flow.StoreOptions[T]
	table  *table
	expiry driver.Expiry[T]
	file   *file
	open   bool // the table is there and fits
}

// Open opens a store in the SQLite file that url names. It is a [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	place := "store." + o.Name
	path, err := driver.FilePath(url)
	if err == nil {
		err = checkPath(path)
	}
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	t, err := newTable(o)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st := &store[T]{StoreOptions: o, table: t, expiry: driver.NewExpiry(s, o), file: share(s, path)}
	driver.AddPart(s, driver.Part{
		Name:    place,
		Where:   url,
		Connect: st.connect,
		Close:   func(context.Context) error { return st.file.close() },
	})
	return st
}

// share returns the file of a path: stores in one file share its connections,
// so that their writers wait in one line.
func share(s *flow.Setup, path string) *file {
	name := path
	if whole, err := filepath.Abs(path); err == nil {
		name = whole
	}
	return driver.Share(s, "sqlite:"+name, func() *file { return &file{shown: path, path: name} })
}

// connect opens the file and sees to the table. What it opened is closed again
// if the table does not fit: a part that failed to connect is not closed.
func (s *store[T]) connect(ctx context.Context) error {
	if err := s.file.open(ctx); err != nil {
		return err
	}
	err := s.file.migrate(ctx, s.table, s.Schema.Name)
	if err == nil {
		err = s.file.removeOld(ctx, s.table, s.fresh())
	}
	if err != nil {
		_ = s.file.close()
	}
	s.open = err == nil
	return err
}
