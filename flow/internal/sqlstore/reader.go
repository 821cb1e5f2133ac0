package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// reader is the connections of this process that read: as many as there
// are queries at a time, so that one may run within the loop over another.
type reader struct {
	db *sql.DB

	mu         sync.Mutex
	statements map[string]*sql.Stmt
}

// idleReaders is how many connections wait for the next query.
const idleReaders = 4

func newReader(db *sql.DB) *reader {
	db.SetMaxIdleConns(idleReaders)
	return &reader{db: db, statements: map[string]*sql.Stmt{}}
}

// query runs a query by its prepared statement. The rows it returns are of one
// state of the database.
func (r *reader) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := r.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

// number runs a query whose result is a number.
func (r *reader) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	st, err := r.prepare(ctx, query)
	if err == nil {
		err = st.QueryRowContext(ctx, args...).Scan(&n)
	}
	return n, err
}

func (r *reader) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if st := r.statements[query]; st != nil {
		return st, nil
	}
	st, err := r.db.PrepareContext(ctx, query)
	if err == nil {
		r.statements[query] = st
	}
	return st, err
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, st := range r.statements {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, r.db.Close())...)
}
