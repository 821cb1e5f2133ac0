package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// writer is the one connection of this process that writes to a database. Its
// statements do not watch a context, which would cost a goroutine each: the
// transaction looks at it between them.
type writer struct {
	conn       *sql.Conn
	begin      string        // the statement that begins a transaction
	line       chan struct{} // holds one token: writers wait in line
	statements map[string]*sql.Stmt
}

func newWriter(d *Dialect, conn *sql.Conn) *writer {
	return &writer{conn: conn, begin: d.Begin, line: make(chan struct{}, 1), statements: map[string]*sql.Stmt{}}
}

// transaction runs do as one transaction: all of it is durable when the result
// is nil, and nothing of it remains when it is not.
func (w *writer) transaction(ctx context.Context, do func(context.Context) error) error {
	select {
	case w.line <- struct{}{}:
		defer func() { <-w.line }()
	case <-ctx.Done():
		return ctx.Err()
	}
	_, err := w.conn.ExecContext(ctx, w.begin)
	if err == nil {
		err = do(ctx)
	}
	if err == nil {
		err = w.exec(ctx, "COMMIT")
	}
	if err != nil {
		// A BEGIN that the context ended may have begun all the same, and after
		// some errors the database has rolled back by itself: then this one fails.
		_, _ = w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}

// prepare returns the prepared statement of a query.
func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st := w.statements[query]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, query)
	if err == nil {
		w.statements[query] = st
	}
	return st, err
}

// exec runs a statement of the transaction.
func (w *writer) exec(ctx context.Context, query string, args ...any) error {
	_, err := w.result(ctx, query, args...)
	return err
}

// change runs a statement and returns how many rows it has changed.
func (w *writer) change(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := w.result(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (w *writer) result(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx)
	st, err := w.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

// number runs a statement whose result is a number.
func (w *writer) number(ctx context.Context, query string, args ...any) (n int64, err error) {
	ctx = context.WithoutCancel(ctx)
	st, err := w.prepare(ctx, query)
	if err == nil {
		err = st.QueryRowContext(ctx, args...).Scan(&n)
	}
	return n, err
}

func (w *writer) close() error {
	var errs []error
	for _, st := range w.statements {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close())...)
}
