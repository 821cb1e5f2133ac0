package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/internal/sqlstore"
)

// recorder makes connections that note the statements which are prepared.
type recorder struct {
	driver     driver.Driver
	path       string
	statements []string
}

func (r *recorder) Driver() driver.Driver { return r.driver }

func (r *recorder) Connect(context.Context) (driver.Conn, error) {
	conn, err := r.driver.Open(r.path)
	return recorded{conn, r}, err
}

// recorded is a connection of a recorder.
type recorded struct {
	driver.Conn
	by *recorder
}

func (r recorded) Prepare(query string) (driver.Stmt, error) {
	r.by.statements = append(r.by.statements, query)
	return r.Conn.Prepare(query)
}

// first returns the first statement that starts with a text.
func (r *recorder) first(t *testing.T, start string) string {
	t.Helper()
	i := slices.IndexFunc(r.statements, func(s string) bool { return strings.HasPrefix(s, start) })
	if i < 0 {
		t.Fatalf("no statement starts with %s: %q", start, r.statements)
	}
	return r.statements[i]
}

// TestKeepPlans looks old rows up by their index, and reads in the order of rows
// without sorting them.
func TestKeepPlans(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := &recorder{driver: db.Driver(), path: path}
	readAll(t, r)
	for query, want := range map[string]string{
		r.first(t, "DELETE FROM"):     "SEARCH readings USING COVERING INDEX readings.stamp (stored<?)",
		r.first(t, `SELECT "sensor"`): "SCAN readings",
	} {
		if got := plan(t, db, query); !strings.Contains(got, want) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s\nis done by\n%swant\n%s", query, got, want)
		}
	}
}

// readAll opens a store that keeps its records for a day, and reads it.
func readAll(t *testing.T, r *recorder) {
	t.Helper()
	pool := sql.OpenDB(r)
	database := &sqlstore.Database{Dialect: &dialect, Name: r.path, Connect: func(ctx context.Context) (*sqlstore.Connections, error) {
		writer, err := pool.Conn(ctx)
		return &sqlstore.Connections{Writer: writer, Readers: sql.OpenDB(r), Close: pool.Close}, err
	}}
	var store flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) {
		store = sqlstore.Open(s, flow.StoreOptions[records.Reading]{
			Name:   "readings",
			Schema: records.SchemaOfReading(),
			Keep:   flow.Keep[records.Reading]{Age: "24h", Field: "stored", Stamp: func(r *records.Reading) *time.Time { return r.Stored }},
		}, database, r.path)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.All(t.Context()); err != nil {
		t.Error(err)
	}
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// plan returns how SQLite does a query, a step a line.
func plan(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		b.WriteString(step + "\n")
	}
	return b.String()
}
