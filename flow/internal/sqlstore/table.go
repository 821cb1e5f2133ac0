package sqlstore

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/sqlname"
)

// table is a table as the store needs it. The SQL that follows from it stands in
// define.go, save.go, query.go and follow.go.
type table struct {
	dialect *Dialect
	name    string
	row     string // the name of the row's number that no column hides
	columns []Column
	mode    flow.Mode
	key     []string
	version string
	stamp   string // the column that rows grow old by; empty: they do not
}

// newTable returns the table of a store.
func newTable[T any](d *Dialect, o flow.StoreOptions[T]) (*table, error) {
	t := &table{dialect: d, name: o.Table, mode: o.Mode, key: o.Key, version: o.Version, stamp: o.Keep.Field}
	if t.name == "" {
		t.name = o.Name
	}
	for _, f := range o.Schema.Fields {
		t.columns = append(t.columns, Column{f.Name, d.Types[f.Type], f.Optional})
	}
	_, keyErr := driver.KeyIndex(o)
	_, versionErr := driver.VersionIndex(o)
	return t, errors.Join(keyErr, versionErr, t.checkNames())
}

// checkNames refuses the names that are reserved, and those that the database
// cannot tell apart. It chooses the name of the row's number.
func (t *table) checkNames() error {
	if sqlname.Reserved(t.name, t.dialect.Reserved) {
		return fmt.Errorf("table: the name %q is taken by the store itself; choose another one with table = \"…\"", t.name)
	}
	seen := map[string]bool{seq: true}
	for _, name := range append([]string{t.name}, t.names()...) {
		if strings.ContainsRune(name, 0) {
			return fmt.Errorf("the name %q cannot be one of SQL: it holds the character NUL", name)
		}
	}
	for _, name := range t.names() {
		folded := t.dialect.Fold(name)
		if seen[folded] {
			return fmt.Errorf("field %q: %s cannot tell its name from another column's", name, t.dialect.Name)
		}
		seen[folded] = true
	}
	return t.chooseRow(seen)
}

func (t *table) chooseRow(taken map[string]bool) error {
	names := t.dialect.RowNames
	for _, t.row = range names {
		if !taken[t.row] {
			return nil
		}
	}
	last := len(names) - 1
	return fmt.Errorf("the record has fields named %s and %s: %s needs one of these names for itself", strings.Join(names[:last], ", "), names[last], t.dialect.Name)
}

// column returns the column of a name, or nil.
func (t *table) column(name string) *Column {
	i := slices.IndexFunc(t.columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &t.columns[i]
}

// counter is the name of the table in the tables of numbers and of positions,
// where the names that are one to the database must be one text.
func (t *table) counter() string { return t.dialect.Fold(t.name) }

// width is the number of values of a row: the fields and the save's number.
func (t *table) width() int { return len(t.columns) + 1 }

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
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
