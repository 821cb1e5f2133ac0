// Package templates knows what generated Go looks like: one file for each
// built-in kind, each one [Kind] value with its options, its delivery class and
// its emission, and [Source], jennifer's File with the names, imports and types
// of a service. A [Page] is what the reference says of a kind or a table.
//
// Emission cannot fail: what it is given was checked by package spec. A bug in
// it shows when the code is formatted.
package templates
