package spec

import (
	"net/url"
	"slices"
	"strings"
)

// Listeners: stages that take HTTP requests. Those at one address share its
// port, so that each request must have one stage that takes it.

// listener is such a stage, as far as the defaults of its settings say.
type listener struct {
	stage    *Stage
	flow     *Flow
	host     string // without one: 127.0.0.1
	port     string
	method   string
	path     string
	segments []string // of path, decoded; "{" stands for a field
}

// checkListeners holds each listener against those before it that run on the
// same host.
func (r *resolver) checkListeners() {
	ports := map[string][]listener{}
	for _, s := range r.graph.Stages {
		l, known := listenerOf(s)
		if !known {
			continue
		}
		others := ports[l.port]
		if i := slices.IndexFunc(others, l.clashes); i >= 0 {
			r.report(errListeners(others[i], l))
		} else if i := slices.IndexFunc(others, l.sharesPort); i >= 0 {
			r.report(warnListenFlows(others[i], l))
		}
		ports[l.port] = append(others, l)
	}
}

// listenerOf returns the listener that a stage is. known is false where it is
// none, or where its settings have no defaults to judge.
func listenerOf(s *Stage) (l listener, known bool) {
	if s.Kind == nil || !s.Kind.Replies || len(s.Places) == 0 {
		return listener{}, false
	}
	flow := s.Places[0].Pipeline.Flow
	if flow == nil || flow.anywhere || s.Options.lost("listen") || s.Options.lost("path") || s.Options.lost("method") {
		return listener{}, false
	}
	address, addressKnown := DefaultOf(s.Options.Text("listen"))
	path, pathKnown := DefaultOf(s.Options.Text("path"))
	colon := strings.LastIndex(address, ":")
	if !addressKnown || !pathKnown || colon < 0 || !strings.HasPrefix(path, "/") {
		return listener{}, false
	}
	l = listener{stage: s, flow: flow, host: address[:colon], port: address[colon+1:], method: s.Options.Text("method"), path: path}
	if l.host == "" || l.host == "localhost" {
		l.host = "127.0.0.1"
	}
	for segment := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(segment, "{") {
			segment = "{"
		} else if decoded, err := url.PathUnescape(segment); err == nil {
			segment = decoded
		}
		l.segments = append(l.segments, segment)
	}
	return l, true
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
func (l listener) everywhere() bool { return l.host == "0.0.0.0" || l.host == "[::]" }

// overlaps reports whether some path fits both, and neither is a case of the
// other: that one would win.
func (l listener) overlaps(other listener) bool {
	if len(l.segments) != len(other.segments) {
		return false
	}
	narrower, wider := false, false
	for i, a := range l.segments {
		b := other.segments[i]
		switch {
		case a == b:
		case a == "" || b == "" || a != "{" && b != "{":
			return false
		case b == "{":
			narrower = true
		default:
			wider = true
		}
	}
	return narrower == wider
}
