package cron

import "time"

// Two kinds of times stand in this file: moments, and times of a wall clock.
// The latter are of type time.Time too, in UTC, so that they can be computed
// with; they say nothing of when the clock shows them.

// Next returns the first moment after t at which the schedule is due in a zone,
// as a time in that zone.
func (s *Schedule) Next(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	if s.hours == everyHour {
		return s.nextElapsed(t)
	}
	return firstShown(s.fit(notShown(t)), zone)
}

// nextElapsed returns the first moment after t at which the clock shows a time
// that fits.
func (s *Schedule) nextElapsed(t time.Time) time.Time {
	for from := t.Add(1); ; {
		clock := shown(from)
		at := from.Add(s.fit(wholeMinute(clock)).Sub(clock))
		change := changeAfter(from)
		if change.IsZero() || at.Before(change) {
			return at
		}
		from = change
	}
}

// firstShown returns the first moment at which the clock of a zone shows the
// time, or a later one.
func firstShown(clock time.Time, zone *time.Location) time.Time {
	for from := clock.Add(-widest).In(zone); ; {
		at := from.Add(max(0, clock.Sub(shown(from))))
		change := changeAfter(from)
		if change.IsZero() || at.Before(change) {
			return at
		}
		from = change
	}
}

// notShown returns the earliest whole minute that the clock has not reached up
// to t. Where it was set back lately, it has shown later times before.
func notShown(t time.Time) time.Time {
	next := wholeMinute(shown(t).Add(1))
	for at := t; ; {
		change, _ := at.ZoneBounds()
		if change.IsZero() || t.Sub(change) > widest {
			return next
		}
		at = change.Add(-1)
		if before := wholeMinute(shown(at).Add(1)); before.After(next) {
			next = before
		}
	}
}

// changeAfter returns a moment after t up to which the clock is not set; the
// zero time where it is never set again.
func changeAfter(t time.Time) time.Time {
	_, change := t.ZoneBounds()
	if !change.IsZero() && !change.After(t) {
		// Where a zone goes on by a rule, ZoneBounds has each year end after 365
		// days: on the last day of a leap year the bound lies behind t.
		return t.Truncate(time.Hour).Add(time.Hour)
	}
	return change
}

// widest is more than any two zones, or two offsets of one zone, are apart.
const widest = 48 * time.Hour

// shown returns what the clock of t's zone shows.
func shown(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// wholeMinute rounds a time of a clock up to a whole minute.
func wholeMinute(clock time.Time) time.Time {
	return clock.Add(time.Minute - 1).Truncate(time.Minute)
}

// fit returns the first time of a clock, from the given whole minute on, that
// the schedule takes.
func (s *Schedule) fit(clock time.Time) time.Time {
	day := clock.Truncate(24 * time.Hour)
	from := int(clock.Sub(day) / time.Minute)
	for {
		if s.takes(day) {
			if minute, ok := s.timeOfDay(from); ok {
				return day.Add(time.Duration(minute) * time.Minute)
			}
		}
		day, from = day.AddDate(0, 0, 1), 0
	}
}

// takes reports whether a day fits.
func (s *Schedule) takes(day time.Time) bool {
	if !s.months.has(int(day.Month())) {
		return false
	}
	inMonth, inWeek := s.days.has(day.Day()), s.weekdays.has(int(day.Weekday()))
	if s.days == everyDay || s.weekdays == everyWeekday {
		return inMonth && inWeek
	}
	return inMonth || inWeek
}

// timeOfDay returns the first time of day that fits, from a minute of the day
// on, as a minute of the day.
func (s *Schedule) timeOfDay(from int) (int, bool) {
	hour, minute := from/60, from%60
	if m, ok := s.minutes.from(minute); ok && s.hours.has(hour) {
		return hour*60 + m, true
	}
	h, ok := s.hours.from(hour + 1)
	m, _ := s.minutes.from(0)
	return h*60 + m, ok
}
