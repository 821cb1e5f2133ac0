package sqlstore

import (
	"slices"
	"strings"
)

// The SQL that finds records. The first parameter of each query is the stamp
// before which rows are over, if rows of the table grow old.

func (t *table) selectFrom() string {
	return "SELECT " + list(t.names(), "", ", ") + " FROM " + Quote(t.name)
}

// fresh returns the condition that a row is not over.
func (t *table) fresh(next params) []string {
	if t.stamp == "" {
		return nil
	}
	// The index of the stamps has another order than any query.
	stamp := t.dialect.Unindexed + Quote(t.stamp)
	return []string{"(" + stamp + " IS NULL OR " + stamp + " >= " + next() + ")"}
}

// equal returns the conditions that fields have given values.
func equal(fields []string, next params) []string {
	conditions := make([]string, len(fields))
	for i, f := range fields {
		conditions[i] = Quote(f) + " = " + next()
	}
	return conditions
}

// where returns the clause of conditions.
func where(conditions ...[]string) string {
	all := slices.Concat(conditions...)
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

func (t *table) selectAll() string {
	return t.selectFrom() + where(t.fresh(t.dialect.params())) + " ORDER BY " + t.row
}

// selectKey finds the newest row of a key.
func (t *table) selectKey() string {
	next := t.dialect.params()
	return t.selectFrom() + where(t.fresh(next), equal(t.key, next)) + " ORDER BY " + t.row + " DESC LIMIT 1"
}

// selectMatch finds the rows whose fields have given values. A row without the
// field equals none.
func (t *table) selectMatch(fields []string) string {
	next := t.dialect.params()
	return t.selectFrom() + where(t.fresh(next), equal(fields, next)) + " ORDER BY " + t.row
}

// selectRange finds the rows whose field lies between bounds, each of which
// may be open. A row without the field lies in no range.
func (t *table) selectRange(field string, low, high bool) string {
	next := t.dialect.params()
	conditions := append(t.fresh(next), Quote(field)+" IS NOT NULL")
	if low {
		conditions = append(conditions, Quote(field)+" >= "+next())
	}
	if high {
		conditions = append(conditions, Quote(field)+" <= "+next())
	}
	return t.selectFrom() + where(conditions) + " ORDER BY " + Quote(field) + ", " + t.row
}
