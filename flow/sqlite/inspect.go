package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"github.com/flowc-dev/flowc/flow/internal/sqlstore"
)

// inspect reads the definition of a table.
func inspect(ctx context.Context, conn *sql.Conn, table string) (*sqlstore.Found, error) {
	f := &sqlstore.Found{}
	var noRowid bool
	err := conn.QueryRowContext(ctx, `SELECT type, wr FROM pragma_table_list(?) WHERE schema = 'main'`, table).Scan(&f.Kind, &noRowid)
	if err == sql.ErrNoRows {
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	if noRowid {
		f.Flaw = "it was made WITHOUT ROWID, so it does not know the order of its rows"
	}
	if err := inspectColumns(ctx, conn, f, table); err != nil {
		return nil, err
	}
	return f, inspectIndexes(ctx, conn, f, table)
}

func inspectColumns(ctx context.Context, conn *sql.Conn, f *sqlstore.Found, table string) error {
	var primary []int
	err := each(ctx, conn, `SELECT name, type, "notnull", dflt_value IS NOT NULL, pk FROM pragma_table_info(?)`, table, func(row *sql.Rows) error {
		var c sqlstore.FoundColumn
		var pk int
		if err := row.Scan(&c.Name, &c.Declared, &c.Required, &c.Default, &pk); err != nil {
			return err
		}
		c.Type = affinity(c.Declared)
		if pk > 0 {
			primary = append(primary, len(f.Columns))
		}
		f.Columns = append(f.Columns, c)
		return nil
	})
	if len(primary) == 1 {
		findRowid(f, &f.Columns[primary[0]])
	}
	return err
}

// findRowid looks whether the column of a primary key is the rowid itself, as
// one of INTEGER is: it has no index.
func findRowid(f *sqlstore.Found, c *sqlstore.FoundColumn) {
	if strings.EqualFold(c.Declared, "INTEGER") && f.Flaw == "" {
		c.Counted, c.Required = true, true
		f.Uniques = append(f.Uniques, sqlstore.Unique{Columns: []string{c.Name}, Counted: true})
	}
}

func inspectIndexes(ctx context.Context, conn *sql.Conn, f *sqlstore.Found, table string) error {
	query := `SELECT l.name, l."unique", l.origin, coalesce(i.name, 'an expression') ` +
		`FROM pragma_index_list(?) l, pragma_index_info(l.name) i ORDER BY l.seq, i.seqno`
	return each(ctx, conn, query, table, func(row *sql.Rows) error {
		var index, origin, column string
		var isUnique bool
		if err := row.Scan(&index, &isUnique, &origin, &column); err != nil {
			return err
		}
		if !isUnique {
			f.Indexes = append(f.Indexes, index)
			return nil
		}
		if n := len(f.Uniques); n > 0 && f.Uniques[n-1].Index == index {
			f.Uniques[n-1].Columns = append(f.Uniques[n-1].Columns, column)
			return nil
		}
		f.Uniques = append(f.Uniques, sqlstore.Unique{Index: index, Columns: []string{column}, Droppable: origin == "c"})
		return nil
	})
}

// each calls do for each row of a query about a table.
func each(ctx context.Context, conn *sql.Conn, query, table string, do func(*sql.Rows) error) error {
	rows, err := conn.QueryContext(ctx, query, table)
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
