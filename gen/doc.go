// Package gen turns the graph of a service into files, and files into a folder.
//
// [Load] reads flow.toml and what it includes, [Generate] is pure: a graph and
// what the user has go in, files come out. [Plan] compares the files with the
// folder, and [Plan.Apply] is the only code that touches the user's disk.
package gen
