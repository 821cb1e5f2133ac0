package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	if len(t.key) > 0 && !found.hasIndex(t.name+".key") && !found.isUnique(t.unique()) {
		run = append(run, t.index())
	}
	for _, statement := range run {
		if err := w.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// problem is a difference that the store does not mend by itself.
type problem struct {
	text string
	sql  []string
	key  bool // the key is not kept unique
}

// misfit is the error of a table that does not fit its record.
func misfit(t *table, record string, problems []problem) error {
	var b strings.Builder
	fmt.Fprintf(&b, "table %q does not fit record %s:", t.name, record)
	for _, p := range problems {
		b.WriteString("\n  " + p.text)
	}
	b.WriteString("\nstop what uses the file, keep a copy of it, check this SQL and run it (sqlite3 FILE):")
	for _, p := range problems {
		for _, statement := range p.sql {
			b.WriteString("\n  " + strings.ReplaceAll(statement, "\n", "\n  ") + ";")
		}
	}
	return fmt.Errorf("%s", b.String())
}

// compare returns what is wrong with a table that was found, and the
// statements that add what may be added.
func (t *table) compare(found *found) (problems []problem, additions []string) {
	if p := found.unusable(t); p != nil {
		return []problem{*p}, nil
	}
	for _, c := range t.columns {
		switch have := found.column(c.name); {
		case have == nil && c.optional:
			additions = append(additions, "ALTER TABLE "+quote(t.name)+" ADD COLUMN "+c.define())
		case have == nil:
			problems = append(problems, t.missing(c))
		case have.affinity() != c.kind || have.required == c.optional:
			problems = append(problems, t.different(c, *have))
		}
	}
	if found.column(seq) == nil {
		additions = append(additions, "ALTER TABLE "+quote(t.name)+" ADD COLUMN "+defineSeq)
	}
	problems = append(problems, t.extra(found)...)
	return append(problems, t.compareKey(found)...), additions
}

func (t *table) missing(c column) problem {
	return problem{
		text: fmt.Sprintf("column %q is missing; the rows that are there need a value for it", c.name),
		sql:  []string{"ALTER TABLE " + quote(t.name) + " ADD COLUMN " + c.define() + " DEFAULT " + c.zero()},
	}
}

// different is the problem of a column of another type. SQLite cannot change a
// column: a new one takes its place.
func (t *table) different(c column, have foundColumn) problem {
	old, value := quote(c.name+" (old)"), "CAST("+quote(c.name+" (old)")+" AS "+c.kind+")"
	add := c.define()
	if !c.optional {
		add += " DEFAULT " + c.zero()
		value = "coalesce(" + value + ", " + c.zero() + ")"
	}
	table := "ALTER TABLE " + quote(t.name)
	sql := []string{
		table + " RENAME COLUMN " + quote(c.name) + " TO " + old,
		table + " ADD COLUMN " + add,
		"UPDATE " + quote(t.name) + " SET " + quote(c.name) + " = " + value,
		table + " DROP COLUMN " + old,
	}
	if slices.Contains(t.key, c.name) {
		sql = slices.Concat([]string{"DROP INDEX IF EXISTS " + quote(t.name+".key")}, sql, []string{t.index()})
	}
	return problem{
		text: fmt.Sprintf("column %q is %s, but %s is needed", c.name, have.describe(), strings.TrimPrefix(c.define(), quote(c.name)+" ")),
		sql:  sql,
	}
}

// extra returns the problems of columns that the record does not have and that
// an INSERT cannot leave out.
func (t *table) extra(found *found) (problems []problem) {
	for _, have := range found.columns {
		if have.name != seq && !have.omissible() && !t.has(have.name) {
			problems = append(problems, problem{
				text: fmt.Sprintf("column %q is no field of the record, and has neither NULL nor a default", have.name),
				sql:  []string{"ALTER TABLE " + quote(t.name) + " DROP COLUMN " + quote(have.name)},
			})
		}
	}
	return problems
}

// compareKey compares what the table keeps unique with what it should.
func (t *table) compareKey(found *found) (problems []problem) {
	for _, u := range found.uniques {
		if sameNames(u.columns, t.unique()) {
			continue
		}
		p := problem{text: fmt.Sprintf("(%s) is unique, which is not the store's key", strings.Join(u.columns, ", "))}
		if u.droppable {
			p.sql = []string{"DROP INDEX " + quote(u.index)}
		} else {
			p.text += "; it is part of the table's definition, so the table has to be made anew"
		}
		problems = append(problems, p)
	}
	if len(t.unique()) > 0 && !found.isUnique(t.unique()) {
		problems = append(problems, problem{
			text: fmt.Sprintf("the key (%s) is not unique", strings.Join(t.key, ", ")),
			sql:  []string{t.index()},
			key:  true,
		})
	}
	return problems
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
