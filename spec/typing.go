package spec

// Typing: which type arrives at each place, how the calls there meet it, and
// what goes on. The rules are those of "Types" in the language reference.

func (r *resolver) typePipelines() {
	for _, p := range r.graph.Pipelines {
		if len(p.Steps) == 0 {
			continue
		}
		p.flawed = r.errsIn(func() {
			r.typeSteps(p.Steps, Arrival{}, true)
			r.typeReply(p)
		}) || p.flawed
	}
	for _, s := range r.graph.Stages {
		r.typeParams(s)
	}
}

// typeSteps types a sequence and returns what goes on behind it.
func (r *resolver) typeSteps(steps []Step, in Arrival, first bool) Arrival {
	for i := range steps {
		step := &steps[i]
		step.In = in
		switch {
		case step.Place == nil:
			step.Out = r.typeGroup(step, r.arrivesAt(step, in))
		case first && i == 0:
			step.Out = r.typeFirst(step.Place)
		default:
			if i > 0 && r.merges(step.Place, in) {
				steps[i-1].Merge = true
				in = Arrival{Types: in.Types[:1], Many: true, list: []int{0}, from: in.from[:1]}
			}
			step.Out = r.typePlace(step.Place, in)
		}
		in = step.Out
	}
	return in
}

// arrivesAt is what arrives at a group. That nothing does is reported once, not
// for each branch.
func (r *resolver) arrivesAt(group *Step, in Arrival) Arrival {
	if len(in.Types) > 0 || in.unknown {
		return in
	}
	var first *Place
	walk([]Step{*group}, func(p *Place) {
		if first == nil {
			first = p
			r.report(errNothingArrives(p))
		}
	})
	return Arrival{unknown: true}
}

// typeFirst types the first place of a pipeline.
func (r *resolver) typeFirst(p *Place) Arrival {
	p.Form = First
	switch {
	case !p.resolved():
		return Arrival{unknown: true}
	case p.Topic != nil:
		if p.Topic.Record == nil {
			return Arrival{unknown: true}
		}
		p.Out = r.carries(p, &Type{Kind: RecordOf, Record: p.Topic.Record}, true)
		return p.Out
	case p.Stage.Kind != nil && !p.Stage.Kind.First:
		r.report(errNotFirst(p.Span, p.Stage))
		return Arrival{unknown: true}
	case p.Stage.Kind != nil && p.Stage.Kind.NeedsOut && p.Stage.Options.Missing("out"):
		r.report(errNeedsOut(p.Stage.Span, p.Stage))
		return Arrival{unknown: true}
	}
	if p.Stage.Kind != nil {
		r.checkNoFields(p.Stage)
	}
	if !r.firstTakes(p) && p.Stage.Out == nil {
		return Arrival{unknown: true}
	}
	return r.firstGives(p)
}

// firstTakes reports whether in of a first stage is right: nothing arrives, but
// a Go stage on a timer may take the time its run was due.
func (r *resolver) firstTakes(p *Place) bool {
	s := p.Stage
	if len(s.In) == 0 {
		return true
	}
	timer := p.Pipeline.Trigger == Every || p.Pipeline.Trigger == Cron || p.Pipeline.Trigger == Once
	if s.IsGo() && timer && len(s.In) == 1 && s.In[0].String() == "time" {
		p.Due = true
		return true
	}
	r.report(errInFirst(s.Options.Entry("in").KeySpan, s))
	return false
}

func (r *resolver) firstGives(p *Place) Arrival {
	s := p.Stage
	waits := s.Kind != nil && s.Kind.Waits
	switch {
	case s.Out != nil:
		p.Out = r.carries(p, s.Out, waits || s.Stream)
	case !s.Options.Missing("out"):
		p.Out = Arrival{unknown: true}
	case s.Kind != nil && s.Kind.Loads:
		p.Out = Arrival{unknown: true}
	}
	return p.Out
}

// carries is the arrival of one type; a list is a list of its own.
func (r *resolver) carries(p *Place, t *Type, many bool) Arrival {
	r.lists++
	return Arrival{Types: []*Type{t}, Many: many, list: []int{r.lists}, from: []*Place{p}}
}

// typePlace types a later place and returns what goes on.
func (r *resolver) typePlace(p *Place, in Arrival) Arrival {
	p.In = in
	p.Out = in
	switch {
	case !p.resolved():
		p.Out = Arrival{unknown: true}
	case p.Store != nil:
		r.typeSink(p, p.Store.Record, in)
	case p.Topic != nil:
		if p.Topic.Record == nil && p.Topic.Options.Text("record") == "flow.Dead" {
			r.report(errDeadPublished(p.Span, p.Topic))
			break
		}
		r.typeSink(p, p.Topic.Record, in)
	case p.Stage.Kind != nil && !p.Stage.Kind.Later:
		r.report(errOnlyFirst(p.Span, p.Stage))
		p.Out = Arrival{unknown: true}
	default:
		r.typeStage(p, in)
	}
	return p.Out
}

// typeSink types a store or a topic: it takes records, one by one or as lists.
func (r *resolver) typeSink(p *Place, rec *Record, in Arrival) {
	if rec == nil || in.unknown {
		return
	}
	if len(in.Types) == 0 {
		r.report(errNothingArrives(p))
		p.Out = Arrival{unknown: true}
		return
	}
	want := &Type{Kind: RecordOf, Record: rec}
	switch {
	case len(in.Types) == 1 && in.Types[0].Equal(want):
		p.Form = ByValue
	case len(in.Types) == 1 && in.Types[0].IsList() && in.Types[0].Elem.Equal(want):
		p.Form = ByItem
	default:
		r.report(errSinkMismatch(p.Span, p.Name(), want, in))
	}
}

// typeStage types a stage in later place.
func (r *resolver) typeStage(p *Place, in Arrival) {
	s := p.Stage
	p.Out = Arrival{unknown: true}
	if in.unknown {
		return
	}
	if len(in.Types) == 0 {
		r.report(errNothingArrives(p))
		return
	}
	wants := s.In
	if len(wants) == 0 {
		wants = r.defaultIn(s, in)
	}
	form, ok := meet(wants, in)
	if !ok || !s.IsGo() && len(wants) > 1 {
		r.report(errTypeMismatch(p, wants, in))
		return
	}
	p.Form = form
	if form == Batched {
		r.report(errNotBuilt(p.Span, "gathering values into a list"))
	}
	r.stageTakes(p, wants)
	p.Out = r.gives(p, in)
}

// defaultIn is what a stage takes that does not say: what arrives. A built-in
// takes the items of a list one by one.
func (r *resolver) defaultIn(s *Stage, in Arrival) []*Type {
	if s.IsGo() || len(in.Types) > 1 {
		return in.Types
	}
	return []*Type{in.Types[0].Item()}
}

// meet finds how values of the types in become arguments of the types wants.
func meet(wants []*Type, in Arrival) (Form, bool) {
	if len(wants) != len(in.Types) {
		return 0, false
	}
	whole, items := true, true
	for i, want := range wants {
		have := in.Types[i]
		whole = whole && want.Equal(have)
		items = items && have.IsList() && want.Equal(have.Elem) && in.list[i] == in.list[0]
	}
	switch {
	case whole && len(wants) == 1:
		return ByValue, true
	case whole:
		return Joined, true
	case items && len(wants) == 1:
		return ByItem, true
	case items && in.list[0] != 0:
		return JoinedBy, true
	case len(wants) == 1 && in.Many && wants[0].IsList() && wants[0].Elem.Equal(in.Types[0]):
		return Batched, true
	}
	return 0, false
}

// merges reports whether a place takes the results of the branches before it
// one by one: they are of one type, and it takes one value of that.
func (r *resolver) merges(p *Place, in Arrival) bool {
	if len(in.Types) < 2 || !p.resolved() || !in.sameTypes() {
		return false
	}
	return p.Stage == nil || len(p.Stage.In) == 1
}

// stageTakes notes the types of a stage's values and checks what its options
// say of their fields.
func (r *resolver) stageTakes(p *Place, wants []*Type) {
	s := p.Stage
	if s.Params == nil {
		s.Params, s.taker = wants, p
	} else if listTypes(wants) != listTypes(s.Params) {
		r.report(errTwoTypes(p.Span, s, p.In, s.taker))
	}
	if !s.IsGo() {
		r.checkFields(p, wants[0])
	}
}

// gives is what goes on behind a stage.
func (r *resolver) gives(p *Place, in Arrival) Arrival {
	s := p.Stage
	switch {
	case s.Out == nil && !s.Options.Missing("out"):
		return Arrival{unknown: true}
	case s.Out == nil && s.Kind != nil && s.Kind.Loads:
		return Arrival{unknown: true}
	case s.Out == nil:
		return in
	case s.Kind != nil && !s.Kind.Asks && !s.Kind.Loads:
		r.report(errOutRefused(s.Options.Entry("out").KeySpan, s))
		return in
	}
	if p.Form != ByItem && p.Form != JoinedBy {
		return r.carries(p, s.Out, in.Many || s.Stream)
	}
	if s.Out.IsList() { // the lists of all items, joined
		return r.carries(p, s.Out, in.Many)
	}
	return Arrival{Types: []*Type{{Kind: List, Elem: s.Out}}, Many: in.Many, list: in.list[:1], from: []*Place{p}}
}

// typeParams judges a stage by all its places: its one function has one
// signature.
func (r *resolver) typeParams(s *Stage) {
	var first, later *Place
	for _, p := range s.Places {
		if p.isFirst() {
			first = p
			continue
		}
		if later == nil {
			later = p
		}
	}
	switch {
	case first != nil && later != nil && s.IsGo():
		r.report(errFirstAndLater(later.Span, first.Span, s))
	case first != nil && first.Due:
		s.Params = s.In
	}
	r.checkWaitingTwice(s)
}

// checkWaitingTwice refuses a source that waits, or that has a position, in two
// pipelines: each record would go to one of them.
func (r *resolver) checkWaitingTwice(s *Stage) {
	if s.Kind == nil || !s.Kind.Waits && !s.New {
		return
	}
	var first *Place
	for _, p := range s.Places {
		if !p.isFirst() {
			continue
		}
		if first != nil {
			r.report(errWaitsTwice(p.Span, first.Span, s))
		}
		first = p
	}
}

// typeReply finds the value that a caller of the first stage gets: that of the
// last stage, where it has an out.
func (r *resolver) typeReply(p *Pipeline) {
	first, last := p.First(), p.Steps[len(p.Steps)-1]
	if first.Stage == nil || first.Stage.Kind == nil || !first.Stage.Kind.Replies || last.Place == nil || last.Place == first {
		return
	}
	if s := last.Place.Stage; s == nil || s.Out == nil || last.Out.unknown || len(last.Out.Types) != 1 {
		return
	}
	for _, step := range p.Steps {
		if step.Merge {
			r.report(errReplyMerged(last.Place.Span))
			return
		}
	}
	p.Reply = last.Out.Types[0]
}
