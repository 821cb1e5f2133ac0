// Package file reads files of records: lines of JSON, or rows of CSV.
//
// Without follow a file is read once, from its beginning to its end, and the
// source ends. A restart reads it again.
//
// With follow a [Reader] waits at the end of the file for more, and goes on in
// the files that follow it by rotation. How far it is, its position, is kept in
// data/positions/SERVICE.STAGE.json, under the working directory and not beside
// the file, which often lies where the service may not write. It is written anew
// whenever the unbroken prefix of what the pipeline acknowledged has grown, so
// after a crash nothing is missing, and what was not acknowledged comes again.
// One process at a time holds the lock beside it.
//
// A position names its file by inode and by a hash of the first KiB of the file
// and of the last one before the position. So the file is found again under any
// name in its folder; a file that was truncated and grew again, or that got the
// inode of one that was removed, is not mistaken for it. The device is left out:
// many systems number devices anew at each start.
//
// At the end of a file these are told apart:
//
//   - It is still at the path: there may be more.
//   - Another one is there: the file was rotated away. It is read until it has
//     not been written to for a second and the next one holds something; a last
//     line without an end is a record then. The next one is the oldest that was
//     written to later, among those with a rotated name (app.log.1,
//     app.log-20260102, app-2026-01-02.log) and the one at the path.
//   - It is gone from the folder: it was removed. One that holds what was read of
//     it is a copy, in which reading goes on; else the next one is read.
//   - It is shorter than what was read, or holds something else: it was
//     truncated. If another file of the folder holds what was read, a copy that
//     was made before, reading goes on there; else at the new beginning, and the
//     log says so.
//
// The system tells of changes in the folder, and a look a second finds what it
// does not tell of, as on network mounts.
package file
