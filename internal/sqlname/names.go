// Package sqlname holds the names that SQL stores keep for themselves. The
// compiler refuses them in a spec, the runtime where the environment chose the
// database.
package sqlname

import (
	"slices"
	"strings"
)

const (
	// Seq is the column that numbers the saves of rows, and the table that holds
	// the last number of each table.
	Seq = "flow_seq"
	// Positions is the table that holds how far the readers of each table have
	// come.
	Positions = "flow_position"
)

// SQLiteTables returns the names that no table of a store in SQLite can have;
// a * at the end stands for any characters.
func SQLiteTables() []string { return []string{"sqlite_*", Seq, Positions} }

// PostgresTables returns the names that no table of a store in PostgreSQL can
// have.
func PostgresTables() []string { return []string{Seq, Positions} }

// Reserved reports whether a table cannot have a name, in any case of its
// letters.
func Reserved(name string, reserved []string) bool {
	return slices.ContainsFunc(reserved, func(r string) bool {
		if start, open := strings.CutSuffix(r, "*"); open {
			return strings.HasPrefix(strings.ToLower(name), start)
		}
		return strings.EqualFold(name, r)
	})
}
