package sqlstore

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow/record"
)

// Dialect says how a database differs from others. What is not in it is written
// in one way for all: names in double quotes, INSERT … ON CONFLICT, RETURNING.
type Dialect struct {
	// Name is the name of the database for people: "SQLite".
	Name string

	// Reserved are the names that no table of a store can have; a * at the end
	// stands for any characters.
	Reserved []string
	// Fold returns the same text for names that are the same to the database.
	Fold func(name string) string
	// RowNames are names of the number that each row has by itself and that
	// follows the order of inserts. A table uses the first that is not the name
	// of a field.
	RowNames []string

	// Types are the types of columns, one for each type of a field.
	Types map[record.FieldType]Type
	// Time returns a time as it is stored. The order of what is stored is that
	// of the times.
	Time func(time.Time) any

	// Begin begins a transaction that writes.
	Begin string
	// Param returns the nth parameter of a statement, counted from 1.
	Param func(n int) string
	// MaxParams is how many parameters a statement can have.
	MaxParams int
	// ByIndex returns what follows the name of a table in a query that must read
	// by an index.
	ByIndex func(index string) string
	// Unindexed stands before a column that must not make a query read by the
	// index of that column.
	Unindexed string
	// KeyedTable ends the definition of a small table that is read by its
	// primary key only.
	KeyedTable string

	// Inspect reads the definition of a table, within a transaction of the
	// connection.
	Inspect func(ctx context.Context, conn *sql.Conn, table string) (*Found, error)
	// Retype returns the statements that give a column the type that it needs.
	// The column is in no index.
	Retype func(table string, c Column) []string
	// Mending stands above the SQL that would make a table fit: what to do
	// before it is run, and how it is run.
	Mending string

	// Judge returns an error of a database as people see it: with the name of
	// the database, what to do where that is known, and [flow.Permanent] where
	// the error lies in a record. It is not called for contexts that ended.
	Judge func(database string, err error) error
}

// Type is the type of a column.
type Type struct {
	Name string // "TEXT"
	Zero string // as SQL, the value that stands for none
}

// Column is a column as a store needs it.
type Column struct {
	Name     string
	Type     Type
	Optional bool // may be NULL
}

// Needs describes what the column must be: "TEXT NOT NULL".
func (c Column) Needs() string {
	if c.Optional {
		return c.Type.Name
	}
	return c.Type.Name + " NOT NULL"
}

// Define returns the definition of the column.
func (c Column) Define() string { return Quote(c.Name) + " " + c.Needs() }

// Quote returns a name as SQL has it. Names are always quoted: a field may have
// any name that JSON has, so that none of them reaches SQL as a word of its own.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// same reports whether two names are one to the database.
func (d *Dialect) same(a, b string) bool { return d.Fold(a) == d.Fold(b) }

// params returns the parameters of a statement, one by one.
type params func() string

func (d *Dialect) params() params {
	n := 0
	return func() string {
		n++
		return d.Param(n)
	}
}
