package run

import (
	"slices"
	"time"

	"github.com/flowc-dev/flowc/internal/cron"
)

// calendar is the agenda of a cron schedule. It goes by the wall clock, which
// can be set while a run is awaited, and stands still for a program whose
// machine sleeps: so it looks at that clock every minute at least. A due time
// that it finds to have passed longer than that ago, while nothing ran, is
// missed.
type calendar struct {
	pipeline *pipeline
	schedule *cron.Schedule
	zone     *time.Location
	queue    bool
	running  bool // a run was handed out

	// settled is wall time of which every due time was handed out, skipped
	// or missed. The last stretch goes on; the others are kept for a clock that
	// is set back into them, so that no run is made twice.
	settled    []stretch
	wall, mono time.Time // both clocks at the last look
}

// stretch is wall time after from, up to to.
type stretch struct{ from, to time.Time }

const (
	// punctual is how late a run may be found to be due, and how long the
	// calendar sleeps at most.
	punctual = time.Minute
	// mostStretches is how many jumps of the clock are remembered.
	mostStretches = 32
	// mostCounted is how many due times are counted as skipped or missed at
	// most: a clock may be behind by years.
	mostCounted = 100_000
)

func newCalendar(p *pipeline, r *running) *calendar {
	t, now := p.trigger, r.wall()
	c := &calendar{
		pipeline: p, schedule: t.schedule, zone: t.zone, queue: t.queue,
		settled: []stretch{{now, now}}, wall: now, mono: time.Now(),
	}
	p.scope.logger.Info("first run is due", "at", c.after(now))
	return c
}

func (c *calendar) await(r *running, _ time.Time) (time.Time, bool) {
	if c.running {
		if due, held := c.resume(r); held {
			return due, r.wait(time.Now())
		}
	}
	for {
		due, wait := c.look(r)
		if !r.wait(time.Now().Add(wait)) {
			return time.Time{}, false
		}
		if wait == 0 {
			c.running = true
			return due, true
		}
	}
}

func (c *calendar) next(r *running) time.Time {
	return time.Now().Add(c.after(c.present().to).Sub(r.wall()))
}

// present is the stretch that goes on.
func (c *calendar) present() *stretch { return &c.settled[len(c.settled)-1] }

// resume looks at the clock after a run. Due times that passed meanwhile are
// skipped, but for the last one where a queue holds it.
func (c *calendar) resume(r *running) (due time.Time, held bool) {
	from := c.present().to
	now := c.read(r).Add(-1) // what is due just now is not late
	n, last := c.count(from, now)
	c.settle(now)
	if held = c.queue && n > 0; held {
		n--
	}
	c.pipeline.skipRuns(n)
	return last, held
}

// look looks at the clock while nothing runs. It returns the next due time and
// how long to sleep until the next look; 0 says that the time has come.
func (c *calendar) look(r *running) (due time.Time, wait time.Duration) {
	from := c.present().to
	now := c.read(r)
	c.miss(from, now.Add(-punctual))
	if due = c.after(c.present().to); !due.After(now) {
		c.settle(due)
		return due, 0
	}
	c.settle(now)
	return due, min(due.Sub(now), punctual)
}

// read reads the wall clock. It begins a new stretch where that clock was set:
// back to before the present one, or forward. What the monotonic clock says of
// the time since the last look tells a jump from time that has passed.
func (c *calendar) read(r *running) time.Time {
	now, mono := r.wall(), time.Now()
	jump := now.Sub(c.wall) - mono.Sub(c.mono)
	c.wall, c.mono = now, mono
	if jump < -punctual {
		c.pipeline.scope.logger.Info("the clock was set back: runs that were made are not made again", "by", -jump.Round(time.Second))
	}
	switch present := c.present(); {
	case now.Before(present.from):
		c.begin(now.Add(-1))
	case jump > punctual:
		c.begin(now.Add(-punctual))
	}
	return now
}

func (c *calendar) begin(from time.Time) {
	c.settled = append(c.settled, stretch{from, from})
	if len(c.settled) > mostStretches {
		c.settled = slices.Delete(c.settled, 0, 1)
	}
}

// settle notes that the due times of the present stretch are done up to a time.
func (c *calendar) settle(to time.Time) {
	if present := c.present(); to.After(present.to) {
		present.to = to
	}
}

// miss counts due times that passed while nothing ran.
func (c *calendar) miss(from, to time.Time) {
	if n, last := c.count(from, to); n > 0 {
		c.pipeline.counters.skipped.Add(int64(n))
		c.pipeline.scope.logger.Warn("runs missed: the machine slept, or its clock was set", "runs", n, "last", last)
	}
	c.settle(to)
}

// count returns how many due times lie after from, up to to, and the last of
// them.
func (c *calendar) count(from, to time.Time) (n int, last time.Time) {
	if !from.Before(to) {
		return 0, time.Time{}
	}
	for due := c.after(from); n < mostCounted && !due.After(to); due = c.after(due) {
		n, last = n+1, due
	}
	return n, last
}

// after returns the first due time after a time of the present stretch that was
// not settled in another one.
func (c *calendar) after(t time.Time) time.Time {
	others := c.settled[:len(c.settled)-1]
	for {
		due := c.schedule.Next(t, c.zone)
		i := slices.IndexFunc(others, func(s stretch) bool { return due.After(s.from) && !due.After(s.to) })
		if i < 0 {
			return due
		}
		t = others[i].to
	}
}
