package spec

import "fmt"

// Delivery: what each pipeline promises, derived from its source and its sinks.

func (r *resolver) deliver() {
	for _, p := range r.graph.Pipelines {
		if len(p.Steps) == 0 || !p.First().resolved() {
			continue
		}
		p.Source = sourceClass(p.First())
		p.Promise, p.Why = promise(p)
		r.checkKept(p)
		if e := p.Options.Entry("promise"); e != nil && wanted(e.Value.Text) < p.Promise && !r.doubtful(p) {
			r.report(errPromise(e.Value.Span, p, e.Value.Text))
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

// promise derives what a pipeline promises, and the edge that makes it no
// stronger.
func promise(p *Pipeline) (Promise, string) {
	if p.Source == Lossy {
		return AtMostOnce, fmt.Sprintf("source %q is lossy: what was in flight at a crash is gone", p.First().Name())
	}
	if weak := weakSink(p.Steps, p); weak != "" {
		return AtLeastOnce, weak
	}
	why := "the source gives again what was not done, and every sink drops repeats"
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
	age, known := durationOf(keep.Value.Text)
	period, given := durationOf(every.Value.Text)
	if known && given && age > 0 && age <= period {
		r.report(errKeptTooShort(keep.Value.Span, every.Value.Span, s, p))
	}
}

// weakSink names the first sink that would keep a repeat.
func weakSink(steps []Step, p *Pipeline) string {
	for _, s := range steps {
		for _, b := range s.Branches {
			if weak := weakSink(b.Steps, p); weak != "" {
				return weak
			}
		}
		if s.Place == nil {
			continue
		}
		if weak := weakPlace(s.Place, p); weak != "" {
			return weak
		}
	}
	return ""
}

func weakPlace(place *Place, p *Pipeline) string {
	switch {
	case place.Store != nil:
		return weakStore(place.Store, p)
	case place.Topic != nil && !place.isFirst():
		return fmt.Sprintf("topic %q keeps repeats", place.Topic.Name)
	case place.Stage == nil:
		return ""
	}
	for _, store := range place.Stage.Writes {
		if weak := weakStore(store, p); weak != "" {
			return weak
		}
	}
	k := place.Stage.Kind
	if k != nil && k.Sends && !place.isFirst() && place.Stage.Out == nil && !k.Idempotent {
		return fmt.Sprintf("stage %q (%s) sends again what is repeated", place.Stage.Name, k.Name)
	}
	return ""
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
