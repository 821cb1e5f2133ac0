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

	_ "modernc.org/sqlite"

	"github.com/flowc-dev/flowc/flow/driver"
)

// busyTimeout is how long a writer waits for one of another program.
const busyTimeout = 10 * time.Second

// file is a SQLite file, open for the stores of this process that lie in it.
type file struct {
	shown string // the path as the URL has it
	path  string // absolute

	opened os.FileInfo // of the file that the connections are to

	mu     sync.Mutex
	users  int
	db     *sql.DB // of the writer
	writer *writer
	reader *reader
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
	f.db = f.pool("_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=journal_size_limit(67108864)")
	if err := f.connectWriter(ctx); err != nil {
		return errors.Join(f.explain(err), f.db.Close())
	}
	opened, err := os.Stat(f.path)
	if err != nil {
		return errors.Join(err, f.writer.close(), f.db.Close())
	}
	f.opened = opened
	f.reader = newReader(f.pool("_pragma=query_only(1)"))
	return nil
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
func (f *file) connectWriter(ctx context.Context) (err error) {
	for deadline := time.Now().Add(busyTimeout); ; {
		f.writer, err = newWriter(ctx, f.db)
		if !isBusy(err) || time.Now().After(deadline) || driver.Sleep(ctx, 20*time.Millisecond) != nil {
			return err
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

// close closes the file once the last of its stores is closed. The writer goes
// last: the last connection of all moves the write-ahead log into the file.
func (f *file) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.users--; f.users > 0 {
		return nil
	}
	return errors.Join(f.reader.close(), f.writer.close(), f.db.Close())
}
