package setting

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"
)

// Each zone that the check knows can be loaded, and the list is in order.
func TestZoneNames(t *testing.T) {
	names := Zones()
	if len(names) < 590 || !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%d names, sorted: %t", len(names), slices.IsSorted(names))
	}
	for _, name := range names {
		if zone, err := time.LoadLocation(name); err != nil || zone.String() != name {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
}
