package sqlite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

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
	intro := "\nthis SQL would mend it; stop what uses the file and keep a copy before you run it (sqlite3 FILE):"
	for _, p := range problems {
		for _, statement := range p.sql {
			b.WriteString(intro + "\n  " + statement + ";")
			intro = ""
		}
	}
	return errors.New(b.String())
}

// compare returns what is wrong with a table that was found, and the
// statements that add what may be added.
func (t *table) compare(found *found) (problems []problem, additions []string) {
	if p := found.unusable(); p != nil {
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

// unusable returns the problem of what cannot be a store's table at all.
func (f *found) unusable() *problem {
	const other = "; choose another one with table = \"…\""
	switch {
	case f.kind != "table":
		return &problem{text: fmt.Sprintf("it is a %s, not a table of rows%s", f.kind, other)}
	case f.noRowid:
		return &problem{text: "it was made WITHOUT ROWID, so it does not know the order of its rows" + other}
	}
	return nil
}

// has reports whether the record has a field of this name.
func (t *table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
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
		sql = slices.Concat([]string{"DROP INDEX IF EXISTS " + quote(t.indexName())}, sql, []string{t.index()})
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
		counted := u.rowid && !t.has(u.columns[0])
		if !counted && !sameNames(u.columns, t.unique()) {
			problems = append(problems, u.stray())
		}
	}
	if len(t.unique()) > 0 && !found.isUnique(t.unique()) {
		p := problem{text: fmt.Sprintf("the key (%s) is not unique", strings.Join(t.key, ", ")), key: true}
		if found.hasIndex(t.indexName()) {
			p.sql = append(p.sql, "DROP INDEX "+quote(t.indexName()))
		}
		p.sql = append(p.sql, t.index())
		problems = append(problems, p)
	}
	return problems
}

// stray is the problem of what is unique and should not be: records that
// differ from each other only elsewhere would be refused.
func (u unique) stray() problem {
	text := fmt.Sprintf("(%s) is unique, which is not the store's key", strings.Join(u.columns, ", "))
	if u.droppable {
		return problem{text: text, sql: []string{"DROP INDEX " + quote(u.index)}}
	}
	return problem{text: text + "; it is part of the table's definition, so the table has to be made anew"}
}
