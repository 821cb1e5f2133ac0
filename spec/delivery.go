package spec

import (
	"fmt"
	"maps"
	"strings"
)

// Delivery: what each pipeline promises, derived from its source and its sinks.

func (r *resolver) deliver() {
	for _, p := range r.graph.Pipelines {
		if len(p.Steps) == 0 || !p.First().resolved() {
			continue
		}
		p.Source = sourceClass(p.First())
		p.Promise, p.Why = promise(p)
		if p.Promise == EffectivelyOnce {
			p.Proviso = proviso(p)
		}
		r.checkKept(p)
		if e := p.Options.Entry("promise"); e != nil && wanted(e.Value.Text) < p.Promise && !r.doubtful(p) {
			r.report(errPromise(e.Value.Span, weakEdges(p)[0].at, p, e.Value.Text))
		}
	}
}

// doubtful reports whether an error in what a pipeline is made of may be all
// that weakens it.
func (r *resolver) doubtful(p *Pipeline) bool {
	doubtful := p.flawed || r.refused.has("store", anyName)
	of := func(s *Store) {
		doubtful = doubtful || s != nil && (s.flawed || s.Record != nil && s.Record.flawed)
	}
	p.Walk(func(place *Place) {
		of(place.Store)
		if s := place.Stage; s != nil {
			doubtful = doubtful || s.flawed
			of(s.Store)
			for _, written := range s.Writes {
				of(written)
			}
		}
	})
	return doubtful
}

func wanted(text string) Promise {
	for _, p := range []Promise{EffectivelyOnce, AtLeastOnce, AtMostOnce} {
		if p.String() == text {
			return p
		}
	}
	return AtMostOnce
}

// sourceClass says what the first place of a pipeline can do after a crash.
func sourceClass(p *Place) SourceClass {
	switch {
	case p.Topic != nil:
		return Replayable
	case p.Stage == nil:
		return Lossy
	case p.Stage.Kind != nil && p.Stage.Kind.Source != nil:
		return p.Stage.Kind.Source(p.Stage.Options)
	case p.Stage.IsGo() && len(p.Stage.Reads) > 0 && p.Pipeline.Trigger != Waiting:
		return Fresh
	}
	return Lossy
}

// promise derives what a pipeline promises, and the edges that make it no
// stronger.
func promise(p *Pipeline) (Promise, string) {
	if weak := weakEdges(p); len(weak) > 0 {
		var why []string
		for _, edge := range weak {
			why = append(why, edge.why)
		}
		if p.Source == Lossy {
			return AtMostOnce, why[0]
		}
		return AtLeastOnce, strings.Join(why, "; ")
	}
	why := "the source gives again what was not done, and every sink drops repeats"
	if p.Source == Fresh {
		why = "the source reads the present state at each run, and every sink drops repeats"
	}
	if s := keptOf(p); s != nil {
		why += fmt.Sprintf("; what keep removes from store %q before it was loaded does not come", s.Name)
	}
	return EffectivelyOnce, why
}

// keptOf is the store with keep that a pipeline follows; nil where it follows
// none.
func keptOf(p *Pipeline) *Store {
	if st := p.First().Stage; st != nil && st.Store != nil && st.Store.Options.Has("keep") && p.Source == Replayable {
		return st.Store
	}
	return nil
}

// checkKept refuses a pipeline that asks for what is new so rarely that keep has
// removed some of it each time.
func (r *resolver) checkKept(p *Pipeline) {
	s, every := keptOf(p), p.Options.Entry("every")
	if s == nil || every == nil {
		return
	}
	keep := s.Options.Entry("keep")
	age, known := DurationOf(keep.Value.Text)
	period, given := DurationOf(every.Value.Text)
	if known && given && age > 0 && age <= period {
		r.report(errKeptTooShort(keep.Value.Span, every.Value.Span, s, p))
	}
}

// weakEdge is a place that weakens what a pipeline promises.
type weakEdge struct {
	at  Span
	why string
}

// weakEdges are the source, where it is lossy, else the sinks that would keep a
// repeat; each reason stands once.
func weakEdges(p *Pipeline) (list []weakEdge) {
	if p.Source == Lossy {
		why := fmt.Sprintf("source %q is lossy: what was in flight at a crash is gone", p.First().Name())
		return []weakEdge{{p.First().Span, why}}
	}
	seen := map[string]bool{"": true}
	p.Walk(func(place *Place) {
		for _, why := range weakSinks(place) {
			if !seen[why] {
				seen[why] = true
				list = append(list, weakEdge{place.Span, why})
			}
		}
	})
	return list
}

// proviso says what effectively once takes for granted: that stages give the same
// keys, and that none adds to what is saved behind it or by it, so that a repeat
// would count twice. What appends drops the repeat whatever it holds, and a fresh
// source gives no record again.
func proviso(p *Pipeline) string {
	text := "as long as its stages give the same keys for the same record"
	if p.Source != Fresh {
		findLoops(p.Steps, map[*Store]*Stage{}, func(stage *Stage, store *Store) {
			loop := fmt.Sprintf(", and stage %q adds to nothing that it reads of store %q", stage.Name, store.Name)
			if !strings.Contains(text, loop) {
				text += loop
			}
		})
	}
	return text + ", which flowc cannot see"
}

// findLoops finds the stores that are saved to where they were read before; read
// are those that were so far, and by which stage.
func findLoops(steps []Step, read map[*Store]*Stage, found func(*Stage, *Store)) {
	for _, s := range steps {
		before := maps.Clone(read)
		for _, b := range s.Branches {
			branch := maps.Clone(before)
			findLoops(b.Steps, branch, found)
			maps.Copy(read, branch)
		}
		if s.Place == nil {
			continue
		}
		for _, store := range s.Place.reads() {
			read[store] = s.Place.Stage
		}
		for _, store := range s.Place.saves() {
			if stage := read[store]; stage != nil && store.Mode != Append {
				found(stage, store)
			}
		}
	}
}

// reads are the stores that a place reads.
func (p *Place) reads() []*Store {
	switch {
	case p.Stage == nil:
		return nil
	case p.Stage.Store != nil:
		return []*Store{p.Stage.Store}
	}
	return p.Stage.Reads
}

// saves are the stores that a place saves to.
func (p *Place) saves() []*Store {
	switch {
	case p.Store != nil:
		return []*Store{p.Store}
	case p.Stage != nil:
		return p.Stage.Writes
	}
	return nil
}

// weakSinks say of each sink at a place why it would keep a repeat; empty of one
// that would not.
func weakSinks(place *Place) (why []string) {
	switch {
	case place.Store != nil:
		return []string{weakStore(place.Store, place.Pipeline)}
	case place.Topic != nil && !place.isFirst():
		return []string{fmt.Sprintf("topic %q keeps repeats", place.Topic.Name)}
	case place.Stage == nil:
		return nil
	}
	for _, store := range place.Stage.Writes {
		why = append(why, weakStore(store, place.Pipeline))
	}
	k := place.Stage.Kind
	if k != nil && k.Sends && !place.isFirst() && place.Stage.Out == nil && !k.Idempotent {
		why = append(why, fmt.Sprintf("stage %q (%s) sends again what is repeated", place.Stage.Name, k.Name))
	}
	return why
}

func weakStore(s *Store, p *Pipeline) string {
	switch {
	case s.Mode == Append && len(s.Key) == 0:
		return fmt.Sprintf("store %q appends without a key, so it keeps repeats", s.Name)
	case s.Mode == Upsert && s.Version == nil && p.Source == Held:
		return fmt.Sprintf("store %q has no version, and its source may repeat out of order", s.Name)
	}
	return ""
}
