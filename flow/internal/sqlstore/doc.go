// Package sqlstore is what the stores in SQL databases have in common: a store
// is a table, a record a row of it, a field a column. How one database differs
// from another is a value, its [Dialect]; how its connections are made is the
// Connect of its [Database]. With both, [Open] opens a store. No driver of a
// database is imported here.
//
// # Saves
//
// A process writes by one connection, and its stores wait for it in one line. A
// save is one transaction: old rows are deleted, numbers are taken, rows are
// inserted, by a few prepared statements of fixed numbers of rows. Reads have
// connections of their own.
//
// # What is new
//
// Each table has the column flow_seq: the number of the last save of the row.
// The table flow_seq holds the last number of each table, the table
// flow_position how far each reader of each table has come. Rows that other
// programs insert have the number 0 until a reader looks for them.
//
// # Tables that are there
//
// At the start what is missing is created: the table, the columns of fields that
// may be missing, the indexes. Any other difference is an error that holds the
// SQL which would mend it: it is for people to run, since it changes or drops
// what is theirs.
package sqlstore
