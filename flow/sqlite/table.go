package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// table is a table as the store needs it, and the SQL that follows from it.
type table struct {
	name    string
	rowid   string // the name of the rowid that no column hides
	columns []column
	mode    flow.Mode
	key     []string
	version string
	stamp   string // the column that rows grow old by; empty: they do not
}

// column is a column as the store needs it.
type column struct {
	name     string
	kind     string // INTEGER, REAL, TEXT or BLOB
	field    record.FieldType
	optional bool
}

// seq is the column that numbers the saves of rows, and the table that holds
// the last numbers.
const seq = "flow_seq"

// newTable returns the table of a store.
func newTable[T any](o flow.StoreOptions[T]) (*table, error) {
	t := &table{name: o.Table, mode: o.Mode, key: o.Key, version: o.Version, stamp: o.Keep.Field}
	if t.name == "" {
		t.name = o.Name
	}
	for _, f := range o.Schema.Fields {
		t.columns = append(t.columns, column{f.Name, kindOf(f.Type), f.Type, f.Optional})
	}
	_, keyErr := driver.KeyIndex(o)
	_, versionErr := driver.VersionIndex(o)
	return t, errors.Join(keyErr, versionErr, t.checkNames())
}

// checkNames refuses the names that SQLite keeps for itself, and those that it
// cannot tell apart. It chooses the name of the rowid.
func (t *table) checkNames() error {
	if strings.HasPrefix(strings.ToLower(t.name), "sqlite_") || strings.EqualFold(t.name, seq) || strings.EqualFold(t.name, positions) {
		return fmt.Errorf("table: the name %q is taken by the store itself; choose another one with table = \"…\"", t.name)
	}
	seen := map[string]bool{seq: true}
	for _, name := range append([]string{t.name}, t.names()...) {
		if strings.ContainsRune(name, 0) {
			return fmt.Errorf("the name %q cannot be one of SQL: it holds the character NUL", name)
		}
	}
	for _, name := range t.names() {
		folded := strings.ToLower(name)
		if seen[folded] {
			return fmt.Errorf("field %q: SQLite cannot tell its name from another column's", name)
		}
		seen[folded] = true
	}
	return t.chooseRowid(seen)
}

func (t *table) chooseRowid(taken map[string]bool) error {
	for _, t.rowid = range []string{"rowid", "_rowid_", "oid"} {
		if !taken[t.rowid] {
			return nil
		}
	}
	return errors.New("the record has fields named rowid, _rowid_ and oid: SQLite needs one of these names for itself")
}

// column returns the column of a name, or nil.
func (t *table) column(name string) *column {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return &t.columns[i]
}

// width is the number of values of a row: the fields and the save's number.
func (t *table) width() int { return len(t.columns) + 1 }

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// unique returns the key if the table keeps it unique.
func (t *table) unique() []string {
	if t.mode == flow.ReplaceAll {
		return nil
	}
	return t.key
}
