// Command bench measures what a record costs: flowc beside what a user would
// write or pick instead. All of them do one task, read the same file and must
// write the same one:
//
//	a line of about 165 bytes of JSON -> a struct -> a field worked out and one
//	record in ten dropped -> JSON -> a line of a file
//
// Run it in its folder:
//
//	go run . [-records 500000] [-runs 5]
//
// The programs run in turn, A B C A B C, so that the drift of a shared machine
// meets all of them. The figures are those of the operating system for each
// whole process: CPU seconds (user and system) for a million records, the time
// it took and its peak memory, as medians, and the ratio of CPU seconds to
// flowc's, pair by pair.
//
//   - flowc: the service in service/, file.read -> a Go stage -> a jsonl store.
//     It is the only one that syncs what it wrote, once a batch.
//   - hand: a loop over encoding/json, as one would write it by hand.
//   - watermill: a router that reads and writes Go channels, a message a record.
//   - benthos: a stream with a Bloblang mapping, in batches.
package main
