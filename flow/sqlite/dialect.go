package sqlite

import (
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/sqlstore"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/sqlname"
)

// dialect is what SQL stores need to know of SQLite.
var dialect = sqlstore.Dialect{
	Name: "SQLite",

	Reserved: sqlname.SQLiteTables(),
	Fold:     strings.ToLower,
	RowNames: []string{"rowid", "_rowid_", "oid"},

	Types: map[record.FieldType]sqlstore.Type{
		record.FieldBool:     {Name: "INTEGER", Zero: "0"},
		record.FieldInt:      {Name: "INTEGER", Zero: "0"},
		record.FieldFloat:    {Name: "REAL", Zero: "0"},
		record.FieldString:   {Name: "TEXT", Zero: "''"},
		record.FieldBytes:    {Name: "BLOB", Zero: "x''"},
		record.FieldTime:     {Name: "TEXT", Zero: "'1970-01-01T00:00:00.000000000Z'"},
		record.FieldDuration: {Name: "TEXT", Zero: "'0s'"},
		record.FieldJSON:     {Name: "TEXT", Zero: "'null'"},
	},
	Time: func(t time.Time) any { return t.Format(timeFormat) },

	// IMMEDIATE: a transaction that began as a reader's could not become a
	// writer's once another program has written.
	Begin:      "BEGIN IMMEDIATE",
	Param:      func(int) string { return "?" },
	MaxParams:  32766,
	ByIndex:    func(index string) string { return " INDEXED BY " + sqlstore.Quote(index) },
	Unindexed:  "+",
	KeyedTable: " WITHOUT ROWID",

	Inspect: inspect,
	Retype:  retype,
	Mending: "stop what uses the file and keep a copy before you run it (sqlite3 FILE)",

	Judge: judge,
}

// timeFormat has a fixed width, so that the order of the texts is that of the
// times.
const timeFormat = "2006-01-02T15:04:05.000000000Z"

// retype returns the statements that change the type of a column. SQLite cannot
// do that: a new column takes its place.
func retype(table string, c sqlstore.Column) []string {
	name, old := sqlstore.Quote(c.Name), sqlstore.Quote(c.Name+" (old)")
	add, value := c.Define(), "CAST("+old+" AS "+c.Type.Name+")"
	if !c.Optional {
		add += " DEFAULT " + c.Type.Zero
		value = "coalesce(" + value + ", " + c.Type.Zero + ")"
	}
	quoted := sqlstore.Quote(table)
	alter := "ALTER TABLE " + quoted
	return []string{
		alter + " RENAME COLUMN " + name + " TO " + old,
		alter + " ADD COLUMN " + add,
		"UPDATE " + quoted + " SET " + name + " = " + value,
		alter + " DROP COLUMN " + old,
	}
}
