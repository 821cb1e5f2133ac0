package gen_test

import (
	"slices"
	"testing"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// TestEveryTypeHasAGolden wants each type of the language in the records of the
// case types: by itself, as a list, as a map, and where it may be missing. The
// case writes and reads them by every codec.
func TestEveryTypeHasAGolden(t *testing.T) {
	cases := goldenCases(t)
	c := cases[slices.IndexFunc(cases, func(c goldenCase) bool { return c.name == "types" })]
	dir := t.TempDir()
	layModule(t, dir)
	c.lay(t, dir)
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var have []string
	for _, r := range s.Graph.Records {
		for _, f := range r.Fields {
			have = append(have, f.Type.String())
		}
	}
	for _, name := range append(spec.BasicTypes(), "Part", "net/netip.Addr") {
		for _, form := range []string{name, "[]" + name, "map[string]" + name, name + "?"} {
			if !slices.Contains(have, form) {
				t.Errorf("no record of the case types has a field of type %s", form)
			}
		}
	}
}
