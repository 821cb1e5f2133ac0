package run

import (
	"flag"
	"fmt"
	"strings"
	"time"
)

// help returns what -h prints: examples with the program's own names, its flows
// and pipelines, its flags.
func help(p Program, setups []*Setup, flags *flag.FlagSet) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s runs the flows of service %q, which flowc generated.\n\n", p.Service, p.Service)
	helpExamples(&b, p, setups)
	helpFlows(&b, p, setups)
	fmt.Fprint(&b, "\nFlags:\n")
	flags.SetOutput(&b)
	flags.PrintDefaults()
	fmt.Fprint(&b, "\nCtrl-C drains: sources stop, what is in flight ends within the time of -grace, the\nrest stays unacknowledged. A second Ctrl-C ends at once. Exit status: 0 ended as\nasked, 1 failed, 2 wrong arguments.\n")
	return b.String()
}

func helpExamples(b *strings.Builder, p Program, setups []*Setup) {
	w := columns(b)
	example := func(args, what string) {
		fmt.Fprintf(w, "  %s\t%s\n", strings.TrimSpace(p.Service+" "+args), what)
	}
	example("", "run until Ctrl-C")
	example("-for 20s", "run for 20 seconds, then drain and stop")
	example("-once", "run each scheduled pipeline once")
	if all := pipelinesOf(setups); len(all) > 0 {
		example("-pipelines "+all[len(all)-1].options.Name, "run this pipeline only; others after a comma")
	}
	example("-check", "resolve all settings, connect, say what is wrong")
	if len(p.Flows) > 1 {
		example(p.Flows[0].Name, "run this flow only")
		example("-processes", "run each flow in a process of its own")
	}
	for _, f := range p.Flows {
		if f.Host != "" {
			example("-host "+f.Host, "run the flows of this host only")
			break
		}
	}
	w.Flush()
}

func helpFlows(b *strings.Builder, p Program, setups []*Setup) {
	fmt.Fprint(b, "\nFlows and their pipelines:\n")
	w := columns(b)
	for i, s := range setups {
		name := s.flow
		if host := p.Flows[i].Host; host != "" {
			name += " (host " + host + ")"
		}
		fmt.Fprintf(w, "  %s\n", name)
		for _, p := range s.pipelines {
			fmt.Fprintf(w, "    %s\t%s\t%s\n", p.options.Name, p.when(), p.options.Doc)
		}
	}
	w.Flush()
}

// when says what makes the pipeline run.
func (p *pipeline) when() string {
	switch t := p.trigger; {
	case p.waits():
		return "when data arrives"
	case t.once:
		return "once" + after(t.delay)
	case len(t.after) > 0:
		return "after " + strings.Join(t.after, ", ")
	case t.zone != nil:
		return fmt.Sprintf("cron %q in %v", t.cron, t.zone)
	default:
		return "every " + short(t.every) + after(t.delay)
	}
}

func after(delay time.Duration) string {
	if delay == 0 {
		return ""
	}
	return " after " + short(delay)
}
