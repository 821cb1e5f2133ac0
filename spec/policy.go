package spec

import "strings"

// BuiltinPolicy is what built-ins, stores and topics have unless the spec says
// otherwise. Go stages are called once and without a limit.
func BuiltinPolicy() Policy {
	return Policy{Timeout: "30s", Attempts: 5, First: "200ms", Max: "10s"}
}

// policy reads timeout, retry and on_error.
func (r *resolver) policy(o Options) Policy {
	retry := o.Sub("retry")
	p := Policy{
		Timeout:  o.Text("timeout"),
		Attempts: retry.Int("attempts"),
		First:    retry.Text("first"),
		Max:      retry.Text("max"),
		Rate:     o.Text("rate"),
	}
	if e := o.Entry("timeout"); e != nil && zeroDuration(e.Value.Text) {
		r.report(errZeroTimeout(e.Value.Span))
	}
	if n := o.Int("workers"); n > 1 {
		p.Workers = n
	} else if o.Has("workers") && n == 0 {
		r.report(errOutOfRange(o.Entry("workers").Value.Span, "a stage needs at least one worker", "write workers = 1, or drop it"))
	}
	switch {
	case p.Attempts > 0:
	case retry.Has("attempts"):
		r.report(errOutOfRange(retry.Entry("attempts").Value.Span, "a call needs at least one attempt", "write attempts = 1"))
	case o.Has("retry"):
		p.Attempts = BuiltinPolicy().Attempts
	default:
		p.Attempts = 1
	}
	r.checkPauses(retry)
	if e := o.Entry("on_error"); e != nil {
		p.OnError, p.Topic = r.onError(e.Value, "skip", OnErrorSkip)
	}
	return p
}

// checkPauses wants the first pause to be no longer than the longest, where
// both stand in the spec or are defaults.
func (r *resolver) checkPauses(retry Options) {
	at := retry.Entry("first")
	if at == nil {
		at = retry.Entry("max")
	}
	first, firstKnown := DurationOf(retry.Text("first"))
	most, mostKnown := DurationOf(retry.Text("max"))
	if at == nil || !firstKnown || !mostKnown || first <= most {
		return
	}
	r.report(errPauses(at.Value.Span, "the first pause, "+retry.Text("first")+", is longer than the longest, "+retry.Text("max"), "write both, first no longer than max"))
}

// onError reads on_error: "fail", one word more, or a topic.
func (r *resolver) onError(v *Value, word string, meaning OnError) (OnError, *Topic) {
	if name, ok := strings.CutPrefix(v.Text, "topic."); ok {
		topic := r.topics[name]
		switch {
		case topic == nil:
			unknown(r, v.Span, "topic", name, r.topics)
		case topic.Options.Text("record") != "flow.Dead":
			r.report(errNotDeadLetters(v.Span, topic))
		default:
			topic.written = true
			r.report(errNotBuilt(v.Span, "a dead letter topic"))
		}
		return OnErrorTopic, topic
	}
	switch v.Text {
	case "fail":
		return OnErrorFail, nil
	case word:
		return meaning, nil
	}
	r.report(errBadChoice(v.Span, "on_error", v.Text, []string{"fail", word, "topic.NAME"}))
	return OnErrorFail, nil
}
