package templates

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// When a pipeline runs: for people, and as a literal of the runtime.

func when(p *spec.Pipeline) string {
	switch p.Trigger {
	case spec.Every:
		return ", every " + p.Options.Text("every")
	case spec.Once:
		return ", once"
	case spec.Cron:
		return fmt.Sprintf(", cron %q in %s", p.Options.Text("cron"), p.Options.Text("zone"))
	case spec.After:
		return ", after " + conjunction(p.Options.Strings("after"))
	}
	return ""
}

// conjunction lists names as a sentence does: a, b and c.
func conjunction(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func trigger(p *spec.Pipeline) *jen.Statement {
	o := p.Options
	return line(fromFlow("Trigger"),
		field{"Every", text(o.Text("every"))},
		field{"Delay", text(o.Text("delay"))},
		field{"Cron", text(o.Text("cron"))},
		field{"Zone", zone(p)},
		field{"After", texts(o.Strings("after"))},
		field{"Queue", flag(o.Text("overlap") == "queue")},
		field{"Once", flag(o.Bool("once"))},
	)
}

// zone is the time zone of a cron schedule; UTC is left out.
func zone(p *spec.Pipeline) jen.Code {
	if !needsZones(p) {
		return nil
	}
	return text(p.Options.Text("zone"))
}

// needsZones reports whether the schedule of a pipeline goes by a time zone
// that a database has to tell.
func needsZones(p *spec.Pipeline) bool {
	return p.Trigger == spec.Cron && p.Options.Text("zone") != "UTC"
}

// zonesPath is the package that compiles the time zone database into a program.
const zonesPath = "time/tzdata"

// zones imports that database where a schedule of the flow needs it.
func (w *wiring) zones() {
	if slices.ContainsFunc(w.flow.Pipelines, needsZones) {
		w.Anon(zonesPath)
	}
}
