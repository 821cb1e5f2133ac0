// Package csv is the store of a service in a CSV file: one record a row, under
// a row that names the columns.
//
// Its URL is csv: and a path, such as csv:data/readings.csv (from the working
// directory) or csv:/srv/plant/readings.csv; missing folders are made. The file
// belongs to one process at a time, which holds a lock on the file beside it,
// NAME.lock.
//
// A new file gets a row of the record's fields. In a file that is there the
// columns are found by their names, in any order; others may stand between
// them, which saves leave empty. A replacing store keeps that row too. Where an
// optional field has no column, the file is rewritten with one at the start;
// every other difference stops the start.
//
// An appending store writes each save at the end of the file as one piece and
// syncs it. A part of a row may look like a whole one: 12 of 123. So a last row
// without its line break is cut off where the process that held the file was
// killed, and logged; else it came from an editor, and stays.
//
// A replacing store writes the new content into a file of its own and renames
// it, so that a crash leaves the old content or the new one.
//
// Of a store that keeps its records for a time, the file is written anew without
// the old ones once they are half of it.
//
// The file is read through once at start: a row that is no record stops the
// start, with the number of its line. Readers see what was saved when they
// began, and do not wait for writers.
package csv
