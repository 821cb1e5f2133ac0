// Package jsonfile is the store of a service in a JSON file that holds one
// array: of records, as objects. Its scheme is json:. (The package is not named
// after it, so that generated code may use encoding/json beside it.)
//
// Its URL is json: and a path, such as json:data/settings.json (from the
// working directory) or json:/srv/plant/settings.json; missing folders are
// made. The file belongs to one process at a time, which holds a lock on the
// file beside it, NAME.lock.
//
// Each save writes the whole file anew, beside it as NAME.new, and renames it,
// so that a crash leaves the old content or the new one. It costs what writing
// the file costs, whatever is saved: the store is for hundreds or thousands of
// records that people and other programs read, not for streams. Records that a
// save does not change are written as they stand: their texts are held in
// memory, which is as much as the file is long.
//
// Of a store that keeps its records for a time, the old ones are left out by the
// next save.
//
// The file is read once at start, in whatever form JSON may have; from the
// first save on it has an item a line. What is no array of records stops the
// start, with the line and the item.
package jsonfile
