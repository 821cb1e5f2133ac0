// Package sqlite is the store of a service in a SQLite file.
//
// Its URL is sqlite: and a path, such as sqlite:data/http.db (from the working
// directory) or sqlite:/srv/plant/http.db; missing folders are made. Stores
// may share a file, and so may the programs of one host: a save is one
// transaction, in write-ahead mode, so that readers never wait for a writer,
// and writers wait for each other. What Save acknowledged is on disk
// (synchronous=FULL). A file on a network share is not safe: SQLite's locks
// need one host.
//
// A record is a row of a table, a field is a column:
//
//	bool, whole numbers        INTEGER
//	float32, float64           REAL
//	string, duration           TEXT
//	bytes                      BLOB
//	time                       TEXT, as 2006-01-02T15:04:05.000000000Z
//	lists, maps, records, json TEXT, as JSON
//
// Columns are NOT NULL unless the field may be missing. Times have a fixed
// width, so that their texts sort as they do. The key of an appending or an
// upserting store is a unique index; a replacing store keeps what it is given,
// repeats included. Rows are in the order of their rowid, which is that of the
// first save.
//
// Each table has one more column, flow_seq: a number that every save of a row
// sets anew, counted in the table flow_seq within the transaction of the save,
// so that its order is commit order. A store that is followed (see
// [load.Journal]) also has an index of that column, and keeps how far its
// readers have come in the table flow_position of the same file.
//
// A store that keeps its records for a time has an index of their stamps. Readers
// leave out what is old, and it is deleted at the start and by each save.
//
// At start a missing table and missing optional columns are created. Any other
// difference stops the start, and the error holds the SQL that would mend it.
// Further columns may stand in the table if they can be left out of an INSERT.
package sqlite
