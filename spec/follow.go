package spec

import "slices"

// Following: pipelines that run after others of their flow.

// follow links the pipelines that after names, and refuses those that can never
// have succeeded.
func (r *resolver) follow() {
	for _, p := range r.graph.Pipelines {
		if e := p.Options.Entry("after"); e != nil {
			r.predecessors(p, e.Value)
		}
	}
	r.checkCircles()
}

func (r *resolver) predecessors(p *Pipeline, v *Value) {
	if len(v.Items) == 0 {
		r.report(errEmptyList(v.Span, "after names no pipeline", "name those that must have succeeded, or write another trigger"))
	}
	for _, item := range v.Items {
		first := r.pipelines[item.Text]
		switch {
		case first == nil:
			unknown(r, item.Span, "pipeline", item.Text, r.pipelines)
		case first == p:
			r.report(errFollowsItself(item.Span, p))
		case slices.Contains(p.After, first):
			r.report(ErrListedTwice(item.Span, "pipeline "+quoted(first.Name), "this list"))
		default:
			p.After = append(p.After, first)
			r.checkPredecessor(p, first, item.Span)
		}
	}
}

// checkPredecessor refuses a pipeline of another flow, which is another
// process, and one that never comes to an end.
func (r *resolver) checkPredecessor(p, first *Pipeline, at Span) {
	waits, known := first.waits()
	switch {
	case p.Flow != nil && first.Flow != nil && p.Flow != first.Flow:
		r.report(errFollowsOtherFlow(at, p, first))
	case known && waits && !first.ends():
		r.report(errFollowsEndless(at, first))
	}
}

// ends reports whether a pipeline whose first stage waits for its data comes to
// an end.
func (p *Pipeline) ends() bool {
	s := p.First().Stage
	return s != nil && s.Kind != nil && s.Kind.Ends != nil && s.Kind.Ends(s.Options)
}

// checkCircles refuses pipelines that wait for each other. Of each circle it
// reports the link that closes it, going by the order of the spec.
func (r *resolver) checkCircles() {
	seen := map[*Pipeline]bool{}
	var path []*Pipeline
	var visit func(*Pipeline)
	visit = func(p *Pipeline) {
		if at := slices.Index(path, p); at >= 0 {
			r.report(errFollowsCircle(path[len(path)-1].itemAfter(p), path[at:]))
		}
		if seen[p] {
			return
		}
		seen[p] = true
		path = append(path, p)
		for _, first := range p.After {
			visit(first)
		}
		path = path[:len(path)-1]
	}
	for _, p := range r.graph.Pipelines {
		visit(p)
	}
}

// itemAfter returns the place at which after names a pipeline.
func (p *Pipeline) itemAfter(first *Pipeline) Span {
	v := p.Options.Entry("after").Value
	i := slices.IndexFunc(v.Items, func(item *Value) bool { return item.Text == first.Name })
	return v.Items[i].Span
}
