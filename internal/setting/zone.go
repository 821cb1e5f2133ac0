package setting

import (
	_ "embed"
	"slices"
	"strings"
)

// zoneNames are the names of the IANA time zone database, release 2025c, a line
// each. Zones go by them and not by what the machine has, so that a name is
// judged the same everywhere.
//
//go:embed zones.txt
var zoneNames string

// Zones lists the time zones, sorted.
func Zones() []string { return strings.Fields(zoneNames) }

// IsZone reports whether there is a time zone of this name. "Local" is none:
// what a service does must not depend on the machine that it runs on.
func IsZone(name string) bool { return slices.Contains(Zones(), name) }
