package sqlite

import (
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow"
)

// The SQL of a table. Names are always quoted: a field may have any name that
// JSON has, so that none of them reaches SQL as a word of its own.

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// list quotes names and joins them; each is followed by after.
func list(names []string, after, separator string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name) + after
	}
	return strings.Join(quoted, separator)
}

// define returns the definition of a column.
func (c column) define() string {
	if c.optional {
		return quote(c.name) + " " + c.kind
	}
	return quote(c.name) + " " + c.kind + " NOT NULL"
}

const defineSeq = seq + " INTEGER NOT NULL DEFAULT 0"

func (t *table) create() string {
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString("\n  " + c.define() + ",")
	}
	return "CREATE TABLE " + quote(t.name) + " (" + b.String() + "\n  " + defineSeq + "\n)"
}

// indexName has a dot, which no store's name has: to SQLite indexes and tables
// are of one kind.
func (t *table) indexName() string { return t.name + ".key" }

// index returns the statement that makes the index of the key.
func (t *table) index() string {
	kind := "INDEX IF NOT EXISTS "
	if len(t.unique()) > 0 {
		kind = "UNIQUE INDEX "
	}
	return "CREATE " + kind + quote(t.indexName()) + " ON " + quote(t.name) + " (" + list(t.key, "", ", ") + ")"
}

// insert returns the statement that saves a number of rows: their fields, and
// the number of their save.
func (t *table) insert(rows int) string {
	row := "(" + strings.Repeat("?, ", len(t.columns)) + "?)"
	return "INSERT INTO " + quote(t.name) + " AS stored (" + list(t.names(), ", ", "") + seq + ") VALUES " +
		strings.Repeat(row+", ", rows-1) + row + t.onConflict()
}

// onConflict says what becomes of a row whose key is there already. A row
// without a version is older than every row with one.
func (t *table) onConflict() string {
	if len(t.unique()) == 0 {
		return ""
	}
	conflict := " ON CONFLICT (" + list(t.key, "", ", ") + ") DO "
	if t.mode == flow.Append {
		return conflict + "NOTHING"
	}
	var b strings.Builder
	for _, c := range t.columns {
		b.WriteString(quote(c.name) + " = excluded." + quote(c.name) + ", ")
	}
	update := conflict + "UPDATE SET " + b.String() + seq + " = excluded." + seq
	if t.version == "" {
		return update
	}
	v := quote(t.version)
	return update + " WHERE excluded." + v + " >= stored." + v + " OR stored." + v + " IS NULL"
}

func (t *table) clear() string { return "DELETE FROM " + quote(t.name) }

// takeNumbers takes a number of save numbers for a table:
// the last of them is its result.
const takeNumbers = "INSERT INTO " + seq + " (name, last) VALUES (?, ?) " +
	"ON CONFLICT (name) DO UPDATE SET last = last + excluded.last RETURNING last"

const createSeq = "CREATE TABLE IF NOT EXISTS " + seq + " (name TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL)"

func (t *table) selectFrom() string {
	return "SELECT " + list(t.names(), "", ", ") + " FROM " + quote(t.name)
}

// where returns the clause of all conditions that are given, and that a row is
// not over: then its first parameter is the stamp before which rows are.
func (t *table) where(conditions ...string) string {
	if t.stamp != "" {
		// The signs + keep SQLite from reading by the index of the stamps, which
		// has another order than any query.
		stamp := "+" + quote(t.stamp)
		conditions = append([]string{"(" + stamp + " IS NULL OR " + stamp + " >= ?)"}, conditions...)
	}
	return prefixed(" WHERE ", strings.Join(slices.DeleteFunc(conditions, func(c string) bool { return c == "" }), " AND "))
}

func (t *table) selectAll() string { return t.selectFrom() + t.where() + " ORDER BY " + t.rowid }

// selectKey finds the newest row of a key.
func (t *table) selectKey() string {
	return t.selectFrom() + t.where(list(t.key, " = ?", " AND ")) + " ORDER BY " + t.rowid + " DESC LIMIT 1"
}

// selectMatch finds the rows whose fields have given values. A row without the
// field equals none.
func (t *table) selectMatch(fields []string) string {
	return t.selectFrom() + t.where(list(fields, " = ?", " AND ")) + " ORDER BY " + t.rowid
}

// selectRange finds the rows whose field lies between bounds, each of which
// may be open. A row without the field lies in no range.
func (t *table) selectRange(field string, low, high bool) string {
	conditions := []string{quote(field) + " IS NOT NULL"}
	if low {
		conditions = append(conditions, quote(field)+" >= ?")
	}
	if high {
		conditions = append(conditions, quote(field)+" <= ?")
	}
	return t.selectFrom() + t.where(conditions...) + " ORDER BY " + quote(field) + ", " + t.rowid
}

// The SQL of rows that grow old.

// stampIndex returns the statement that makes the index by which old rows are
// found.
func (t *table) stampIndex() string {
	return "CREATE INDEX IF NOT EXISTS " + quote(t.name+".stamp") + " ON " + quote(t.name) + " (" + quote(t.stamp) + ")"
}

// deleteOld deletes some of the rows whose stamp is before a time: the arguments
// are that time and how many rows at most.
func (t *table) deleteOld() string {
	return "DELETE FROM " + quote(t.name) + " WHERE " + t.rowid + " IN (SELECT " + t.rowid + " FROM " + quote(t.name) +
		" WHERE " + quote(t.stamp) + " < ? LIMIT ?)"
}

// countChanges counts the rows that the statement before has changed.
const countChanges = "SELECT changes()"

// The SQL of feeds.

// seqIndex returns the statement that makes the index by which new rows are
// found.
func (t *table) seqIndex() string {
	return "CREATE INDEX IF NOT EXISTS " + quote(t.seqIndexName()) + " ON " + quote(t.name) + " (" + seq + ")"
}

func (t *table) seqIndexName() string { return t.name + ".seq" }

// bySeq names the table, read by the numbers of its rows: an index of fields
// that a query asks for would have it look at old rows again and again.
func (t *table) bySeq() string { return quote(t.name) + " INDEXED BY " + quote(t.seqIndexName()) }

// selectNew finds the rows between two numbers whose fields have given values.
func (t *table) selectNew(fields []string) string {
	return "SELECT " + list(t.names(), ", ", "") + seq + " FROM " + t.bySeq() +
		t.where(seq+" > ?", seq+" <= ?", list(fields, " = ?", " AND ")) +
		" ORDER BY " + seq + " LIMIT ?"
}

// prefixed puts prefix before a text, unless that is empty.
func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// countUnnumbered counts the rows without a number, up to a limit.
func (t *table) countUnnumbered() string {
	return "SELECT count(*) FROM (SELECT 1 FROM " + t.bySeq() + " WHERE " + seq + " = 0 LIMIT ?)"
}

// numberRows gives the first rows without a number the numbers after one: the
// arguments are that number and how many rows.
func (t *table) numberRows() string {
	first := "SELECT " + t.rowid + " AS id FROM " + t.bySeq() + " WHERE " + seq + " = 0 ORDER BY " + t.rowid + " LIMIT ?2"
	return "UPDATE " + quote(t.name) + " SET " + seq + " = ?1 + numbered.k FROM " +
		"(SELECT id, row_number() OVER (ORDER BY id) AS k FROM (" + first + ")) AS numbered " +
		"WHERE " + quote(t.name) + "." + t.rowid + " = numbered.id"
}

// positions is the table that holds how far the readers of the tables have
// come.
const positions = "flow_position"

const createPositions = "CREATE TABLE IF NOT EXISTS " + positions +
	" (service TEXT NOT NULL, stage TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (service, stage, name)) WITHOUT ROWID"

const keepPosition = "INSERT INTO " + positions + " (service, stage, name, position) VALUES (?, ?, ?, ?) " +
	"ON CONFLICT (service, stage, name) DO UPDATE SET position = excluded.position"

const selectReaders = "SELECT stage FROM " + positions + " WHERE service = ? AND name = ? ORDER BY stage"

// selectBounds finds the position of a reader of a table and the last number of
// the table.
const selectBounds = "SELECT coalesce((SELECT position FROM " + positions + " WHERE service = ? AND stage = ? AND name = ?), 0), " +
	"coalesce((SELECT last FROM " + seq + " WHERE name = ?), 0)"
