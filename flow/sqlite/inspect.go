package sqlite

import (
	"context"
	"database/sql"
	"slices"
	"strings"
)

// found is a table as it stands in the file.
type found struct {
	kind    string // "table", "view" …; empty: there is none
	noRowid bool
	columns []foundColumn
	uniques []unique
	indexes []string
}

// foundColumn is a column as it stands in the file.
type foundColumn struct {
	name     string
	kind     string
	required bool // NOT NULL
	fallback bool // has a default
	rowid    bool // is another name of the rowid
}

// unique is a set of columns that the table keeps unique.
type unique struct {
	index     string
	columns   []string
	droppable bool // by DROP INDEX
	rowid     bool // is the rowid, which SQLite counts up by itself
}

// inspect reads the definition of a table.
func (w *writer) inspect(ctx context.Context, name string) (*found, error) {
	f := &found{}
	err := w.conn.QueryRowContext(ctx, `SELECT type, wr FROM pragma_table_list(?) WHERE schema = 'main'`, name).Scan(&f.kind, &f.noRowid)
	if err == sql.ErrNoRows {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	if err := w.inspectColumns(ctx, f, name); err != nil {
		return nil, err
	}
	return f, w.inspectIndexes(ctx, f, name)
}

func (w *writer) inspectColumns(ctx context.Context, f *found, name string) error {
	var primary []string
	err := w.each(ctx, `SELECT name, type, "notnull", dflt_value IS NOT NULL, pk FROM pragma_table_info(?)`, name, func(row *sql.Rows) error {
		var c foundColumn
		var pk int
		if err := row.Scan(&c.name, &c.kind, &c.required, &c.fallback, &pk); err != nil {
			return err
		}
		if pk > 0 {
			primary = append(primary, c.name)
		}
		f.columns = append(f.columns, c)
		return nil
	})
	// A primary key of one INTEGER is the rowid itself and has no index.
	if len(primary) == 1 {
		c := f.column(primary[0])
		if c.rowid = strings.EqualFold(c.kind, "INTEGER") && !f.noRowid; c.rowid {
			c.required = true
			f.uniques = append(f.uniques, unique{columns: primary, rowid: true})
		}
	}
	return err
}

func (w *writer) inspectIndexes(ctx context.Context, f *found, name string) error {
	query := `SELECT l.name, l."unique", l.origin, coalesce(i.name, 'an expression') ` +
		`FROM pragma_index_list(?) l, pragma_index_info(l.name) i ORDER BY l.seq, i.seqno`
	return w.each(ctx, query, name, func(row *sql.Rows) error {
		var index, origin, column string
		var isUnique bool
		if err := row.Scan(&index, &isUnique, &origin, &column); err != nil {
			return err
		}
		if !isUnique {
			f.indexes = append(f.indexes, index)
			return nil
		}
		if n := len(f.uniques); n > 0 && f.uniques[n-1].index == index {
			f.uniques[n-1].columns = append(f.uniques[n-1].columns, column)
			return nil
		}
		f.uniques = append(f.uniques, unique{index: index, columns: []string{column}, droppable: origin == "c"})
		return nil
	})
}

// each calls do for each row of a query about a table.
func (w *writer) each(ctx context.Context, query, table string, do func(*sql.Rows) error) error {
	rows, err := w.conn.QueryContext(ctx, query, table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// column returns the column of a name, or nil. To SQLite Name and name are the
// same.
func (f *found) column(name string) *foundColumn {
	i := slices.IndexFunc(f.columns, func(c foundColumn) bool { return strings.EqualFold(c.name, name) })
	if i < 0 {
		return nil
	}
	return &f.columns[i]
}

func (f *found) hasIndex(name string) bool { return slices.Contains(f.indexes, name) }

// isUnique reports whether the table keeps these columns unique.
func (f *found) isUnique(columns []string) bool {
	return len(columns) > 0 && slices.ContainsFunc(f.uniques, func(u unique) bool { return sameNames(u.columns, columns) })
}

// omissible reports whether an INSERT can leave the column out.
func (c foundColumn) omissible() bool { return !c.required || c.fallback || c.rowid }

func (c foundColumn) describe() string {
	if c.required {
		return c.kind + " NOT NULL"
	}
	return c.kind
}

// sameNames compares sets of names as SQLite does.
func sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, name := range a {
		if !slices.ContainsFunc(b, func(other string) bool { return strings.EqualFold(name, other) }) {
			return false
		}
	}
	return true
}
