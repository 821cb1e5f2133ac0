package run

import "time"

// timetable is the agenda of a period. Its due times are counted from the start
// on the monotonic clock: neither long runs nor late timers make them drift,
// and nobody can set that clock.
type timetable struct {
	pipeline *pipeline
	every    time.Duration
	queue    bool
	due      time.Time // the first due time that was not handed out
}

func newTimetable(p *pipeline, now time.Time) *timetable {
	t := p.trigger
	return &timetable{pipeline: p, every: t.every, queue: t.queue, due: now.Add(t.delay)}
}

func (t *timetable) await(r *running, now time.Time) (time.Time, bool) {
	due, skipped := t.take(now)
	t.pipeline.skipRuns(skipped)
	return due, r.wait(due)
}

func (t *timetable) next(*running) time.Time { return t.due }

// take returns the due time of the next run and how many due times that have
// passed are skipped for good. A queue holds one of them, the last.
func (t *timetable) take(now time.Time) (due time.Time, skipped int) {
	if behind := now.Sub(t.due); behind > 0 {
		skipped = int((behind + t.every - 1) / t.every)
	}
	if skipped > 0 && t.queue {
		skipped--
	}
	due = t.due.Add(time.Duration(skipped) * t.every)
	t.due = due.Add(t.every)
	return due, skipped
}

// skipRuns counts runs that were due while another one ran.
func (p *pipeline) skipRuns(n int) {
	if n == 0 {
		return
	}
	p.counters.skipped.Add(int64(n))
	p.scope.logger.Debug("runs skipped: they were due while another one ran", "runs", n)
}
