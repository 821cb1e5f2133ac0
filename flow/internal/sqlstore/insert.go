package sqlstore

import (
	"context"
	"strings"

	"github.com/flowc-dev/flowc/flow"
)

// mostRows is how many rows one statement inserts. What is left over is inserted
// by statements of half as many rows and so on, so that a few prepared
// statements fit every save.
const mostRows = 64

// insert inserts the rows.
func (w *writer) insert(ctx context.Context, t *table, args []any) error {
	rows := mostRows
	for len(args) > 0 {
		size := rows * t.width()
		if size > len(args) || size > t.dialect.MaxParams {
			rows /= 2
			continue
		}
		if err := w.exec(ctx, t.insert(rows), args[:size]...); err != nil {
			return err
		}
		args = args[size:]
	}
	return nil
}

// insert returns the statement that saves a number of rows: their fields, and
// the number of their save.
func (t *table) insert(rows int) string {
	next := t.dialect.params()
	var b strings.Builder
	b.WriteString("INSERT INTO " + Quote(t.name) + " AS stored (" + list(t.names(), ", ", "") + seq + ") VALUES ")
	for i := range rows * t.width() {
		switch {
		case i == 0:
			b.WriteString("(")
		case i%t.width() == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		b.WriteString(next())
	}
	return b.String() + ")" + t.onConflict()
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
		b.WriteString(Quote(c.Name) + " = excluded." + Quote(c.Name) + ", ")
	}
	update := conflict + "UPDATE SET " + b.String() + seq + " = excluded." + seq
	if t.version == "" {
		return update
	}
	v := Quote(t.version)
	return update + " WHERE excluded." + v + " >= stored." + v + " OR stored." + v + " IS NULL"
}

func (t *table) clear() string { return "DELETE FROM " + Quote(t.name) }
