package sqlite

import (
	"context"
	"fmt"
	"slices"
)

// migrate creates the table or its missing optional columns, in one
// transaction. Any other difference is an error that holds the SQL to mend it.
func (f *file) migrate(ctx context.Context, t *table, record string) error {
	err := f.writer.transaction(ctx, func(ctx context.Context) error {
		if err := f.writer.exec(ctx, createSeq); err != nil {
			return err
		}
		found, err := f.writer.inspect(ctx, t.name)
		if err != nil {
			return err
		}
		return f.writer.fit(ctx, t, found, record)
	})
	return f.explain(err)
}

// fit makes what was found fit the table.
func (w *writer) fit(ctx context.Context, t *table, found *found, record string) error {
	run := []string{t.create()}
	if found.kind != "" {
		problems, additions := t.compare(found)
		if err := w.countRepeats(ctx, t, problems); err != nil {
			return err
		}
		if len(problems) > 0 {
			return misfit(t, record, problems)
		}
		run = additions
	}
	if len(t.key) > 0 && !found.hasIndex(t.indexName()) && !found.isUnique(t.unique()) {
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
	n, err := w.number(ctx, "SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT "+key+" FROM "+quote(t.name)+")) FROM "+quote(t.name))
	if err != nil || n == 0 {
		return nil // a column of the key is missing, which is a problem of its own
	}
	p := &problems[i]
	p.text += fmt.Sprintf(", and %d rows repeat the key of another one: of each key the SQL keeps the newest", n)
	p.sql = append([]string{"DELETE FROM " + quote(t.name) + " WHERE " + t.rowid + " NOT IN (SELECT max(" + t.rowid + ") FROM " + quote(t.name) + " GROUP BY " + key + ")"}, p.sql...)
	return nil
}
