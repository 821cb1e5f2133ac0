package cron

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// Schedule is when something is due.
type Schedule struct {
	minutes, hours, days, months, weekdays set
}

// Problem is what is wrong with the text of a schedule.
type Problem struct {
	Message string // without the text itself, which may come from the environment
	Help    string // what to write instead
	// Start and End enclose the part of the text that is wrong, in bytes.
	Start, End int
}

// Error returns the message.
func (p *Problem) Error() string { return p.Message }

// Parse reads a schedule. The error is a [*Problem].
func Parse(text string) (*Schedule, error) {
	parts, problem := split(text)
	if problem != nil {
		return nil, problem
	}
	s := &Schedule{}
	for i, values := range []*set{&s.minutes, &s.hours, &s.days, &s.months, &s.weekdays} {
		if *values, problem = fields[i].parse(parts[i]); problem != nil {
			return nil, problem
		}
	}
	s.weekdays = s.weekdays.foldSunday()
	if !s.fires() {
		day, month := parts[2], parts[3]
		return nil, &Problem{
			Message: "the schedule is never due: none of its months has one of its days",
			Help:    "february has 29 days at most, april, june, september and november have 30",
			Start:   day.start, End: month.start + len(month.text),
		}
	}
	return s, nil
}

// part is a piece of a schedule's text and where it starts.
type part struct {
	text  string
	start int
}

// problem says that something is wrong with the part.
func (p part) problem(message, help string, args ...any) *Problem {
	return &Problem{Message: message, Help: fmt.Sprintf(help, args...), Start: p.start, End: p.start + len(p.text)}
}

// split takes a text apart into its five fields.
func split(text string) ([]part, *Problem) {
	var parts []part
	for at := 0; at < len(text); {
		length := strings.IndexAny(text[at:], " \t")
		if length < 0 {
			length = len(text) - at
		}
		if length > 0 {
			parts = append(parts, part{text[at : at+length], at})
		}
		at += length + 1
	}
	switch whole := (part{text, 0}); {
	case len(parts) > 0 && strings.HasPrefix(parts[0].text, "@"):
		return nil, whole.problem("a schedule is five fields, not a name", "%s", named(parts[0].text))
	case len(parts) > 0 && strings.Contains(parts[0].text, "TZ="):
		return nil, parts[0].problem("a schedule does not hold its zone", `write zone = "Europe/Berlin" beside it`)
	case len(parts) == 6:
		return nil, whole.problem("a schedule has five fields, not 6", "minute, hour, day, month and weekday: there are neither seconds nor years")
	case len(parts) != 5:
		return nil, whole.problem(fmt.Sprintf("a schedule has five fields, not %d", len(parts)), `write minute, hour, day, month and weekday, such as "30 6 * * mon-fri"`)
	}
	return parts, nil
}

// named says what to write for a name that other crons have for a schedule.
func named(name string) string {
	switch strings.ToLower(name) {
	case "@yearly", "@annually":
		return `write "0 0 1 1 *"`
	case "@monthly":
		return `write "0 0 1 * *"`
	case "@weekly":
		return `write "0 0 * * 0"`
	case "@daily", "@midnight":
		return `write "0 0 * * *"`
	case "@hourly":
		return `write "0 * * * *"`
	case "@every":
		return "write every instead of cron"
	case "@reboot":
		return "write once = true instead of cron"
	}
	return `write minute, hour, day, month and weekday, such as "30 6 * * mon-fri"`
}

// field is one of the five: its name for people, its lowest and highest value,
// and the names of its values from the lowest on.
type field struct {
	name      string
	low, high int
	names     []string
	within    string // what a step counts in
}

var fields = [5]field{
	{name: "minute", low: 0, high: 59, within: "an hour"},
	{name: "hour", low: 0, high: 23, within: "a day"},
	{name: "day", low: 1, high: 31, within: "a month"},
	{name: "month", low: 1, high: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec"), within: "a year"},
	{name: "weekday", low: 0, high: sunday, names: strings.Fields("sun mon tue wed thu fri sat"), within: "a week"},
}

// sunday is the second number of Sunday, for ranges that end with it.
const sunday = 7

// parse reads a field: a list of items.
func (f field) parse(p part) (set, *Problem) {
	var all set
	at := p.start
	for text := range strings.SplitSeq(p.text, ",") {
		item := part{text, at}
		if text == "" {
			return 0, p.problem("a list of "+f.name+"s has an empty place", "drop the comma that is too many")
		}
		values, problem := f.item(item)
		if problem != nil {
			return 0, problem
		}
		all |= values
		at += len(text) + 1
	}
	return all, nil
}

// item reads a value, a range or *, the latter two with or without a step.
func (f field) item(p part) (set, *Problem) {
	text, stepText, stepped := strings.Cut(p.text, "/")
	low, high, problem := f.span(part{text, p.start})
	if problem != nil {
		return 0, problem
	}
	step := 1
	if stepped {
		if text != "*" && !strings.Contains(text, "-") {
			return 0, p.problem("a step goes over * or over a range", "write %s-%d/%s", text, f.last(), stepText)
		}
		step = number(stepText)
		if step < 1 || step > high-low {
			return 0, p.problem(fmt.Sprintf("a step is a number from 1 on, smaller than its range of %ss", f.name),
				"a step counts within %s and begins anew in the next; for a period of its own write every instead of cron", f.within)
		}
	}
	var values set
	for v := low; v <= high; v += step {
		values |= 1 << v
	}
	return values, nil
}

// span reads what stands before a step: the lowest and the highest value.
func (f field) span(p part) (low, high int, problem *Problem) {
	if p.text == "*" {
		return f.low, f.last(), nil
	}
	first, last, ranged := strings.Cut(p.text, "-")
	low = f.value(first)
	if high = low; ranged {
		high = f.value(last)
	}
	if high == 0 && low > high && !isNumber(last) {
		high = f.high // the range ends with sun
	}
	switch {
	case low < 0 || high < 0:
		return 0, 0, p.problem(f.name+"s are "+f.values(), "write a number, a range 2-5, a step */2, or a list of these")
	case low > high:
		return 0, 0, p.problem("a range of "+f.name+"s runs backwards", "write %s-%d,%d-%s", first, f.last(), f.low, last)
	}
	return low, high, nil
}

// last is the highest value that is no second name of another.
func (f field) last() int {
	if f.high == sunday {
		return sunday - 1
	}
	return f.high
}

// values says which values there are.
func (f field) values() string {
	text := fmt.Sprintf("%d to %d", f.low, f.high)
	if f.names != nil {
		text += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	return text
}

// value reads a number or a name; -1 where it is none of the field's.
func (f field) value(text string) int {
	for i, name := range f.names {
		if strings.EqualFold(name, text) {
			return f.low + i
		}
	}
	if n := number(text); n >= f.low && n <= f.high {
		return n
	}
	return -1
}

// number reads one or two digits; -1 where the text is something else.
func number(text string) int {
	if !isNumber(text) || len(text) > 2 {
		return -1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// set is a set of small numbers.
type set uint64

func (s set) has(n int) bool { return s&(1<<n) != 0 }

// from returns the lowest number of the set from n on.
func (s set) from(n int) (int, bool) {
	rest := s >> n << n
	return bits.TrailingZeros64(uint64(rest)), rest != 0
}

// foldSunday makes a weekday 7 a weekday 0.
func (s set) foldSunday() set {
	if s.has(sunday) {
		return s&^(1<<sunday) | 1
	}
	return s
}

// Sets that leave nothing out.
const (
	everyHour    set = 1<<24 - 1
	everyDay     set = 1<<32 - 2
	everyWeekday set = 1<<7 - 1
)

// longest is the number of days of each month in a leap year.
var longest = [...]int{1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}

// fires reports whether the schedule is ever due.
func (s *Schedule) fires() bool {
	if s.weekdays != everyWeekday {
		return true // as days of the week alone, or beside those of the month
	}
	day, _ := s.days.from(1)
	for month := 1; month <= 12; month++ {
		if s.months.has(month) && day <= longest[month] {
			return true
		}
	}
	return false
}
