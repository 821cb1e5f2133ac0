package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// running is what the pipelines of a process run with.
type running struct {
	stop    context.Context  // ends first: triggers stop
	waiting context.Context  // ends second: sources that wait for data stop
	work    context.Context  // ends with the grace period: work in flight is given up
	once    bool             // each scheduled pipeline makes one run
	child   bool             // other processes of the service stop with this one
	changed func()           // something happened that the status shows
	wall    func() time.Time // the wall clock, without the monotonic one
}

// wait waits until at. It returns false where the service stops before, or just
// then: a run that is due when the time of -for is up is not made.
func (r *running) wait(at time.Time) bool {
	if end, ok := r.stop.Deadline(); ok && !at.Before(end) {
		<-r.stop.Done()
	}
	return Sleep(r.stop, time.Until(at)) == nil && r.stop.Err() == nil
}

// serving ends when what a pipeline talks to may have stopped: a source of this
// process, or, at a stop of all processes, one of another. Those stop when all
// scheduled runs are through, each in its own moment.
func (r *running) serving(p *pipeline) context.Context {
	if r.child && p.waits() {
		return r.stop
	}
	return r.waiting
}

// supervisor runs pipelines, each in its goroutine, and stops them in order.
// One loop holds all of its state.
type supervisor struct {
	logger    *slog.Logger
	pipelines []*pipeline
	once      bool
	stopAfter time.Duration // 0: never
	grace     time.Duration
	control   *control // nil: it stops by itself
	changed   func()
	wall      func() time.Time

	stop    context.CancelCauseFunc
	quiet   context.CancelFunc // ends waiting
	cutOff  context.CancelFunc
	stopped bool
	active  map[*pipeline]bool
	errs    []error
}

// Reasons to stop, as the log tells them.
var (
	errTimeUp   = errors.New("the time of -for is up")
	errAllOnce  = errors.New("all scheduled pipelines have run once")
	errPipeline = errors.New("a pipeline failed")
)

var errEndless = errors.New("does not end after the grace period: a stage ignores the end of its context")

// abandonAfter is how long a pipeline may ignore the end of its context before
// the service ends without it.
const abandonAfter = time.Second

// run runs the pipelines until all have ended or ctx ends, and returns the
// errors of those that failed.
func (v *supervisor) run(ctx context.Context) error {
	r := &running{once: v.once, child: v.control != nil, changed: v.changed, wall: v.wall}
	r.waiting, v.quiet = context.WithCancel(context.WithoutCancel(ctx))
	r.work, v.cutOff = context.WithCancel(context.WithoutCancel(ctx))
	defer v.quiet()
	defer v.cutOff()
	ctx, v.stop = context.WithCancelCause(ctx)
	defer v.stop(nil)
	end := v.limitTriggers(ctx, r)
	defer end()
	if v.control == nil {
		ctx = r.stop
	}
	v.watch(ctx, r, v.start(r))
	return errors.Join(v.errs...)
}

// limitTriggers makes the context of the triggers: it ends with ctx, after the
// time of -for, or when a parent says so. A child keeps that time too: no run is
// made that is due just then.
func (v *supervisor) limitTriggers(ctx context.Context, r *running) (free func()) {
	stop, quiet := context.WithCancelCause(ctx)
	forget := func() bool { return true }
	if v.control != nil {
		forget = context.AfterFunc(v.control.quiet, func() { quiet(errQuiet) })
	}
	cancel := func() {}
	if r.stop = stop; v.stopAfter > 0 {
		r.stop, cancel = context.WithTimeoutCause(stop, v.stopAfter, errTimeUp)
	}
	return func() { forget(); cancel(); quiet(nil) }
}

// ended is a pipeline that has ended, and why.
type ended struct {
	pipeline *pipeline
	err      error
}

// start starts all pipelines. The channel has room for all, so that one that
// was given up can still end.
func (v *supervisor) start(r *running) <-chan ended {
	ends := make(chan ended, len(v.pipelines))
	v.active = map[*pipeline]bool{}
	link(v.pipelines)
	for _, p := range v.pipelines {
		v.active[p] = true
	}
	for _, p := range v.pipelines {
		go func() { ends <- ended{p, p.loop(r)} }()
	}
	v.whenIdle(r)
	return ends
}

func (p *pipeline) loop(r *running) (err error) {
	p.scope.stopping = r.serving(p)
	defer func() { p.over(err) }()
	if p.waits() {
		return p.consume(r)
	}
	return p.schedule(r)
}

// watch waits until all pipelines have ended. After a stop they have the grace
// period for what is in flight. Sources that wait for data go on until the
// scheduled runs in flight are through, half of that period at most: one of
// these may be talking to a listener of this process. In a child the triggers end
// before ctx does: the period counts from the first of them.
func (v *supervisor) watch(ctx context.Context, r *running, ends <-chan ended) {
	triggers, stopped := r.stop.Done(), ctx.Done()
	var half, grace, abandon <-chan time.Time
	noteStop := func() {
		if triggers == nil || r.stop.Err() == nil {
			return
		}
		triggers = nil
		v.logger.Info("stopping", "because", context.Cause(r.stop), "pipelines", len(v.active), "grace", v.grace)
		half, grace = time.After(v.grace/2), time.After(v.grace)
		v.whenIdle(r)
	}
	for len(v.active) > 0 {
		select {
		case e := <-ends:
			noteStop() // which may be why it has ended
			v.end(r, e)
		case <-triggers:
			noteStop()
		case <-stopped:
			stopped = nil
			v.stopped = true
			v.whenIdle(r)
		case <-half:
			v.quiet()
		case <-grace:
			v.cutOff()
			abandon = time.After(abandonAfter)
		case <-abandon:
			v.abandon()
			return
		}
	}
}

// end notes that a pipeline has ended. One that failed stops the service,
// unless it says that the service goes on.
func (v *supervisor) end(r *running, e ended) {
	delete(v.active, e.pipeline)
	if e.err != nil {
		v.errs = append(v.errs, e.err)
	}
	if e.err != nil && !e.pipeline.options.Continue {
		v.stop(fmt.Errorf("%w: %s", errPipeline, e.pipeline.options.Name))
	}
	v.whenIdle(r)
}

// whenIdle does what follows when nothing that a trigger runs is in flight any
// more: with -once the service stops, if no source is left that ends by itself;
// after a stop the sources that wait for data do. A parent is told, and decides
// by itself.
func (v *supervisor) whenIdle(r *running) {
	if v.anyActive(func(p *pipeline) bool { return !p.waits() }) {
		return
	}
	done := v.once && !v.anyActive(func(p *pipeline) bool { return p.ends })
	switch {
	case v.control != nil && (done || r.stop.Err() != nil):
		v.control.report(eventIdle)
	case v.control == nil && done:
		v.stop(errAllOnce)
	}
	if v.stopped {
		v.quiet()
	}
}

// anyActive reports whether such a pipeline has not ended yet.
func (v *supervisor) anyActive(such func(*pipeline) bool) bool {
	for p := range v.active {
		if such(p) {
			return true
		}
	}
	return false
}

// abandon gives up pipelines that do not heed the end of their context: the
// program ends without them, and says so.
func (v *supervisor) abandon() {
	for _, p := range v.pipelines {
		if v.active[p] {
			v.errs = append(v.errs, p.scope.Fail("", "", errEndless))
		}
	}
}
