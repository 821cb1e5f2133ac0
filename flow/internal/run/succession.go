package run

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// succession is the agenda of a pipeline that runs after others: when all have
// succeeded since its last run began. It ends when one of them has ended that
// would have to succeed once more.
type succession struct {
	pipeline *pipeline
	changed  chan struct{} // holds one: something below has changed

	mu    sync.Mutex
	after []*predecessor
	due   time.Time // when the last of them succeeded, while a run is due
}

// predecessor is a pipeline that another one follows.
type predecessor struct {
	pipeline  *pipeline
	succeeded bool // since the last run of the follower began
	ended     bool // it does not run any more
	failed    bool // it has ended with an error, or because one that it follows has
}

// link connects pipelines with those of their flow that they follow.
func link(pipelines []*pipeline) {
	for _, p := range pipelines {
		if len(p.trigger.after) > 0 {
			p.follow(pipelines)
		}
	}
}

// follow makes the agenda of a pipeline that runs after others. One of these
// that -pipelines leaves out counts as done; where none is left, the pipeline
// runs once.
func (p *pipeline) follow(pipelines []*pipeline) {
	f := &succession{pipeline: p, changed: make(chan struct{}, 1)}
	var missing []string
	for _, name := range p.trigger.after {
		i := slices.IndexFunc(pipelines, func(q *pipeline) bool { return q.flow == p.flow && q.options.Name == name })
		if i < 0 {
			missing = append(missing, name)
			continue
		}
		f.after = append(f.after, &predecessor{pipeline: pipelines[i]})
		pipelines[i].followers = append(pipelines[i].followers, f)
	}
	if len(missing) > 0 {
		p.scope.logger.Info("runs without waiting for pipelines that -pipelines leaves out", "after", strings.Join(missing, ", "))
	}
	if len(f.after) > 0 {
		p.succession = f
	}
}

// checkSuccessions reports names of pipelines to follow that the flow does not
// have.
func checkSuccessions(setups []*Setup) {
	for _, s := range setups {
		for _, p := range s.pipelines {
			for _, name := range p.trigger.after {
				if !slices.ContainsFunc(s.pipelines, func(q *pipeline) bool { return q != p && q.options.Name == name }) {
					s.Errorf("pipeline."+p.options.Name, "after: flow %q has no other pipeline %q", s.flow, name)
				}
			}
		}
	}
}

func (f *succession) await(r *running, _ time.Time) (time.Time, bool) {
	for {
		if due, ready := f.take(); ready {
			return due, r.wait(time.Now())
		}
		if f.blocked() || r.stop.Err() != nil {
			f.explain()
			return time.Time{}, false
		}
		select {
		case <-f.changed:
		case <-r.stop.Done():
		}
	}
}

func (f *succession) next(*running) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ready() {
		return f.due
	}
	return time.Time{}
}

// ready reports whether a run is due.
func (f *succession) ready() bool {
	return !slices.ContainsFunc(f.after, func(q *predecessor) bool { return !q.succeeded })
}

// take returns when the run was due that begins now, if one is.
func (f *succession) take() (due time.Time, ready bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.ready() {
		return time.Time{}, false
	}
	for _, q := range f.after {
		q.succeeded = false
	}
	return f.due, true
}

// blocked reports whether no run will ever be due: one that would have to
// succeed does not run any more.
func (f *succession) blocked() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.after, func(q *predecessor) bool { return q.ended && !q.succeeded })
}

// culprit returns a predecessor that has failed, or does not run because of one
// that has; nil where there is none.
func (f *succession) culprit() *pipeline {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, q := range f.after {
		if next := q.pipeline.succession; !q.succeeded && (q.failed || next != nil && next.culprit() != nil) {
			return q.pipeline
		}
	}
	return nil
}

// explain says that the pipeline does not run, where that is the fault of one
// that it follows.
func (f *succession) explain() {
	if q := f.culprit(); q != nil {
		f.pipeline.stranded = true
		f.pipeline.scope.logger.Warn("not run: a pipeline that it follows has not succeeded", "after", q.options.Name)
	}
}

// note changes what is known of a predecessor.
func (f *succession) note(p *pipeline, change func(*predecessor)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, q := range f.after {
		if q.pipeline == p {
			change(q)
		}
	}
	select {
	case f.changed <- struct{}{}:
	default:
	}
}

// succeed tells those that follow the pipeline that it has succeeded.
func (p *pipeline) succeed(at time.Time) {
	for _, f := range p.followers {
		f.note(p, func(q *predecessor) {
			due := f.ready()
			if q.succeeded = true; !due && f.ready() {
				f.due = at
			}
		})
	}
}

// over tells those that follow the pipeline that it does not run any more.
func (p *pipeline) over(err error) {
	for _, f := range p.followers {
		f.note(p, func(q *predecessor) { q.ended, q.failed = true, err != nil || p.stranded })
	}
}
