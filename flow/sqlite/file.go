package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite" of database/sql

	"github.com/flowc-dev/flowc/flow"
)

// busyTimeout is how long a writer waits for one of another process.
const busyTimeout = 10 * time.Second

// file is a SQLite file, open for the stores of this process that lie in it.
type file struct {
	shown string // the path as the URL has it
	path  string // absolute

	mu         sync.Mutex
	users      int
	writer     *sql.DB // has one connection: writers of this process wait in line
	reader     *sql.DB
	statements map[statement]*sql.Stmt
}

// statement is a prepared statement's text and the connections it is for.
type statement struct {
	db    *sql.DB
	query string
}

// checkPath refuses what SQLite would take for something else than a file.
func checkPath(path string) error {
	if strings.HasPrefix(path, ":") {
		return fmt.Errorf("url: %s is not a file; a store outlives its program (write sqlite:data/NAME.db)", path)
	}
	return nil
}

// open opens the file for one more store.
func (f *file) open(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users == 0 {
		if err := f.connect(ctx); err != nil {
			return err
		}
	}
	f.users++
	return nil
}

func (f *file) connect(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	f.statements = map[statement]*sql.Stmt{}
	f.writer = f.pool("_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=journal_size_limit(67108864)")
	f.writer.SetMaxOpenConns(1)
	f.reader = f.pool("_pragma=query_only(1)")
	f.reader.SetMaxIdleConns(4)
	if err := f.ping(ctx); err != nil {
		return errors.Join(f.explain(err), f.disconnect())
	}
	return nil
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

// ping makes the first connection. To turn a new file to write-ahead mode
// takes it whole, and SQLite does not wait for that: two programs that start
// at once would trip over each other.
func (f *file) ping(ctx context.Context) error {
	for deadline := time.Now().Add(busyTimeout); ; {
		err := f.writer.PingContext(ctx)
		if !isBusy(err) || time.Now().After(deadline) || flow.Sleep(ctx, 20*time.Millisecond) != nil {
			return err
		}
	}
}

// close closes the file once the last of its stores is closed.
func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users--; f.users > 0 {
		return nil
	}
	return f.disconnect()
}

// disconnect closes the writer last: the last connection of all moves what
// lies in the write-ahead log into the file.
func (f *file) disconnect() error {
	return errors.Join(f.reader.Close(), f.writer.Close())
}

// prepare returns the prepared statement of a query.
func (f *file) prepare(ctx context.Context, db *sql.DB, query string) (*sql.Stmt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := statement{db, query}
	if st := f.statements[key]; st != nil {
		return st, nil
	}
	st, err := db.PrepareContext(ctx, query)
	if err == nil {
		f.statements[key] = st
	}
	return st, err
}
