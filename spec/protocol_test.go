package spec_test

import (
	"slices"
	"testing"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// TestProtocols wants a protocol for each kind that has an option for a
// connection, and for no other; flowc opens the connections of what it builds.
func TestProtocols(t *testing.T) {
	for _, k := range templates.Kinds() {
		takes := slices.ContainsFunc(k.Options, func(o spec.Option) bool { return o.Of == "connection" })
		if takes != (k.Connection != nil) {
			t.Errorf("kind %s: an option for a connection: %t; a protocol: %t", k.Name, takes, k.Connection != nil)
		}
		if k.Connection != nil && !k.NotBuilt && k.Connection.Package == "" {
			t.Errorf("kind %s is built, and nothing opens its connection (%s)", k.Name, k.Connection.Name)
		}
	}
}
