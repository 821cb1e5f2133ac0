package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// Database is a database that the stores of a process share: they have one
// writer and wait for it in one line. The first of them opens it, the last one
// closes it.
type Database struct {
	Dialect *Dialect
	// Name says for people which database it is; without secrets.
	Name string
	// Connect makes the connections. Its errors are returned as they are.
	Connect func(context.Context) (*Connections, error)

	mu     sync.Mutex
	users  int
	conns  *Connections
	writer *writer
	reader *reader
}

// Connections are the connections to an open database.
type Connections struct {
	Writer  *sql.Conn // the only one that writes
	Readers *sql.DB
	// Saved is called after each transaction that saved records. Its error says
	// that they are lost to others all the same.
	Saved func() error
	// Close closes what is left when Writer and Readers are closed.
	Close func() error
}

// open opens the database for one more store.
func (d *Database) open(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.users == 0 {
		conns, err := d.Connect(ctx)
		if err != nil {
			return err
		}
		d.conns, d.writer, d.reader = conns, newWriter(d.Dialect, conns.Writer), newReader(conns.Readers)
	}
	d.users++
	return nil
}

// close closes the database once the last of its stores is closed.
func (d *Database) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.users--; d.users > 0 {
		return nil
	}
	return errors.Join(d.reader.close(), d.writer.close(), d.conns.Close())
}
