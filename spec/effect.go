package spec

import "slices"

// Warnings about options that are declared, but can have no effect where they
// stand.

// checkStoreEffect warns of settings of saving, where the store stands in no
// list of stages: functions that write it call it as they are.
func (r *resolver) checkStoreEffect(s *Store) {
	if x := StoreSchemeOf(Scheme(s.Options.Text("url"))); x != nil && x.Shared == OneFlow && len(s.Schemes) == 1 {
		r.noEffect(s.Options, "table", "a file holds one store")
	}
	if len(s.Flows) == 0 || r.saved(s) {
		return
	}
	for _, name := range []string{"timeout", "retry", "on_error"} {
		r.noEffect(s.Options, name, "it is for \"store."+s.Name+"\" in a list of stages, where this store never stands")
	}
}

// saved reports whether a store stands in a list of stages.
func (r *resolver) saved(s *Store) bool {
	found := false
	for _, p := range r.graph.Pipelines {
		p.Walk(func(place *Place) { found = found || place.Store == s })
	}
	return found
}

// checkStageEffect warns of settings that mean nothing to the stage's kind.
func (r *resolver) checkStageEffect(s *Stage) {
	if s.Policy.Workers > 1 && len(s.Places) > 0 && !slices.ContainsFunc(s.Places, func(p *Place) bool { return !p.isFirst() }) {
		r.noEffect(s.Options, "workers", "a stage in first place makes one call a run")
	}
	if s.Kind == nil {
		return
	}
	for _, o := range r.schemaOf(s.Kind) {
		if why := s.Kind.noEffect(s.Options, o.Name); why != "" {
			r.noEffect(s.Options, o.Name, why)
		}
	}
}

// noEffect says why an option has no effect on a stage of this kind, beside its
// other options; empty where it has one.
func (k *Kind) noEffect(o Options, option string) (why string) {
	switch {
	case k.Waits && slices.Contains([]string{"timeout", "retry", "rate"}, option):
		return "a source that waits for its data is not called"
	case k.NoEffect != nil:
		return k.NoEffect(o, option)
	}
	return ""
}

func (r *resolver) noEffect(o Options, option, why string) {
	if e := o.Entry(option); e != nil {
		r.report(warnNoEffect(e.KeySpan, option, why))
	}
}
