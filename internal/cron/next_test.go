package cron

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/flowc-dev/flowc/internal/campaign"
)

// random makes up the text of a field, an easy one more often than not.
func (f field) random(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return "*"
	}
	var items []string
	for range 1 + r.IntN(2) {
		low := f.low + r.IntN(f.high-f.low+1)
		high := low + r.IntN(f.high-low+1)
		switch size := high - low; {
		case r.IntN(4) == 0:
			items = append(items, fmt.Sprintf("*/%d", 1+r.IntN(f.last()-f.low)))
		case r.IntN(2) == 0 && size > 1:
			items = append(items, fmt.Sprintf("%d-%d/%d", low, high, 1+r.IntN(size)))
		case r.IntN(2) == 0:
			items = append(items, fmt.Sprintf("%d-%d", low, high))
		default:
			items = append(items, fmt.Sprint(low))
		}
	}
	return strings.Join(items, ",")
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func mustParse(t *testing.T, text string) *Schedule {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return s
}

// dues lists the times of day at which a schedule is due, as the clock shows
// them with its offset; the date stands where it changes.
func dues(t *testing.T, text, zone, from, to string) string {
	t.Helper()
	s, loc := mustParse(t, text), zoneOf(t, zone)
	start, err1 := time.ParseInLocation(time.DateOnly, from, loc)
	end, err2 := time.ParseInLocation(time.DateOnly, to, loc)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	var list []string
	date := ""
	for at := s.Next(start.Add(-1), loc); at.Before(end); at = s.Next(at, loc) {
		if d := at.Format(time.DateOnly); d != date {
			date = d
			list = append(list, d+":")
		}
		list = append(list, strings.TrimSuffix(at.Format("15:04-0700"), "00"))
	}
	return strings.Join(list, " ")
}

// TestClockChanges spells out both days of a clock change, in zones whose
// changes differ from the usual.
func TestClockChanges(t *testing.T) {
	for _, test := range []struct{ name, schedule, zone, from, to, want string }{
		{"left out: made at the change", "30 2 * * *", "Europe/Berlin", "2026-03-28", "2026-03-31",
			"2026-03-28: 02:30+01 2026-03-29: 03:00+02 2026-03-30: 02:30+02"},
		{"stands twice: made the first time", "30 2 * * *", "Europe/Berlin", "2026-10-24", "2026-10-27",
			"2026-10-24: 02:30+02 2026-10-25: 02:30+02 2026-10-26: 02:30+01"},
		{"several left out: made once", "*/15 1-3 * * *", "Europe/Berlin", "2026-03-29", "2026-03-30",
			"2026-03-29: 01:00+01 01:15+01 01:30+01 01:45+01 03:00+02 03:15+02 03:30+02 03:45+02"},
		{"several stand twice", "*/15 1-3 * * *", "Europe/Berlin", "2026-10-25", "2026-10-26",
			"2026-10-25: 01:00+02 01:15+02 01:30+02 01:45+02 02:00+02 02:15+02 02:30+02 02:45+02 03:00+01 03:15+01 03:30+01 03:45+01"},
		{"left out, without the hour behind", "*/20 2 * * *", "America/New_York", "2026-03-08", "2026-03-09",
			"2026-03-08: 03:00-04"},
		{"every second hour, forward", "0 */2 * * *", "Europe/Berlin", "2026-03-29", "2026-03-30",
			"2026-03-29: 00:00+01 03:00+02 04:00+02 06:00+02 08:00+02 10:00+02 12:00+02 14:00+02 16:00+02 18:00+02 20:00+02 22:00+02"},
		{"every second hour, back", "0 */2 * * *", "Europe/Berlin", "2026-10-25", "2026-10-26",
			"2026-10-25: 00:00+02 02:00+02 04:00+01 06:00+01 08:00+01 10:00+01 12:00+01 14:00+01 16:00+01 18:00+01 20:00+01 22:00+01"},
		{"each hour, forward: elapsed time", "0 * * * *", "Europe/Berlin", "2026-03-29", "2026-03-30",
			"2026-03-29: 00:00+01 01:00+01 03:00+02 04:00+02 05:00+02 06:00+02 07:00+02 08:00+02 09:00+02 10:00+02 11:00+02 12:00+02 13:00+02 14:00+02 15:00+02 16:00+02 17:00+02 18:00+02 19:00+02 20:00+02 21:00+02 22:00+02 23:00+02"},
		{"each hour, back: elapsed time", "30 0-23 * 10 7", "Europe/Berlin", "2026-10-25", "2026-10-26",
			"2026-10-25: 00:30+02 01:30+02 02:30+02 02:30+01 03:30+01 04:30+01 05:30+01 06:30+01 07:30+01 08:30+01 09:30+01 10:30+01 11:30+01 12:30+01 13:30+01 14:30+01 15:30+01 16:30+01 17:30+01 18:30+01 19:30+01 20:30+01 21:30+01 22:30+01 23:30+01"},
		{"half an hour, forward", "10 2 * * *", "Australia/Lord_Howe", "2026-10-03", "2026-10-06",
			"2026-10-03: 02:10+1030 2026-10-04: 02:30+11 2026-10-05: 02:10+11"},
		{"half an hour, back", "40 1 * * *", "Australia/Lord_Howe", "2026-04-04", "2026-04-07",
			"2026-04-04: 01:40+11 2026-04-05: 01:40+11 2026-04-06: 01:40+1030"},
		{"two hours, forward", "30 1,2 * * *", "Antarctica/Troll", "2026-03-29", "2026-03-30",
			"2026-03-29: 03:00+02"},
		{"midnight left out", "0 0 * * *", "America/Sao_Paulo", "2018-11-03", "2018-11-06",
			"2018-11-03: 00:00-03 2018-11-04: 01:00-02 2018-11-05: 00:00-02"},
		{"the hour before midnight stands twice", "30 23 * * *", "America/Sao_Paulo", "2018-02-16", "2018-02-19",
			"2018-02-16: 23:30-02 2018-02-17: 23:30-02 2018-02-18: 23:30-03"},
		{"midnight is put off by an hour", "0 0 * * *", "America/Sao_Paulo", "2018-02-17", "2018-02-20",
			"2018-02-17: 00:00-02 2018-02-18: 00:00-03 2018-02-19: 00:00-03"},
		{"midnight left out in Cairo", "0 0 * * fri", "Africa/Cairo", "2024-04-25", "2024-05-04",
			"2024-04-26: 01:00+03 2024-05-03: 00:00+03"},
		{"midnight comes back in Cairo", "30 23 * * *", "Africa/Cairo", "2024-10-30", "2024-11-02",
			"2024-10-30: 23:30+03 2024-10-31: 23:30+03 2024-11-01: 23:30+02"},
		{"a day left out", "0 9 * * *", "Pacific/Apia", "2011-12-29", "2012-01-01",
			"2011-12-29: 09:00-10 2011-12-31: 00:00+14 09:00+14"},
		{"a day left out, with all of its times", "0 9,17 30 12 *", "Pacific/Apia", "2011-12-01", "2012-12-01",
			"2011-12-31: 00:00+14"},
		{"a day left out, elapsed time", "0 * 30 12 *", "Pacific/Apia", "2011-12-01", "2012-12-01", ""},
		{"a day that stands twice", "0 9 * * *", "Pacific/Kwajalein", "1969-09-29", "1969-10-02",
			"1969-09-29: 09:00+11 1969-09-30: 09:00+11 1969-10-01: 09:00-12"},
		{"leap day", "0 0 29 2 *", "UTC", "1896-01-01", "1909-01-01",
			"1896-02-29: 00:00+00 1904-02-29: 00:00+00 1908-02-29: 00:00+00"},
		{"day and weekday: either", "0 0 1,15 * fri", "UTC", "2026-01-01", "2026-01-31",
			"2026-01-01: 00:00+00 2026-01-02: 00:00+00 2026-01-09: 00:00+00 2026-01-15: 00:00+00 2026-01-16: 00:00+00 2026-01-23: 00:00+00 2026-01-30: 00:00+00"},
		{"a day that leaves none out", "0 0 1-31 * fri", "UTC", "2026-01-01", "2026-01-12",
			"2026-01-02: 00:00+00 2026-01-09: 00:00+00"},
		{"a weekday that leaves none out", "0 0 10 * 1-7", "UTC", "2026-01-01", "2026-02-12",
			"2026-01-10: 00:00+00 2026-02-10: 00:00+00"},
		{"sunday by both numbers and its name", "0 0 * * 0,7,sun", "UTC", "2026-01-01", "2026-01-12",
			"2026-01-04: 00:00+00 2026-01-11: 00:00+00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := dues(t, test.schedule, test.zone, test.from, test.to); got != test.want {
				t.Errorf("%s in %s:\n got %s\nwant %s", test.schedule, test.zone, got, test.want)
			}
		})
	}
}

// reference lists when a schedule is due, the slow way: it looks at the clock
// with each tick, a minute or a second, and knows nothing of changes. One that
// names hours is due when the clock has come to a time that fits for the first
// time, be it by a tick or by a leap; any other whenever the clock shows one.
func reference(s *Schedule, from, to time.Time, tick time.Duration) []time.Time {
	var list []time.Time
	everyHour := strings.Trim(fmt.Sprintf("%b", s.hours), "1") == "" && s.hours.has(23)
	latest := wall(from).Add(-tick) // that the clock has shown
	for at := from; !at.After(to); at = at.Add(tick) {
		now, due := wall(at), false
		if everyHour {
			latest = now.Add(-tick)
		}
		for ; latest.Before(now); latest = latest.Add(tick) {
			due = due || s.fits(latest.Add(tick))
		}
		if due {
			list = append(list, at)
		}
	}
	return list
}

// tickOf is a minute where a clock shows whole minutes only at whole minutes,
// around a change too; else a second.
func tickOf(change time.Time) time.Duration {
	_, before := change.Add(-1).Zone()
	_, after := change.Zone()
	if before%60 == 0 && after%60 == 0 && change.Unix()%60 == 0 {
		return time.Minute
	}
	return time.Second
}

// wall reads a clock: what it shows, as a time in UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// fits judges a minute by the five fields, one by one.
func (s *Schedule) fits(w time.Time) bool {
	day, weekday := s.days.has(w.Day()), s.weekdays.has(int(w.Weekday()))
	fits := day && weekday
	if s.days != everyDay && s.weekdays != everyWeekday {
		fits = day || weekday
	}
	return fits && w.Second() == 0 && s.minutes.has(w.Minute()) && s.hours.has(w.Hour()) && s.months.has(int(w.Month()))
}

// changesOf returns the moments between two years at which a zone's clock was
// set. It asks for nothing but offsets: what the time package says of changes
// is not to be trusted (see changeAfter).
func changesOf(zone *time.Location, from, to int) []time.Time {
	var list []time.Time
	offset := func(t time.Time) int { _, o := t.Zone(); return o }
	end := time.Date(to, 1, 1, 0, 0, 0, 0, time.UTC)
	for at := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC).In(zone); at.Before(end); at = at.Add(24 * time.Hour) {
		if before := offset(at); before != offset(at.Add(24*time.Hour)) {
			seconds := sort.Search(24*60*60, func(n int) bool { return offset(at.Add(time.Duration(n)*time.Second)) != before })
			list = append(list, at.Add(time.Duration(seconds)*time.Second))
		}
	}
	return list
}

// oddZones have changes that are unlike the usual: at midnight, by half an
// hour, by two, by a day, by seconds, twice within days, in winter.
var oddZones = []string{
	"Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Cairo", "Pacific/Apia", "Pacific/Kwajalein", "Antarctica/Troll",
	"Africa/Casablanca", "Europe/Dublin", "Africa/Monrovia", "Asia/Kathmandu", "America/Caracas", "Asia/Pyongyang",
	"Asia/Gaza", "Pacific/Kiritimati", "America/St_Johns", "Europe/Amsterdam", "Antarctica/Casey", "America/Anchorage",
	"Asia/Manila", "Pacific/Fakaofo", "Asia/Tehran", "Europe/Warsaw", "Africa/Juba", "America/Scoresbysund",
}

// TestNextLikeTheReference holds Next against the reference, around clock
// changes of many zones and years, with schedules that are made up for the
// change: their fields take what the clock shows near it.
func TestNextLikeTheReference(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	names := slices.Concat(oddZones, []string{"Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Asia/Tokyo", "UTC"})
	checked := 0
	for _, name := range names {
		zone := zoneOf(t, name)
		for _, around := range someOf(random, changesOf(zone, 1840, 2060), campaign.Size(3, 12)) {
			for range 3 {
				text := near(random, around)
				s, err := Parse(text)
				if err != nil {
					continue
				}
				checked++
				compare(t, s, text, around)
			}
		}
	}
	if checked < campaign.Size(100, 500) {
		t.Errorf("only %d cases", checked)
	}
}

func someOf[T any](r *rand.Rand, list []T, n int) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

// near makes up a schedule that has something to do around a clock change.
func near(r *rand.Rand, change time.Time) string {
	texts := make([]string, len(fields))
	for i, f := range fields {
		texts[i] = f.random(r)
	}
	if r.IntN(2) == 0 {
		texts[1] = fmt.Sprintf("%d,%d", change.Hour(), (change.Hour()+22+r.IntN(3))%24)
	}
	if r.IntN(4) > 0 {
		texts[2], texts[4] = "*", "*"
	}
	if r.IntN(8) > 0 {
		texts[3] = "*"
	}
	return strings.Join(texts, " ")
}

// compare walks from due time to due time around a change and holds each
// against the reference, which begins a day earlier: it has to know what the
// clock has shown.
func compare(t *testing.T, s *Schedule, text string, change time.Time) {
	t.Helper()
	zone, day := change.Location(), 26*time.Hour
	from, to := change.Add(-day), change.Add(day)
	want := reference(s, from.Add(-day), to, tickOf(change))
	want = slices.DeleteFunc(want, func(at time.Time) bool { return !at.After(from) })
	var got []time.Time
	for at := s.Next(from, zone); !at.After(to); at = s.Next(at, zone) {
		got = append(got, at)
	}
	if !slices.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("%q in %v around %v:\n got %v\nwant %v", text, zone, change, got, want)
	}
}

// In the last days of a year, where the time package errs in leap years, Next
// comes to an end and goes on as ever.
func TestNextAtTheEndOfAYear(t *testing.T) {
	for _, name := range append([]string{"Europe/Berlin", "America/New_York", "Australia/Sydney"}, oddZones[:6]...) {
		zone := zoneOf(t, name)
		for _, year := range []int{2027, 2028, 2039, 2040, 2044, 2096, 2100} {
			end := time.Date(year, 12, 31, 12, 0, 0, 0, zone)
			for _, text := range []string{"0 * * * *", "30 1,22 * * *"} {
				compare(t, mustParse(t, text), text, end)
			}
		}
	}
}

// Next gives the same from any moment in between, not only from due times.
func TestNextFromAnyMoment(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		zone := zoneOf(t, oddZones[random.IntN(len(oddZones))])
		changes := someOf(random, changesOf(zone, 2010, 2030), 1)
		if len(changes) == 0 {
			continue
		}
		around := changes[0]
		text := near(random, around)
		s, err := Parse(text)
		if err != nil {
			continue
		}
		from := around.Add(time.Duration(random.Int64N(int64(28*time.Hour))) - 26*time.Hour)
		next := s.Next(from, zone)
		if !next.After(from) {
			t.Fatalf("%q: the time after %v is %v", text, from, next)
		}
		for due := s.Next(around.Add(-100*time.Hour), zone); due.Before(next); due = s.Next(due, zone) {
			if due.After(from) {
				t.Fatalf("%q in %v: the time after %v is %v, but %v is due before", text, zone, from, next, due)
			}
		}
		between := from.Add(time.Duration(random.Int64N(int64(next.Sub(from)))))
		if again := s.Next(between, zone); !again.Equal(next) {
			t.Fatalf("%q in %v: the time after %v is %v, but after %v it is %v", text, zone, from, next, between, again)
		}
	}
}

// TestYears counts a daily and a frequent schedule over whole years: no day is
// lost, none has two runs, and five minutes are five minutes.
func TestYears(t *testing.T) {
	for _, name := range append([]string{"Europe/Berlin", "America/New_York"}, oddZones...) {
		zone := zoneOf(t, name)
		daily, frequent := mustParse(t, "30 2 * * *"), mustParse(t, "*/5 * * * *")
		start, end := time.Date(1990, 1, 1, 0, 0, 0, 0, zone), time.Date(2040, 1, 1, 0, 0, 0, 0, zone)
		days := 0
		for at := daily.Next(start, zone); at.Before(end); at = daily.Next(at, zone) {
			days++
		}
		if want := int(wall(end).Sub(wall(start)) / (24 * time.Hour)); days != want {
			t.Errorf("%s: %d runs on %d days", name, days, want)
		}
		start = time.Date(2011, 1, 1, 0, 0, 0, 0, zone)
		for last := frequent.Next(start, zone); last.Year() < 2012; {
			next := frequent.Next(last, zone)
			if next.Sub(last) != 5*time.Minute {
				t.Fatalf("%s: after %v comes %v", name, last, next)
			}
			last = next
		}
	}
}

func BenchmarkNext(b *testing.B) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	for _, text := range []string{"*/5 * * * *", "30 2 * * *", "0 0 29 2 *"} {
		b.Run(strings.ReplaceAll(text, " ", "_"), func(b *testing.B) {
			s, err := Parse(text)
			if err != nil {
				b.Fatal(err)
			}
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, zone)
			for b.Loop() {
				at = s.Next(at, zone)
			}
		})
	}
}
