// Package conformance holds one suite of tests for each role of a kind: what
// every store, source or sink promises, whatever it is made of. The tests of a
// kind's package call the suite of its role and say what the kind can do.
package conformance
