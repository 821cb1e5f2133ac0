package spec

import (
	"strings"

	"github.com/flowc-dev/flowc/internal/cron"
	"github.com/flowc-dev/flowc/internal/setting"
)

// Zones lists the time zones, sorted.
func Zones() []string { return setting.Zones() }

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
	if !setting.IsZone(zone) {
		r.report(errUnknownZone(v.SpanOf(zone), zone, Zones()))
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
