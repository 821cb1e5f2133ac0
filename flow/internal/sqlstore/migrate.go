package sqlstore

import (
	"context"
	"fmt"
	"slices"
)

// migrate creates the table or its missing optional columns, in one
// transaction. Any other difference is an error that holds the SQL to mend it.
func (d *Database) migrate(ctx context.Context, t *table, record string) error {
	err := d.writer.transaction(ctx, func(ctx context.Context) error {
		if err := d.writer.exec(ctx, d.Dialect.createSeq()); err != nil {
			return err
		}
		found, err := d.Dialect.Inspect(ctx, d.writer.conn, t.name)
		if err != nil {
			return err
		}
		return d.writer.fit(ctx, t, found, record)
	})
	return d.explain(err)
}

// fit makes what was found fit the table.
func (w *writer) fit(ctx context.Context, t *table, found *Found, record string) error {
	run := []string{t.create()}
	if found.Kind != "" {
		problems, additions := t.compare(found)
		if err := w.countRepeats(ctx, t, problems); err != nil {
			return err
		}
		if len(problems) > 0 {
			return misfit(t, record, problems)
		}
		run = additions
	}
	if len(t.key) > 0 && !found.hasIndex(t.indexName()) && !t.isUnique(found, t.unique()) {
		run = append(run, t.index())
	}
	if t.stamp != "" {
		run = append(run, t.stampIndex())
	}
	for _, statement := range run {
		if err := w.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// countRepeats adds to the problem of a missing key how many rows stand in its
// way, and how to remove them.
func (w *writer) countRepeats(ctx context.Context, t *table, problems []problem) error {
	i := slices.IndexFunc(problems, func(p problem) bool { return p.key })
	if i < 0 {
		return nil
	}
	key := list(t.key, "", ", ")
	n, err := w.number(ctx, "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT "+key+" FROM "+Quote(t.name)+") AS keys) FROM "+Quote(t.name))
	if err != nil || n == 0 {
		return nil // a column of the key is missing, which is a problem of its own
	}
	p := &problems[i]
	p.text += fmt.Sprintf(", and %d rows repeat the key of another one: of each key the SQL keeps the newest", n)
	p.sql = append([]string{"DELETE FROM " + Quote(t.name) + " WHERE " + t.row + " NOT IN (SELECT max(" + t.row + ") FROM " + Quote(t.name) + " GROUP BY " + key + ")"}, p.sql...)
	return nil
}
