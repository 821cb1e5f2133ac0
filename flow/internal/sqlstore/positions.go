package sqlstore

import "github.com/flowc-dev/flowc/internal/sqlname"

// The SQL of the table that holds how far the readers of the tables have come.

const positions = sqlname.Positions

func (d *Dialect) createPositions() string {
	text := " " + d.text() + " NOT NULL, "
	return "CREATE TABLE IF NOT EXISTS " + positions + " (service" + text + "stage" + text + "name" + text +
		"position " + d.whole() + " NOT NULL, PRIMARY KEY (service, stage, name))" + d.KeyedTable
}

func (d *Dialect) keepPosition() string {
	next := d.params()
	return "INSERT INTO " + positions + " (service, stage, name, position) " +
		"VALUES (" + next() + ", " + next() + ", " + next() + ", " + next() + ") " +
		"ON CONFLICT (service, stage, name) DO UPDATE SET position = excluded.position"
}

func (d *Dialect) selectReaders() string {
	return "SELECT stage FROM " + positions + " WHERE service = " + d.Param(1) + " AND name = " + d.Param(2) + " ORDER BY stage"
}

// selectBounds finds the position of a reader of a table and the last number of
// the table.
func (d *Dialect) selectBounds() string {
	next := d.params()
	reader := "service = " + next() + " AND stage = " + next() + " AND name = " + next()
	return "SELECT coalesce((SELECT position FROM " + positions + " WHERE " + reader + "), 0), " +
		"coalesce((SELECT last FROM " + seq + " WHERE name = " + next() + "), 0)"
}
