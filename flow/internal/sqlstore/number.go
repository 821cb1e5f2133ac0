package sqlstore

import "context"

// The numbers of saves. A number is taken within the transaction of its save by
// an update of the table's row in flow_seq, which no other transaction can do
// until that one has ended: the order of the numbers is that of the commits.

func (d *Dialect) createSeq() string {
	return "CREATE TABLE IF NOT EXISTS " + seq + " (name " + d.text() + " PRIMARY KEY NOT NULL, last " + d.whole() + " NOT NULL)"
}

// takeNumbers takes a number of save numbers for a table: the last of them is
// its result.
func (d *Dialect) takeNumbers() string {
	return "INSERT INTO " + seq + " AS counter (name, last) VALUES (" + d.Param(1) + ", " + d.Param(2) + ") " +
		"ON CONFLICT (name) DO UPDATE SET last = counter.last + excluded.last RETURNING last"
}

// fillNumbers gives each row the number of its save.
func (w *writer) fillNumbers(ctx context.Context, t *table, args []any) error {
	rows := len(args) / t.width()
	last, err := w.number(ctx, t.dialect.takeNumbers(), t.counter(), rows)
	for i := range rows {
		args[(i+1)*t.width()-1] = last - int64(rows-1-i)
	}
	return err
}

// mostNumbered is how many rows get their numbers in one transaction, so that
// other writers need not wait long.
const mostNumbered = 10_000

// numberRows numbers the rows that no save of a store has numbered: those that
// were there before flow_seq was, and those that another program inserts.
func (s *store[T]) numberRows(ctx context.Context) error {
	for {
		rows, err := s.db.reader.number(ctx, s.table.countUnnumbered(), mostNumbered)
		if err != nil || rows == 0 {
			return err
		}
		w := s.db.writer
		err = w.transaction(ctx, func(ctx context.Context) error {
			last, err := w.number(ctx, s.table.dialect.takeNumbers(), s.table.counter(), rows)
			if err != nil {
				return err
			}
			return w.exec(ctx, s.table.numberRows(), last-rows, rows)
		})
		if err != nil {
			return err
		}
	}
}

// bySeq names the table, read by the numbers of its rows: an index of fields
// that a query asks for would have it look at old rows again and again.
func (t *table) bySeq() string { return Quote(t.name) + t.dialect.ByIndex(t.seqIndexName()) }

// countUnnumbered counts the rows without a number, up to a limit.
func (t *table) countUnnumbered() string {
	return "SELECT count(*) FROM (SELECT 1 FROM " + t.bySeq() + " WHERE " + seq + " = 0 LIMIT " + t.dialect.Param(1) + ") AS unnumbered"
}

// numberRows gives the first rows without a number the numbers after one: the
// arguments are that number and how many rows.
func (t *table) numberRows() string {
	d := t.dialect
	first := "SELECT " + t.row + " AS id FROM " + t.bySeq() + " WHERE " + seq + " = 0 ORDER BY " + t.row + " LIMIT " + d.Param(2)
	return "UPDATE " + Quote(t.name) + " SET " + seq + " = " + d.Param(1) + " + numbered.k FROM " +
		"(SELECT id, row_number() OVER (ORDER BY id) AS k FROM (" + first + ") AS unnumbered) AS numbered " +
		"WHERE " + Quote(t.name) + "." + t.row + " = numbered.id"
}
