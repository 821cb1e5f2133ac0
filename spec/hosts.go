package spec

import (
	"path"
	"slices"
	"strings"
)

// What flows share, and what they cannot share from where they run.

func (r *resolver) checkHosts() {
	for _, f := range r.graph.Flows {
		for _, p := range f.Pipelines {
			walk(p.Steps, func(place *Place) { r.useIn(f, place) })
		}
	}
	for _, f := range r.graph.Flows {
		r.checkReplicas(f)
	}
	for _, s := range r.graph.Stores {
		r.checkStoreFlows(s)
	}
	r.checkSameFiles()
	r.checkKinds()
	for _, c := range r.graph.Connections {
		if a, b := otherHost(c.Flows); b != nil && c.isEmbedded() {
			r.report(errEmbeddedHosts(c, a, b))
		}
	}
}

// checkKinds lets each kind judge its stages together.
func (r *resolver) checkKinds() {
	of := map[*Kind][]*Stage{}
	for _, s := range r.graph.Stages {
		if s.Kind != nil && len(s.Places) > 0 {
			of[s.Kind] = append(of[s.Kind], s)
		}
	}
	for i := range r.kinds {
		if k := &r.kinds[i]; k.CheckAll != nil {
			k.CheckAll(of[k], r.report)
		}
	}
}

// walk calls visit for every resolved place, in order.
func walk(steps []Step, visit func(*Place)) {
	for _, s := range steps {
		if s.Place != nil && s.Place.resolved() {
			visit(s.Place)
		}
		for _, b := range s.Branches {
			walk(b.Steps, visit)
		}
	}
}

// Walk calls visit for every place of the pipeline, in the order of the spec.
func (p *Pipeline) Walk(visit func(*Place)) { walk(p.Steps, visit) }

func (r *resolver) useIn(f *Flow, p *Place) {
	use := func(s *Store) {
		if s != nil && !slices.Contains(s.Flows, f) {
			s.Flows = append(s.Flows, f)
		}
	}
	use(p.Store)
	if p.Stage == nil {
		return
	}
	use(p.Stage.Store)
	for _, s := range p.Stage.Reads {
		use(s)
	}
	for _, s := range p.Stage.Writes {
		use(s)
	}
	if c := p.Stage.Connection; c != nil && !slices.Contains(c.Flows, f) {
		c.Flows = append(c.Flows, f)
	}
}

// otherHost finds two flows that run on different hosts.
func otherHost(flows []*Flow) (a, b *Flow) {
	for _, f := range flows {
		switch {
		case f.Anywhere:
		case a == nil:
			a = f
		case f.Host != a.Host:
			return a, f
		}
	}
	return nil, nil
}

// checkReplicas refuses sources that replicas of a flow cannot share: each would
// get all of it.
func (r *resolver) checkReplicas(f *Flow) {
	n := f.Options.Int("replicas")
	if n < 2 {
		return
	}
	for _, p := range f.Pipelines {
		p.Walk(func(place *Place) {
			if s := place.Stage; s != nil && s.Kind != nil && s.Kind.Undivided != "" {
				r.report(errReplicasRead(f.Options.Entry("replicas").Value.Span, n, f, place))
			}
		})
	}
}

func (r *resolver) checkStoreFlows(s *Store) {
	e := s.Options.Entry("url")
	if e == nil || len(s.Schemes) == 0 || s.Schemes[0] != Scheme(e.Value.Text) {
		return
	}
	x := StoreSchemeOf(s.Schemes[0])
	if !x.IsFile() {
		return
	}
	if a, b := otherHost(s.Flows); b != nil {
		r.report(errStoreHosts(e.Value.Span, s, x.Name, a, b))
		return
	}
	if x.Shared == OneFlow && len(s.Flows) > 1 {
		r.report(errStoreFlows(e.Value.Span, s, x.Name))
	}
}

// checkSameFiles refuses two stores of one file, where a file holds one store.
func (r *resolver) checkSameFiles() {
	first := map[string]*Store{}
	for _, s := range r.graph.Stores {
		file, own := fileOf(s)
		if file == "" {
			continue
		}
		other := first[file]
		if other == nil {
			first[file] = s
			continue
		}
		if _, others := fileOf(other); own || others {
			r.report(errSameFile(s.Options.Entry("url").Value.Span, other.Options.Entry("url").Value.Span, other.Name, s.Name))
		}
	}
}

// fileOf is the path of the file that a store lies in, by the default of its
// URL; "" where it lies in none. own says that it needs it for itself: stores of
// a SQLite file share it.
func fileOf(s *Store) (file string, own bool) {
	e := s.Options.Entry("url")
	if e == nil {
		return "", false
	}
	url, known := DefaultOf(e.Value.Text)
	x := StoreSchemeOf(Scheme(e.Value.Text))
	if !known || x == nil || !x.IsFile() {
		return "", false
	}
	_, file, _ = strings.Cut(url, ":")
	return path.Clean(file), x.Shared == OneFlow
}

// checkUse warns of what is declared and not used.
func (r *resolver) checkUse() {
	hides := func(d Diagnostic) bool { return d.Severity == Error && d.Code != "FLOW090" }
	if slices.ContainsFunc(r.diags, hides) {
		return // what an error hides would look unused
	}
	for _, x := range r.graph.Records {
		r.unused(x.used, x.Span, "record", x.Name)
	}
	for _, x := range r.graph.Connections {
		r.unused(len(x.Flows) > 0, x.Span, "connection", x.Name)
		if len(x.Flows) > 1 && x.isEmbedded() {
			r.report(warnEmbeddedFlows(x))
		}
	}
	for _, x := range r.graph.Stores {
		r.unused(len(x.Flows) > 0, x.Span, "store", x.Name)
		r.checkStoreEffect(x)
	}
	for _, x := range r.graph.Stages {
		r.unused(len(x.Places) > 0, x.Span, "stage", x.Name)
		r.checkStageEffect(x)
	}
	for _, x := range r.graph.Topics {
		r.unused(x.read || x.written, x.Span, "topic", x.Name)
		if x.read && !x.written {
			r.report(warnNothingWrites(x.Span, x.Name))
		}
	}
}

func (r *resolver) unused(used bool, at Span, kind, name string) {
	if !used {
		r.report(warnUnused(at, kind, name))
	}
}
