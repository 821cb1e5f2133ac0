package sqlite

import (
	"strings"

	"github.com/flowc-dev/flowc/flow/record"
)

// kindOf returns the type of a column.
func kindOf(t record.FieldType) string {
	switch t {
	case record.FieldBool, record.FieldInt:
		return "INTEGER"
	case record.FieldFloat:
		return "REAL"
	case record.FieldBytes:
		return "BLOB"
	}
	return "TEXT"
}

// affinity returns how SQLite stores what comes into the column: it goes by
// parts of the declared type.
func (c foundColumn) affinity() string {
	for _, rule := range affinities {
		if strings.Contains(strings.ToUpper(c.kind), rule.part) {
			return rule.kind
		}
	}
	if c.kind == "" {
		return "BLOB"
	}
	return "NUMERIC"
}

// affinities are SQLite's rules, in its order.
var affinities = []struct{ part, kind string }{
	{"INT", "INTEGER"},
	{"CHAR", "TEXT"}, {"CLOB", "TEXT"}, {"TEXT", "TEXT"},
	{"BLOB", "BLOB"},
	{"REAL", "REAL"}, {"FLOA", "REAL"}, {"DOUB", "REAL"},
}

// zero returns a value of the column's type, as SQL, that stands for none.
func (c column) zero() string {
	switch c.kind {
	case "INTEGER", "REAL":
		return "0"
	case "BLOB":
		return "x''"
	}
	return c.zeroText()
}

// zeroText returns a text, as SQL, that stands for no value.
func (c column) zeroText() string {
	switch c.field {
	case record.FieldTime:
		return "'1970-01-01T00:00:00.000000000Z'"
	case record.FieldDuration:
		return "'0s'"
	case record.FieldJSON:
		return "'null'"
	}
	return "''"
}
