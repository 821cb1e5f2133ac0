// Command generate measures what it costs to generate code: flowc on a service
// of a thousand stages in a hundred pipelines, beside gqlgen, which makes typed
// Go and stubs of the user's functions from a schema of as many fields, and
// beside the floor under both: formatting the Go that flowc wrote and writing it
// anew, with nothing worked out.
//
// Run it in the folder above:
//
//	go run ./generate [-stages 1000] [-runs 3]
//
// Each run begins in an empty folder with empty caches of flowc, and measures:
//
//   - cold: everything is generated.
//   - nothing changed: the same again.
//   - a stage edited: the type that one stage gives, or one field, is another.
//     Its stub gets another signature, and its callers other code.
//
// After each the files are looked at: all of them did the task. The figures are
// those of the operating system for each process with its children: CPU seconds
// (user and system), time and peak memory, as medians, and the ratio of CPU
// seconds to flowc's in the same run. Last comes flowc on ten times as many
// stages, and the ratio to ten times the CPU seconds.
package main
