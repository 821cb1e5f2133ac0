package spec

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/cron"
)

// zoneNames are the names of the IANA time zone database, release 2025c, a line
// each. The check goes by them and not by what the machine has, so that it says
// the same everywhere.
//
//go:embed zones.txt
var zoneNames string

// Zones lists the time zones, sorted.
func Zones() []string { return strings.Fields(zoneNames) }

// schedule reads cron and zone, as far as their defaults tell them.
func (r *resolver) schedule(p *Pipeline) {
	if e := p.Options.Entry("cron"); e != nil {
		if text, known := DefaultOf(e.Value.Text); known {
			p.Schedule = r.readSchedule(e.Value, text)
		}
	}
	zone, known := DefaultOf(p.Options.Text("zone"))
	if !known {
		return
	}
	p.Zone = zone
	if e := p.Options.Entry("zone"); e != nil {
		r.checkZone(e.Value, zone)
	}
}

func (r *resolver) readSchedule(v *Value, text string) *cron.Schedule {
	s, err := cron.Parse(text)
	if problem, ok := err.(*cron.Problem); ok {
		r.report(errBadSchedule(v.spanWithin(text, problem.Start, problem.End), problem))
	}
	return s
}

func (r *resolver) checkZone(v *Value, zone string) {
	names := Zones()
	if !slices.Contains(names, zone) {
		r.report(errUnknownZone(v.SpanOf(zone), zone, names))
	}
}

// zoneOfCity returns the zone that is named by a city, as in Europe/Berlin, or
// "".
func zoneOfCity(city string, names []string) string {
	for _, name := range names {
		if _, last, ok := strings.Cut(name, "/"); ok && strings.EqualFold(last, strings.ReplaceAll(city, " ", "_")) {
			return name
		}
	}
	return ""
}
