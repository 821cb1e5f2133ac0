package sqlite

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/flowc-dev/flowc/flow"
)

// codeOf returns the primary result code of an error of SQLite's; 0 for
// others.
func codeOf(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// isBusy reports whether another connection stood in the way.
func isBusy(err error) bool {
	code := codeOf(err)
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}

// judge names the file, says what to do where that is known, and marks the
// errors that lie in a record.
func judge(file string, err error) error {
	switch codeOf(err) {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%s is not a SQLite file, or it is damaged: move it away, or give the store another url (%w)", file, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s: another program has held it locked for %v: %w", file, busyTimeout, err)
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return flow.Permanent(fmt.Errorf("%s: %w", file, err))
	}
	return fmt.Errorf("%s: %w", file, err)
}
