// Package jsonl is the store of a service in a file of JSON lines: one record
// a line, as JSON.
//
// Its URL is jsonl: and a path, such as jsonl:data/readings.jsonl (from the
// working directory) or jsonl:/srv/plant/readings.jsonl; missing folders are
// made. The file belongs to one process at a time, which holds a lock on the
// file beside it, NAME.lock.
//
// An appending store writes each save at the end of the file as one piece and
// syncs it. If that fails, the piece is cut off again. Where a crash tore a
// piece, its whole lines stay, the torn last one is cut off at the next start,
// and that is logged. With a key the store holds the keys in memory, with the
// places of their lines: about a hundred bytes each.
//
// A replacing store writes the new content into a file of its own and renames
// it, so that a crash leaves the old content or the new one.
//
// What is new in an appending store lies behind a place in its file. How far its
// readers have come (see [load.Journal]) is kept in NAME.positions beside it, each
// place with a hash of the KiB before it: another file that lies there is new as
// a whole.
//
// Of a store that keeps its records for a time, the file is written anew without
// the old ones once they are half of it. How much was taken away stands in
// NAME.removed beside it, so that places stay those of their records.
//
// The file is read through once at start: a line that is no record stops the
// start, with its number. Blank lines and a byte order mark are passed over.
// Readers see what was saved when they began, and do not wait for writers.
package jsonl
