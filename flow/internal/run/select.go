package run

import (
	"slices"
	"strings"
)

// selectFlows returns the flows that the arguments name: all of them where they
// name none.
func selectFlows(p Program, o *options) ([]Flow, error) {
	if err := knownFlows(p, o.flows); err != nil {
		return nil, err
	}
	var selected []Flow
	var hosts []string
	for _, f := range p.Flows {
		if f.Host != "" {
			hosts = append(hosts, f.Host)
		}
		if (len(o.flows) == 0 || slices.Contains(o.flows, f.Name)) && (o.host == nil || *o.host == f.Host) {
			selected = append(selected, f)
		}
	}
	switch {
	case len(selected) > 0:
		return selected, nil
	case o.host != nil && len(hosts) == 0:
		return nil, usagef("-host %q: no flow of this program names a host", *o.host)
	case o.host != nil:
		return nil, usagef("-host %q: none of these flows runs there; this program has the hosts %s", *o.host, names(hosts))
	}
	return nil, usagef("this program has no flows")
}

func knownFlows(p Program, wanted []string) error {
	var known []string
	for _, f := range p.Flows {
		known = append(known, f.Name)
	}
	return allKnown("flow", wanted, known)
}

// allKnown reports the names that do not exist, and those that do.
func allKnown(what string, wanted, known []string) error {
	var unknown []string
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			unknown = append(unknown, `"`+name+`"`)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	if len(unknown) > 1 {
		return usagef("unknown %ss %s; there are %s", what, strings.Join(unknown, ", "), names(known))
	}
	return usagef("unknown %s %s; there is %s", what, unknown[0], names(known))
}

// selectPipelines leaves the pipelines with these names in the flows: all of
// them where none is named.
func selectPipelines(setups []*Setup, wanted []string) error {
	if len(wanted) == 0 {
		return nil
	}
	var known []string
	for _, p := range pipelinesOf(setups) {
		known = append(known, p.options.Name)
	}
	if err := allKnown("pipeline", wanted, known); err != nil {
		return err
	}
	for _, s := range setups {
		s.pipelines = slices.DeleteFunc(s.pipelines, func(p *pipeline) bool {
			return !slices.Contains(wanted, p.options.Name)
		})
	}
	return nil
}

// pipelinesOf returns the pipelines of flows, in order.
func pipelinesOf(setups []*Setup) []*pipeline {
	var all []*pipeline
	for _, s := range setups {
		all = append(all, s.pipelines...)
	}
	return all
}
