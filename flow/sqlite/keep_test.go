package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// kept are the options of a store that keeps its records for a day.
func kept(path string) flow.StoreOptions[records.Reading] {
	return flow.StoreOptions[records.Reading]{
		URL:   "sqlite:" + path,
		Key:   []string{"sensor"},
		Stamp: func(r *records.Reading, at time.Time) { r.Stored = &at },
		Keep:  flow.Keep[records.Reading]{Age: "24h", Field: "stored", Stamp: func(r *records.Reading) *time.Time { return r.Stored }},
	}
}

// insertStored is the SQL that inserts rows which were stored some time ago.
func insertStored(name string, rows int, ago time.Duration) string {
	at := time.Now().Add(-ago).UTC().Format("2006-01-02T15:04:05.000000000Z")
	return fmt.Sprintf(`INSERT INTO readings (sensor, at, value, revision, stored)
		WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
		SELECT '%s' || i, '2026-01-02T03:04:05.000000000Z', 1, i, '%s' FROM n`, rows, name, at)
}

// TestKeepRemoves removes more rows than one transaction does: at the start and
// with a save.
func TestKeepRemoves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	t.Run("made", func(t *testing.T) { openReadings(t, kept(path)) })
	execute(t, path, insertStored("old", 25_000, 25*time.Hour), insertStored("young", 3, 23*time.Hour))
	store := openReadings(t, kept(path))
	wantRows(t, path, 3)
	execute(t, path, insertStored("old", 25_000, 25*time.Hour))
	if list, err := store.All(t.Context()); err != nil || len(list) != 3 {
		t.Errorf("%d records, %v; want 3", len(list), err)
	}
	if err := store.Save(t.Context(), records.Reading{Sensor: "old7"}); err != nil {
		t.Fatal(err)
	}
	wantRows(t, path, 4)
}

func wantRows(t *testing.T, path string, want int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM readings").Scan(&n); err != nil || n != want {
		t.Errorf("the table has %d rows, %v; want %d", n, err, want)
	}
}

// TestKeepIsNew gives a reader of what is new no rows that are over.
func TestKeepIsNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	store := openReadings(t, kept(path))
	feed := follow(t, store)
	execute(t, path, insertStored("old", 3, 25*time.Hour), insertStored("young", 2, 23*time.Hour))
	wantNext(t, feed, 1, 2)
}
