package spec

import (
	"slices"
	"strings"
)

func (r *resolver) declarePipelines() {
	for _, t := range r.declared("pipeline", validName) {
		p := &Pipeline{Name: t.Key, Span: t.KeySpan}
		r.pipelines[p.Name] = p
		r.graph.Pipelines = append(r.graph.Pipelines, p)
		p.flawed = r.errsIn(func() { r.declarePipeline(p, t) })
	}
}

func (r *resolver) declarePipeline(p *Pipeline, t *Entry) {
	p.Options = r.decode(t.Value.Entries, pipelineOptions(), "pipeline."+t.Key, t.KeySpan)
	if e := p.Options.Entry("stages"); e != nil {
		p.Steps = r.steps(p, e.Value, true)
		if len(e.Value.Items) == 0 {
			r.report(errEmptyList(e.Value.Span, "a pipeline needs a stage", "name its stages in sequence"))
		}
	}
	if e := p.Options.Entry("on_error"); e != nil {
		var what OnError
		what, _ = r.onError(e.Value, "continue", OnErrorContinue)
		p.Continue = what == OnErrorContinue
	}
	r.trigger(p)
}

// steps reads a sequence. A name that is unknown keeps its place, so that what
// stands behind it is not judged by what stands before.
func (r *resolver) steps(p *Pipeline, v *Value, first bool) []Step {
	var list []Step
	for i, item := range v.Items {
		switch item.Kind {
		case StringValue:
			place := r.place(p, item, first && i == 0)
			list = append(list, Step{Place: place, Span: item.Span})
		case ArrayValue:
			if first && i == 0 {
				r.report(errGroupFirst(item.Span))
				list = append(list, Step{Place: &Place{Span: item.Span, Pipeline: p}, Span: item.Span})
				continue
			}
			list = append(list, r.group(p, item))
		default:
			r.report(errWrongItem(item.Span, Option{Name: "stages", Type: Sequence}, item.Kind, StringValue))
		}
	}
	return list
}

// group reads a list of branches: a name is a branch of one stage, a list is a
// sequence, [] passes on what arrived.
func (r *resolver) group(p *Pipeline, v *Value) Step {
	step := Step{Span: v.Span}
	if len(v.Items) == 0 {
		r.report(errEmptyList(v.Span, "a group needs a branch", "name the stages that run at the same time, or drop the list"))
	}
	for _, item := range v.Items {
		b := Branch{Span: item.Span}
		switch item.Kind {
		case StringValue:
			b.Steps = r.steps(p, &Value{Kind: ArrayValue, Span: item.Span, Items: []*Value{item}}, false)
		case ArrayValue:
			b.Steps = r.steps(p, item, false)
		default:
			r.report(errWrongItem(item.Span, Option{Name: "stages", Type: Sequence}, item.Kind, StringValue))
		}
		step.Branches = append(step.Branches, b)
	}
	if len(step.Branches) > 0 && !slices.ContainsFunc(step.Branches, func(b Branch) bool { return len(b.Steps) > 0 }) {
		r.report(errEmptyGroup(v.Span))
	}
	return step
}

// place links a name of a sequence.
func (r *resolver) place(p *Pipeline, v *Value, first bool) *Place {
	place := &Place{Span: v.Span, Pipeline: p}
	kind, name, dotted := strings.Cut(v.Text, ".")
	switch {
	case dotted && kind == "store" && first:
		r.report(errStoreFirst(v.Span, name))
	case dotted && kind == "store":
		if place.Store = r.stores[name]; place.Store == nil {
			unknown(r, v.Span, "store", name, r.stores)
		}
	case dotted && kind == "topic":
		r.topicPlace(place, v.Span, name, first)
	case r.stages[v.Text] != nil:
		place.Stage = r.stages[v.Text]
		place.Stage.Places = append(place.Stage.Places, place)
	case dotted:
		r.report(errUnknownPrefix(v.Span, v.Text))
	case r.refused.has("stage", v.Text):
	case r.stores[v.Text] != nil:
		r.report(errStoreAsStage(v.Span, v.Text))
	case r.topics[v.Text] != nil:
		r.report(errTopicAsStage(v.Span, v.Text))
	default:
		unknown(r, v.Span, "stage", v.Text, r.stages)
	}
	return place
}

func (r *resolver) topicPlace(place *Place, at Span, name string, first bool) {
	t := r.topics[name]
	switch {
	case t == nil:
		unknown(r, at, "topic", name, r.topics)
		return
	case first && t.read:
		r.report(errTopicReadTwice(at, t))
	case first:
		t.read = true
	default:
		t.written = true
	}
	place.Topic = t
}

// trigger reads when the pipeline runs.
func (r *resolver) trigger(p *Pipeline) {
	o := p.Options
	var given []*Entry
	mistaken := false // a trigger that is of no use, or missing
	for _, t := range []struct {
		option  string
		trigger Trigger
	}{{"every", Every}, {"once", Once}, {"cron", Cron}, {"after", After}} {
		if e := o.Entry(t.option); e != nil && e.Value.Text != "false" {
			given = append(given, e)
			p.Trigger = t.trigger
		} else if e == nil && !o.Missing(t.option) {
			mistaken = true
		}
	}
	if len(given) > 1 {
		r.report(errTwoTriggers(given[1].KeySpan, given[0]))
	}
	waits, known := p.waits()
	switch {
	case !known:
	case waits && len(given) > 0:
		r.report(errTriggerRefused(given[0].KeySpan, p.First()))
	case !waits && len(given) == 0 && !mistaken:
		r.report(errNoTrigger(p.Span, p))
		mistaken = true
	}
	if e := o.Entry("every"); e != nil && zeroDuration(e.Value.Text) {
		r.report(errOutOfRange(e.Value.Span, "a period cannot be zero", "write a duration such as \"60s\""))
	}
	r.schedule(p)
	if !mistaken {
		r.triggerOptions(p)
	}
}

// waits reports whether the first stage waits for its data; known is false
// where there is no first stage, or one that cannot stand first.
func (p *Pipeline) waits() (waits, known bool) {
	if len(p.Steps) == 0 || !p.First().resolved() {
		return false, false
	}
	first := p.First()
	switch {
	case first.Topic != nil:
		return true, true
	case first.Store != nil:
		return false, false
	case first.Stage.Kind != nil:
		return first.Stage.Kind.Waits, first.Stage.Kind.First
	case first.Stage.Stream && p.Trigger == Waiting:
		return true, true
	}
	return false, true
}

// triggerOptions refuses options of a trigger that the pipeline does not have.
func (r *resolver) triggerOptions(p *Pipeline) {
	for _, x := range []struct {
		option string
		of     []Trigger
		with   string
	}{
		{"delay", []Trigger{Every, Once}, "every or once"},
		{"overlap", []Trigger{Every, Cron}, "every or cron"},
		{"zone", []Trigger{Cron}, "cron"},
	} {
		e := p.Options.Entry(x.option)
		if e == nil {
			continue
		}
		if !slices.Contains(x.of, p.Trigger) {
			r.report(errTogether(e.KeySpan, x.option+" goes with "+x.with, "drop it, or give the pipeline that trigger"))
		}
	}
}

func (r *resolver) declareFlows() {
	in := map[*Pipeline]*Entry{}
	complete := !r.refused.some("flow")
	var lost []string
	for _, t := range r.declared("flow", validName) {
		f := &Flow{Name: t.Key, Span: t.KeySpan}
		f.Options = r.decode(t.Value.Entries, flowOptions(), "flow."+t.Key, t.KeySpan)
		r.graph.Flows = append(r.graph.Flows, f)
		if ReservedFlow(f.Name) {
			r.report(errReservedFlow(t.KeySpan, "flow", f.Name))
		}
		r.flowHost(f)
		lost = append(lost, r.flowPipelines(f, in, t)...)
		complete = complete && f.Options.Has("pipelines")
	}
	if len(r.graph.Flows) == 0 {
		r.singleFlow()
		return
	}
	if complete {
		r.checkInFlow(slices.DeleteFunc(slices.Clone(r.graph.Pipelines), func(p *Pipeline) bool { return in[p] != nil }), lost)
	}
}

// checkInFlow refuses pipelines that stand in no flow, but not those that a flow
// may mean by a name that is unknown: the one that is near, else any.
func (r *resolver) checkInFlow(left []*Pipeline, unknown []string) {
	if len(unknown) > maxSuggesting {
		return
	}
	var names []string
	for _, p := range left {
		names = append(names, p.Name)
	}
	meant := map[string]bool{}
	for _, name := range unknown {
		meant[nearest(name, names)] = true
	}
	for _, p := range left {
		if !meant[p.Name] && !meant[""] {
			r.report(errNoFlow(p.Span, p.Name))
		}
	}
}

func (r *resolver) flowHost(f *Flow) {
	e := f.Options.Entry("host")
	if e == nil {
		f.Anywhere = f.Options.Lost("host")
		return
	}
	f.Host, f.HostSpan = e.Value.Text, e.Value.Span
	if !validHost(f.Host) {
		f.Anywhere = true
		r.report(errBadName(e.Value.Span, "host", f.Host))
	}
}

// flowPipelines links the pipelines of a flow, and returns names that are none.
func (r *resolver) flowPipelines(f *Flow, in map[*Pipeline]*Entry, t *Entry) (lost []string) {
	e := f.Options.Entry("pipelines")
	if e == nil {
		return nil
	}
	if len(e.Value.Items) == 0 {
		r.report(errEmptyList(e.Value.Span, "a flow needs a pipeline", "name its pipelines, or drop the flow"))
	}
	for _, item := range e.Value.Items {
		p := r.pipelines[item.Text]
		switch {
		case p == nil:
			unknown(r, item.Span, "pipeline", item.Text, r.pipelines)
			lost = append(lost, item.Text)
		case in[p] == t:
			r.report(ErrListedTwice(item.Span, "pipeline "+quoted(p.Name), "this flow"))
		case in[p] != nil:
			r.report(errTwoFlows(item.Span, p.Name, in[p]))
		default:
			in[p], p.Flow = t, f
			f.Pipelines = append(f.Pipelines, p)
		}
	}
	return lost
}

// singleFlow puts all pipelines in one flow that is named as the service.
func (r *resolver) singleFlow() {
	f := &Flow{Name: r.graph.Service, Pipelines: r.graph.Pipelines, Span: Span{r.files[0].Source, 0, 0}}
	if e := r.files[0].Root.Get("service"); e != nil {
		f.Span = e.Value.Span
	}
	if ReservedFlow(f.Name) && !r.refused.some("flow") {
		r.report(errReservedFlow(f.Span, "service", f.Name))
	}
	for _, p := range f.Pipelines {
		p.Flow = f
	}
	r.graph.Flows = []*Flow{f}
	if len(f.Pipelines) == 0 && !r.refused.some("pipeline") {
		r.report(errNoPipelines(f.Span))
	}
}
