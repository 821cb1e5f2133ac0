package run

import (
	"context"
	"time"

	"github.com/flowc-dev/flowc/internal/cron"
	"github.com/flowc-dev/flowc/internal/setting"
)

// Trigger says when a pipeline runs whose first stage does not wait for data:
// one of Every, Cron, After and Once is given. Texts may hold ${NAME}, names may
// not.
type Trigger struct {
	Every string   // a period; runs at start too
	Delay string   // before the first run; with Every and Once
	Cron  string   // five fields: minute, hour, day, month and weekday
	Zone  string   // time zone of Cron, as the IANA database names it; default UTC
	Queue bool     // hold one run that comes due while another runs, instead of skipping it
	After []string // pipelines of the same flow: runs when all have succeeded since its last run began
	Once  bool     // run once
}

// timing is a trigger with its settings resolved.
type timing struct {
	every    time.Duration
	delay    time.Duration
	schedule *cron.Schedule
	cron     string // what schedule was read from
	zone     *time.Location
	queue    bool
	after    []string
	once     bool
}

func (t Trigger) resolve(s *Setup, place string) timing {
	r := timing{delay: s.Duration(place, "delay", t.Delay), queue: t.Queue, after: t.After, once: t.Once}
	switch {
	case t.Once, len(t.After) > 0:
	case t.Cron != "":
		r.cron, r.schedule = s.schedule(place, t.Cron)
		r.zone = s.zone(place, t.Zone)
	default:
		r.every = s.Positive(place, "every", t.Every, "must be longer than 0s")
	}
	return r
}

// schedule resolves a cron schedule and returns it with its text.
func (s *Setup) schedule(place, raw string) (string, *cron.Schedule) {
	text, ok := s.public(place, "cron", raw)
	if !ok {
		return "", nil
	}
	schedule, err := cron.Parse(text)
	if err != nil {
		s.Errorf(place, "cron: %w", err) // which does not show the text
	}
	return text, schedule
}

// zone resolves a time zone.
func (s *Setup) zone(place, raw string) *time.Location {
	name, ok := s.public(place, "zone", raw)
	if !ok {
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil || !setting.IsZone(name) {
		s.Errorf(place, "zone: not a time zone such as \"Europe/Berlin\"")
		return time.UTC
	}
	return zone
}

// agenda hands out the runs of a pipeline, one after the other.
type agenda interface {
	// await waits until a run is due and returns the time at which it was. It is
	// called at the start and when a run has ended, which is now. It returns
	// false where no run begins any more.
	await(r *running, now time.Time) (due time.Time, ok bool)
	// next returns when the run after the one in progress is due, as far as that
	// is known, else the zero time.
	next(r *running) time.Time
}

// agenda returns the agenda of the pipeline's trigger.
func (p *pipeline) agenda(r *running, now time.Time) agenda {
	switch t := p.trigger; {
	case p.succession != nil:
		return p.succession
	case r.once, t.once, len(t.after) > 0:
		return &oneRun{due: now.Add(t.delay)}
	case t.schedule != nil:
		return newCalendar(p, r)
	}
	return newTimetable(p, now)
}

// oneRun is the agenda of a pipeline that runs once.
type oneRun struct {
	due  time.Time
	made bool
}

func (o *oneRun) await(r *running, _ time.Time) (time.Time, bool) {
	if o.made {
		return time.Time{}, false
	}
	o.made = true
	return o.due, r.wait(o.due)
}

func (o *oneRun) next(*running) time.Time { return time.Time{} }

// schedule makes the runs of the pipeline's agenda until there are no more, or
// one of them fails.
func (p *pipeline) schedule(r *running) error {
	now := time.Now()
	for a := p.agenda(r, now); ; now = time.Now() {
		due, ok := a.await(r, now)
		if !ok {
			return nil
		}
		if err := p.perform(r, due, a); err != nil || r.stop.Err() != nil {
			return err
		}
	}
}

// perform makes the run that is due, and those that follow it at once. Where the
// pipeline goes on after an error, the run is made again after a pause, unless
// the next one is due before.
func (p *pipeline) perform(r *running, due time.Time, a agenda) error {
	work := context.WithValue(WithScope(r.work, p.scope), dueKey{}, due)
	for failures := 1; ; failures++ {
		more, err := p.attemptRun(work)
		r.changed()
		switch {
		case err == nil && !more:
			p.succeed(time.Now())
			return nil
		case err == nil:
			if !r.wait(time.Now()) {
				return nil
			}
			failures = 0
			continue
		case work.Err() != nil:
			p.scope.logger.Warn("run cut off: it did not end within the grace period", "error", err)
			return nil
		case r.waiting.Err() != nil:
			p.logCutOff(err)
			return nil
		case !p.options.Continue || r.once:
			return err
		case r.stop.Err() != nil:
			p.logFailure(err)
			return nil
		}
		if !p.waitAgain(r, a, failures, err) {
			return nil
		}
	}
}

// waitAgain pauses after a failed run. It returns false where the run is not
// made again: the next one is due before, or the service stops.
func (p *pipeline) waitAgain(r *running, a agenda, failures int, err error) bool {
	wait := p.pause(failures, err)
	if next := a.next(r); !next.IsZero() && !next.After(time.Now().Add(wait)) {
		p.logFailure(err, "again_in", max(0, time.Until(next)).Round(time.Millisecond))
		return false
	}
	p.logFailure(err, "again_in", wait.Round(time.Millisecond))
	return r.wait(time.Now().Add(wait))
}

type dueKey struct{}

// Due returns the time at which the running pipeline was due, whenever it came
// to run. Outside of a pipeline with a trigger it is the present time.
func Due(ctx context.Context) time.Time {
	if due, ok := ctx.Value(dueKey{}).(time.Time); ok {
		return due
	}
	return time.Now()
}
