package sqlstore

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
	intro := "\nthis SQL would mend it; " + t.dialect.Mending + ":"
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
func (t *table) compare(found *Found) (problems []problem, additions []string) {
	if p := found.unusable(); p != nil {
		return []problem{*p}, nil
	}
	for _, c := range t.columns {
		switch have := t.find(found, c.Name); {
		case have == nil && c.Optional:
			additions = append(additions, t.addColumn(c.Define()))
		case have == nil:
			problems = append(problems, t.missing(c))
		case have.Type != c.Type.Name || have.Required == c.Optional:
			problems = append(problems, t.different(c, *have))
		}
	}
	if t.find(found, seq) == nil {
		additions = append(additions, t.addColumn(t.defineSeq()))
	}
	problems = append(problems, t.extra(found)...)
	return append(problems, t.compareKey(found)...), additions
}

// unusable returns the problem of what cannot be a store's table at all.
func (f *Found) unusable() *problem {
	const other = "; choose another one with table = \"…\""
	switch {
	case f.Kind != "table":
		return &problem{text: fmt.Sprintf("it is a %s, not a table of rows%s", f.Kind, other)}
	case f.Flaw != "":
		return &problem{text: f.Flaw + other}
	}
	return nil
}

// find returns the column of a name, or nil.
func (t *table) find(found *Found, name string) *FoundColumn {
	i := slices.IndexFunc(found.Columns, func(c FoundColumn) bool { return t.dialect.same(c.Name, name) })
	if i < 0 {
		return nil
	}
	return &found.Columns[i]
}

// has reports whether the record has a field of this name.
func (t *table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c Column) bool { return t.dialect.same(c.Name, name) })
}

func (t *table) missing(c Column) problem {
	return problem{
		text: fmt.Sprintf("column %q is missing; the rows that are there need a value for it", c.Name),
		sql:  []string{t.addColumn(c.Define() + " DEFAULT " + c.Type.Zero)},
	}
}

// different is the problem of a column of another type.
func (t *table) different(c Column, have FoundColumn) problem {
	sql := t.dialect.Retype(t.name, c)
	if slices.Contains(t.key, c.Name) {
		sql = slices.Concat([]string{"DROP INDEX IF EXISTS " + Quote(t.indexName())}, sql, []string{t.index()})
	}
	return problem{
		text: fmt.Sprintf("column %q is %s, but %s is needed", c.Name, have.describe(), c.Needs()),
		sql:  sql,
	}
}

// extra returns the problems of columns that the record does not have and that
// an INSERT cannot leave out.
func (t *table) extra(found *Found) (problems []problem) {
	for _, have := range found.Columns {
		if have.Name != seq && !have.omissible() && !t.has(have.Name) {
			problems = append(problems, problem{
				text: fmt.Sprintf("column %q is no field of the record, and has neither NULL nor a default", have.Name),
				sql:  []string{"ALTER TABLE " + Quote(t.name) + " DROP COLUMN " + Quote(have.Name)},
			})
		}
	}
	return problems
}

// compareKey compares what the table keeps unique with what it should.
func (t *table) compareKey(found *Found) (problems []problem) {
	for _, u := range found.Uniques {
		counted := u.Counted && !t.has(u.Columns[0])
		if !counted && !t.dialect.sameNames(u.Columns, t.unique()) {
			problems = append(problems, u.stray())
		}
	}
	if len(t.unique()) > 0 && !t.isUnique(found, t.unique()) {
		p := problem{text: fmt.Sprintf("the key (%s) is not unique", strings.Join(t.key, ", ")), key: true}
		if found.hasIndex(t.indexName()) {
			p.sql = append(p.sql, "DROP INDEX "+Quote(t.indexName()))
		}
		p.sql = append(p.sql, t.index())
		problems = append(problems, p)
	}
	return problems
}

// stray is the problem of what is unique and should not be: records that
// differ from each other only elsewhere would be refused.
func (u Unique) stray() problem {
	text := fmt.Sprintf("(%s) is unique, which is not the store's key", strings.Join(u.Columns, ", "))
	if u.Droppable {
		return problem{text: text, sql: []string{"DROP INDEX " + Quote(u.Index)}}
	}
	return problem{text: text + "; it is part of the table's definition, so the table has to be made anew"}
}

func (f *Found) hasIndex(name string) bool { return slices.Contains(f.Indexes, name) }

// isUnique reports whether what was found keeps these columns unique.
func (t *table) isUnique(found *Found, columns []string) bool {
	return len(columns) > 0 && slices.ContainsFunc(found.Uniques, func(u Unique) bool { return t.dialect.sameNames(u.Columns, columns) })
}

// sameNames compares sets of names.
func (d *Dialect) sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, name := range a {
		if !slices.ContainsFunc(b, func(other string) bool { return d.same(name, other) }) {
			return false
		}
	}
	return true
}
