package sqlite

import (
	"path/filepath"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/internal/sqlstore"
)

// Open opens a store in the SQLite file that url names. It is a [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	path, err := driver.FilePath(url)
	if err != nil {
		s.Errorf("store."+o.Name, "%w", err)
		return nil
	}
	return sqlstore.Open(s, o, share(s, path), url)
}

// share returns the file of a path: stores in one file share its connections,
// so that their writers wait in one line.
func share(s *flow.Setup, path string) *sqlstore.Database {
	name := path
	if whole, err := filepath.Abs(path); err == nil {
		name = whole
	}
	return driver.Share(s, "sqlite:"+name, func() *sqlstore.Database {
		f := &file{shown: path, path: name}
		return &sqlstore.Database{Dialect: &dialect, Name: path, Connect: f.connect}
	})
}
