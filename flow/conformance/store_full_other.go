//go:build !(linux || darwin)

package conformance

// smallDisks are those that a test may have here: none.
var smallDisks []smallDisk
