package sqlite

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// TestKeepPlans looks old rows up by their index, and reads in the order of rows
// without sorting them.
func TestKeepPlans(t *testing.T) {
	table, err := newTable(flow.StoreOptions[records.Reading]{Name: "readings", Schema: records.SchemaOfReading(), Keep: flow.Keep[records.Reading]{Field: "stored"}})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{table.create(), table.stampIndex()} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		table.deleteOld(): "SEARCH readings USING COVERING INDEX readings.stamp (stored<?)",
		table.selectAll(): "SCAN readings",
	} {
		if got := plan(t, db, query); !strings.Contains(got, want) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s\nis done by\n%swant\n%s", query, got, want)
		}
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
