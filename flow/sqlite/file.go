package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite"

	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/internal/sqlstore"
)

// busyTimeout is how long a writer waits for one of another program.
const busyTimeout = 10 * time.Second

// file is a SQLite file.
type file struct {
	shown string // the path as the URL has it
	path  string // absolute

	opened os.FileInfo // of the file that the connections are to
}

// connect opens the file. The writer's pool is closed last: the last connection
// of all moves the write-ahead log into the file.
func (f *file) connect(ctx context.Context) (*sqlstore.Connections, error) {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return nil, err
	}
	db := f.pool("_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=journal_size_limit(67108864)")
	writer, err := connectWriter(ctx, db)
	if err != nil {
		return nil, errors.Join(dialect.Explain(f.shown, err), db.Close())
	}
	f.opened, err = os.Stat(f.path)
	if err != nil {
		return nil, errors.Join(err, writer.Close(), db.Close())
	}
	return &sqlstore.Connections{
		Writer:  writer,
		Readers: f.pool("_pragma=query_only(1)"),
		Saved:   f.inPlace,
		Close:   db.Close,
	}, nil
}

// inPlace makes sure that the path still leads to the file that is open: SQLite
// goes on with one that was removed, and what it writes there is gone with the
// process.
func (f *file) inPlace() error {
	named, err := os.Stat(f.path)
	if err == nil && !os.SameFile(f.opened, named) {
		err = errors.New("another file has taken its place")
	}
	if err != nil {
		return fmt.Errorf("the file was moved or removed while the service ran: %w", err)
	}
	return nil
}

// connectWriter makes the first connection. To turn a new file to write-ahead
// mode takes it whole, and SQLite does not wait for that: two programs that
// start at once would trip over each other.
func connectWriter(ctx context.Context, db *sql.DB) (*sql.Conn, error) {
	for deadline := time.Now().Add(busyTimeout); ; {
		conn, err := db.Conn(ctx)
		if !isBusy(err) || time.Now().After(deadline) || driver.Sleep(ctx, 20*time.Millisecond) != nil {
			return conn, err
		}
	}
}

// pool returns connections to the file. They are made when needed.
func (f *file) pool(settings ...string) *sql.DB {
	settings = append(settings, "_dqs=0", fmt.Sprintf("_pragma=busy_timeout(%d)", busyTimeout.Milliseconds()))
	db, err := sql.Open("sqlite", f.path+"?"+strings.Join(settings, "&"))
	if err != nil {
		panic(err) // only an unknown driver fails here
	}
	return db
}
