package sqlstore

import (
	"strings"

	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/sqlname"
)

// The SQL that defines a table and its indexes.

// seq is the column that numbers the saves of rows, and the table that holds
// the last numbers.
const seq = sqlname.Seq

// list quotes names and joins them; each is followed by after.
func list(names []string, after, separator string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = Quote(name) + after
	}
	return strings.Join(quoted, separator)
}

func (d *Dialect) whole() string { return d.Types[record.FieldInt].Name }
func (d *Dialect) text() string  { return d.Types[record.FieldString].Name }

func (t *table) create() string {
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString("\n  " + c.Define() + ",")
	}
	return "CREATE TABLE " + Quote(t.name) + " (" + b.String() + "\n  " + t.defineSeq() + "\n)"
}

func (t *table) defineSeq() string { return seq + " " + t.dialect.whole() + " NOT NULL DEFAULT 0" }

// addColumn returns the statement that adds a column with this definition.
func (t *table) addColumn(definition string) string {
	return "ALTER TABLE " + Quote(t.name) + " ADD COLUMN " + definition
}

// The names of indexes have a dot, which no store's name has: to databases
// indexes and tables are of one kind.

func (t *table) indexName() string      { return t.name + ".key" }
func (t *table) stampIndexName() string { return t.name + ".stamp" }
func (t *table) seqIndexName() string   { return t.name + ".seq" }

// index returns the statement that makes the index of the key.
func (t *table) index() string {
	kind := "INDEX IF NOT EXISTS "
	if len(t.unique()) > 0 {
		kind = "UNIQUE INDEX "
	}
	return "CREATE " + kind + Quote(t.indexName()) + " ON " + Quote(t.name) + " (" + list(t.key, "", ", ") + ")"
}

// stampIndex returns the statement that makes the index by which old rows are
// found.
func (t *table) stampIndex() string {
	return "CREATE INDEX IF NOT EXISTS " + Quote(t.stampIndexName()) + " ON " + Quote(t.name) + " (" + Quote(t.stamp) + ")"
}

// seqIndex returns the statement that makes the index by which new rows are
// found.
func (t *table) seqIndex() string {
	return "CREATE INDEX IF NOT EXISTS " + Quote(t.seqIndexName()) + " ON " + Quote(t.name) + " (" + seq + ")"
}
