// Package filestore is what the stores in files have in common: the lock by
// which a file belongs to one process, saves that are on disk when they return,
// the atomic replacement of a file, and the index of keys.
//
// [File] is a file with its lock. [Store] is a store in a file that grows at
// its end, record by record; how a record stands there is its [Format]. Of a
// store that rewrites its file at every save only the File is used. [Journal] is
// a Store that tells what is new.
//
// # Places
//
// A place in a file is the number of bytes that were ever written before it. It
// is not where the bytes lie now: what is taken away at the beginning of a file
// still counts, so that a place that was noted once stays that of its record.
package filestore
