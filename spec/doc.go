// Package spec reads flow.toml and says what it means.
//
// Data walks one way: [Parse] turns the text into a [File], a tree in which
// every key and value has its position; [Resolve] turns files into a [Graph],
// the service as meant: names linked, types known, delivery derived, order
// fixed. Both return what they found wrong as [Diagnostics], all of it at once.
// Nothing in this package touches the disk, knows Go code, or panics on bad
// input.
//
// What a built-in kind is called, which options it takes, what may be wrong with
// them and what its connection speaks is not known here: Resolve is given the
// kinds (see [Kind]). Schemes of stores are known: [StoreSchemes].
package spec
