package sqlite

import "strings"

// affinity returns how SQLite stores what comes into a column: it goes by parts
// of the declared type.
func affinity(declared string) string {
	for _, rule := range affinities {
		if strings.Contains(strings.ToUpper(declared), rule.part) {
			return rule.kind
		}
	}
	if declared == "" {
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
