package spec

// Groups: branches that run at the same time, and how their results meet.

// maxJoined is how many results of branches meet: each is a parameter of the
// function that takes them.
const maxJoined = 64

// typeGroup types the branches of a group and returns what goes on behind it:
// the results of the branches that have one, by position; what arrived, if none
// has.
func (r *resolver) typeGroup(step *Step, in Arrival) Arrival {
	var results []Arrival
	for i := range step.Branches {
		b := &step.Branches[i]
		out := r.typeSteps(b.Steps, in, false)
		b.Result = len(b.Steps) == 0 || givesOut(b.Steps)
		if !b.Result {
			continue
		}
		if len(out.Types) > 1 && len(b.Steps) > 0 {
			r.report(errBranchUnjoined(b.Span))
			out.unknown = true
		}
		if merging(b.Steps) {
			r.report(errBranchMerges(b.Span))
			out.unknown = true
		}
		results = append(results, out)
	}
	r.copies(step)
	if len(results) == 0 {
		return in
	}
	return r.joinResults(step, results)
}

func (r *resolver) joinResults(step *Step, results []Arrival) Arrival {
	if len(results) == 1 {
		return results[0]
	}
	if len(results) > maxJoined {
		r.report(errTooManyJoined(step.Span, len(results)))
		return Arrival{unknown: true}
	}
	out := Arrival{}
	lists := 0
	for _, x := range results {
		if !x.unknown && len(x.Types) > 1 {
			r.report(errBranchUnjoined(step.Span))
		}
		if x.unknown || len(x.Types) != 1 {
			return Arrival{unknown: true}
		}
		out.Types = append(out.Types, x.Types[0])
		out.list = append(out.list, x.list[0])
		out.from = append(out.from, x.from[0])
		out.Many = out.Many || x.Many
		if x.Types[0].IsList() {
			lists++
		}
	}
	if lists > 0 && lists < len(results) {
		r.report(errListsMeetValues(step.Span, out))
		return Arrival{unknown: true}
	}
	return out
}

// merging reports whether results go on one by one inside of a branch: it would
// end with several values of one record.
func merging(steps []Step) bool {
	for _, s := range steps {
		if s.Merge {
			return true
		}
	}
	return false
}

// givesOut reports whether a branch ends with a value of its own: a stage in it
// has an out.
func givesOut(steps []Step) bool {
	for _, s := range steps {
		if s.Place != nil {
			if st := s.Place.Stage; st != nil && (st.Out != nil || st.Options.Has("out") || st.Kind != nil && st.Kind.Loads) {
				return true
			}
			continue
		}
		for _, b := range s.Branches {
			if givesOut(b.Steps) {
				return true
			}
		}
	}
	return false
}

// copies gives each branch values of its own where several branches hold Go
// stages: one could change what another reads.
func (r *resolver) copies(step *Step) {
	holders := 0
	for _, b := range step.Branches {
		if holdsGo(b.Steps) {
			holders++
		}
	}
	for i := range step.Branches {
		step.Branches[i].Copy = holders > 1 && holdsGo(step.Branches[i].Steps)
	}
}

func holdsGo(steps []Step) bool {
	for _, s := range steps {
		if s.Place != nil && s.Place.Stage != nil && s.Place.Stage.IsGo() {
			return true
		}
		for _, b := range s.Branches {
			if holdsGo(b.Steps) {
				return true
			}
		}
	}
	return false
}
