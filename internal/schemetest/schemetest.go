// Package schemetest gives the suite of stores what the row of a scheme says:
// what the compiler promises of it is what its stores are held to.
package schemetest

import (
	"slices"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/spec"
)

// Store runs the suite of stores for a scheme: with its modes, those in which it
// can tell what is new, who may share it, and whether it holds all whole numbers.
func Store(t *testing.T, scheme string, s conformance.StoreSuite) {
	row := spec.StoreSchemeOf(scheme)
	if row == nil || !row.Built() {
		t.Fatalf("no row says what a %s: store can do", scheme)
	}
	s.Modes, s.New = modes(row.Modes), modes(row.New)
	s.Shared = row.Shared != spec.OneFlow
	s.Narrow = slices.Contains(row.Lossy, "uint64")
	s.Files = row.IsFile()
	conformance.Store(t, s)
}

func modes(list []spec.StoreMode) []flow.Mode {
	names := map[spec.StoreMode]flow.Mode{spec.Append: flow.Append, spec.Upsert: flow.Upsert, spec.Replace: flow.ReplaceAll}
	var all []flow.Mode
	for _, m := range list {
		all = append(all, names[m])
	}
	return all
}
