package templates

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/spec"
)

// Listeners: stages that take HTTP requests. Those at one address share its
// port, so that each request must have one stage that takes it.

// listener is such a stage, as far as the defaults of its settings say.
type listener struct {
	stage    *spec.Stage
	flow     *spec.Flow
	host     string
	port     string
	method   string
	path     string
	segments []segment
}

// segment is what stands between two slashes of a path.
type segment struct {
	text  string // decoded; of a field nothing
	field bool
}

// checkListeners holds each listener against those before it that run on the
// same host.
func checkListeners(stages []*spec.Stage, report spec.Report) {
	ports := map[string][]listener{}
	for _, s := range stages {
		l, known := listenerOf(s)
		if !known {
			continue
		}
		others := ports[l.port]
		if i := slices.IndexFunc(others, l.clashes); i >= 0 {
			report(errListeners(others[i], l))
		} else if i := slices.IndexFunc(others, l.sharesPort); i >= 0 {
			report(warnListenFlows(others[i], l))
		}
		ports[l.port] = append(others, l)
	}
}

// listenerOf returns the listener that a stage is. known is false where its
// settings have no defaults to judge.
func listenerOf(s *spec.Stage) (l listener, known bool) {
	flow := s.Places[0].Pipeline.Flow
	if flow == nil || flow.Anywhere || s.Options.Lost("listen") || s.Options.Lost("path") || s.Options.Lost("method") {
		return listener{}, false
	}
	address, addressKnown := spec.DefaultOf(s.Options.Text("listen"))
	path, pathKnown := spec.DefaultOf(s.Options.Text("path"))
	host, port, problem := setting.Address(address)
	if !addressKnown || !pathKnown || problem != setting.AddressFine || !strings.HasPrefix(path, "/") {
		return listener{}, false
	}
	return listener{s, flow, host, port, s.Options.Text("method"), path, segmentsOf(s.Options.Text("path"))}, true
}

// segmentsOf splits a path with {field} at its slashes.
func segmentsOf(path string) []segment {
	var list []segment
	for _, parts := range setting.Levels(setting.ParseTemplate(path)) {
		list = append(list, segmentOf(parts))
	}
	return list
}

func segmentOf(parts []setting.Part) segment {
	if len(parts) == 1 && parts[0].Kind == setting.Field && parts[0].Problem == "" {
		return segment{field: true}
	}
	text := ""
	for _, p := range parts {
		text += p.Raw
	}
	if decoded, err := url.PathUnescape(text); err == nil {
		text = decoded
	}
	return segment{text: text}
}

// clashes reports whether two listeners of one port cannot run beside each
// other.
func (l listener) clashes(other listener) bool {
	switch {
	case l.flow.Host != other.flow.Host:
		return false
	case l.host != other.host:
		return l.port != "0" && (l.everywhere() || other.everywhere())
	}
	return l.method == other.method && l.overlaps(other)
}

// sharesPort reports whether two listeners of different flows on one host have
// one port: processes do not share it.
func (l listener) sharesPort(other listener) bool {
	return l.flow != other.flow && l.flow.Host == other.flow.Host && l.host == other.host && l.port != "0"
}

// everywhere reports whether the listener takes its port of all addresses.
func (l listener) everywhere() bool { return l.host == "0.0.0.0" || l.host == "::" }

// overlaps reports whether some path fits both, and neither is a case of the
// other: that one would win.
func (l listener) overlaps(other listener) bool {
	if len(l.segments) != len(other.segments) {
		return false
	}
	var end segment // of a path with a slash at its end
	narrower, wider := false, false
	for i, a := range l.segments {
		b := other.segments[i]
		switch {
		case a == b:
		case a == end || b == end || !a.field && !b.field:
			return false
		case b.field:
			narrower = true
		default:
			wider = true
		}
	}
	return narrower == wider
}

// errListeners says that two listeners of one host cannot run beside each other.
func errListeners(first, second listener) spec.Diagnostic {
	a, b := first.stage.Name, second.stage.Name
	at, other := second.stage.Options.Entry("listen").Value.Span, first.stage.Options.Entry("listen").Value.Span
	if first.host != second.host {
		return spec.NewError("FLOW048", at, "give both the same address, or ports of their own",
			"stages %q and %q cannot both have port %s: %s stands for all addresses", a, b, first.port, everywhereOf(first, second)).WithNote(other, "the other")
	}
	if e := second.stage.Options.Entry("path"); e != nil {
		at = e.Value.Span
	}
	if e := first.stage.Options.Entry("path"); e != nil {
		other = e.Value.Span
	}
	if slices.Equal(first.segments, second.segments) {
		return spec.NewError("FLOW048", at, "give each a path, a method or an address of its own",
			"stages %q and %q would take the same requests: %s %s", a, b, second.method, second.path).WithNote(other, "the other")
	}
	return spec.NewError("FLOW048", at, "give each a path, a method or an address of its own",
		"some requests fit both stages %q and %q, and neither path is a case of the other", a, b).WithNote(other, "the other")
}

// everywhereOf returns the host that is all addresses, as it stands in an address.
func everywhereOf(a, b listener) string {
	host := b.host
	if a.everywhere() {
		host = a.host
	}
	return strings.TrimSuffix(net.JoinHostPort(host, ""), ":")
}

func warnListenFlows(first, second listener) spec.Diagnostic {
	d := spec.NewWarning("FLOW104", second.stage.Options.Entry("listen").Value.Span, "give each flow a port of its own where they run as processes of their own",
		"flows %q and %q listen at one port: one program may run both, but not with -processes, and not as two programs", first.flow.Name, second.flow.Name)
	return d.WithNote(first.stage.Options.Entry("listen").Value.Span, "the other")
}
