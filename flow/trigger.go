package flow

import (
	"context"
	"time"
)

// Trigger says when a pipeline runs whose first stage does not wait for data.
// Durations are texts and may hold ${NAME}.
type Trigger struct {
	Every string // a period; runs at start too
	Delay string // before the first run
	Queue bool   // hold one run that comes due while another runs, instead of skipping it
	Once  bool   // run once
}

// timing is a trigger with its settings resolved.
type timing struct {
	every time.Duration // 0: one run
	delay time.Duration
	queue bool
}

func (t Trigger) resolve(s *Setup, place string) timing {
	r := timing{delay: s.Duration(place, "delay", t.Delay), queue: t.Queue}
	if t.Once {
		return r
	}
	noted := len(s.process.errs)
	r.every = s.Duration(place, "every", t.Every)
	if r.every == 0 && len(s.process.errs) == noted {
		s.Errorf(place, "every: must be longer than 0s")
	}
	return r
}

// timetable hands out due times. They are counted from the start, so that
// neither long runs nor late timers make them drift.
type timetable struct {
	every time.Duration
	queue bool
	next  time.Time // the first due time that was not handed out
}

// take returns the due time of the next run and how many due times that have
// passed are skipped for good. A queue holds one of them, the last.
func (t *timetable) take(now time.Time) (due time.Time, skipped int) {
	if behind := now.Sub(t.next); behind > 0 {
		skipped = int((behind + t.every - 1) / t.every)
	}
	if skipped > 0 && t.queue {
		skipped--
	}
	due = t.next.Add(time.Duration(skipped) * t.every)
	t.next = due.Add(t.every)
	return due, skipped
}

// schedule runs the pipeline at its due times until the service stops, or once.
func (p *pipeline) schedule(r *running) error {
	now := time.Now()
	table := timetable{every: p.trigger.every, queue: p.trigger.queue, next: now.Add(p.trigger.delay)}
	if r.once || table.every == 0 {
		return p.perform(r, table.next, time.Time{})
	}
	for {
		due, skipped := table.take(now)
		if skipped > 0 {
			p.counters.skipped.Add(int64(skipped))
			p.scope.logger.Debug("runs skipped: they were due while another one ran", "runs", skipped)
		}
		if err := p.perform(r, due, table.next); err != nil || r.stop.Err() != nil {
			return err
		}
		now = time.Now()
	}
}

// perform makes the run that is due, and those that follow it at once. Where the
// pipeline goes on after an error, the run is made again after a pause, unless
// the next one is due before; a zero next means that there is none.
func (p *pipeline) perform(r *running, due, next time.Time) error {
	work := context.WithValue(withScope(r.work, p.scope), dueKey{}, due)
	at := due
	for failures := 1; ; failures++ {
		if !r.wait(at) {
			return nil
		}
		more, err := p.attemptRun(work)
		r.changed()
		switch {
		case err == nil && !more:
			return nil
		case err == nil:
			failures, at = 0, time.Now()
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
		wait := p.pause(failures, err)
		at = time.Now().Add(wait)
		if !next.IsZero() && !at.Before(next) {
			p.logFailure(err, "again_in", time.Until(next).Round(time.Millisecond))
			return nil
		}
		p.logFailure(err, "again_in", wait.Round(time.Millisecond))
	}
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
