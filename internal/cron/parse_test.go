package cron

import (
	"math/rand/v2"
	"strings"
	"testing"

	netresearch "github.com/netresearch/go-cron"
)

// parser is the library's, for the five fields alone.
var parser = netresearch.MustNewParser(netresearch.Minute | netresearch.Hour | netresearch.Dom | netresearch.Month | netresearch.Dow)

// library parses a text with the library: the sets of its five fields.
func library(text string) ([5]set, error) {
	parsed, err := parser.Parse(text)
	if err != nil {
		return [5]set{}, err
	}
	const star = 1 << 63
	s := parsed.(*netresearch.SpecSchedule)
	return [5]set{set(s.Minute &^ star), set(s.Hour &^ star), set(s.Dom &^ star), set(s.Month &^ star), set(s.Dow &^ star)}, nil
}

func (s *Schedule) sets() [5]set {
	return [5]set{s.minutes, s.hours, s.days, s.months, s.weekdays}
}

// sameAsLibrary parses a text that is of the language, and holds the result
// against that of the library.
func sameAsLibrary(t *testing.T, text string) {
	t.Helper()
	s, err := Parse(text)
	if err != nil {
		t.Errorf("%q: %v", text, err)
		return
	}
	want, err := library(text)
	if err != nil {
		t.Errorf("%q: the library refuses it: %v", text, err)
		return
	}
	if s.sets() != want {
		t.Errorf("%q: got %b, want %b", text, s.sets(), want)
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{
		"* * * * *",
		"0 0 * * *",
		"00 06 01 01 *",
		"*/15 1-3 * * *",
		"*/1 */1 */1 */1 */1",
		"0 8-18/2 * * mon-fri",
		"5,10-20,*/30 * * * *",
		"0 0 1,15 * fri",
		"0 0 29 2 *",
		"0 0 31 2,3 *",
		"0 0 30 2 0",
		"0 0 * JAN-mar,Dec MON,Wed",
		"0 9 * * sat-sun",
		"0 9 * * sun",
		"0 9 * * sun-sun",
		"0 9 * * sun-tue",
		"0 9 * * 0",
		"0 9 * * 7",
		"0 9 * * 5-7",
		"0 9 * * 0-7",
		"0 9 * * 1-7/2",
		"\t0  9 * * fri-sun/2 ",
		"59 23 31 12 6",
	} {
		sameAsLibrary(t, text)
	}
}

// A field that is generated at random means what it means to the library.
func TestParseLikeTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var texts []string
		for _, f := range fields {
			texts = append(texts, f.random(random))
		}
		text := strings.Join(texts, " ")
		if _, err := Parse(text); err != nil && strings.Contains(err.Error(), "never due") {
			continue
		}
		sameAsLibrary(t, text)
	}
}

func TestParseProblems(t *testing.T) {
	for _, test := range []struct{ text, message, help, at string }{
		{"", "a schedule has five fields, not 0", `write minute, hour, day, month and weekday, such as "30 6 * * mon-fri"`, ""},
		{"0 3 * *", "a schedule has five fields, not 4", "such as", "0 3 * *"},
		{"0 0 3 * * *", "a schedule has five fields, not 6", "neither seconds nor years", "0 0 3 * * *"},
		{"0 3\n* * *", "a schedule has five fields, not 4", "such as", "0 3\n* * *"},
		{"0 3 * * * * *", "a schedule has five fields, not 7", "such as", "0 3 * * * * *"},
		{"@daily", "a schedule is five fields, not a name", `write "0 0 * * *"`, "@daily"},
		{"@MIDNIGHT", "a schedule is five fields, not a name", `write "0 0 * * *"`, "@MIDNIGHT"},
		{"@hourly", "a schedule is five fields, not a name", `write "0 * * * *"`, "@hourly"},
		{"@weekly", "a schedule is five fields, not a name", `write "0 0 * * 0"`, "@weekly"},
		{"@monthly", "a schedule is five fields, not a name", `write "0 0 1 * *"`, "@monthly"},
		{"@annually", "a schedule is five fields, not a name", `write "0 0 1 1 *"`, "@annually"},
		{"@every 1h", "a schedule is five fields, not a name", "write every instead of cron", "@every 1h"},
		{"@reboot", "a schedule is five fields, not a name", "write once = true instead of cron", "@reboot"},
		{"@noon", "a schedule is five fields, not a name", "such as", "@noon"},
		{"TZ=Europe/Berlin 0 3 * * *", "a schedule does not hold its zone", `write zone = "Europe/Berlin" beside it`, "TZ=Europe/Berlin"},
		{"CRON_TZ=UTC 0 3 * * *", "a schedule does not hold its zone", "write zone", "CRON_TZ=UTC"},
		{"60 3 * * *", "minutes are 0 to 59", "write a number, a range 2-5, a step */2, or a list of these", "60"},
		{"0 24 * * *", "hours are 0 to 23", "write a number", "24"},
		{"0 0 0 * *", "days are 1 to 31", "write a number", "0"},
		{"0 0 * 13 *", "months are 1 to 12 or jan to dec", "write a number", "13"},
		{"0 0 * * 8", "weekdays are 0 to 7 or sun to sat", "write a number", "8"},
		{"0 0 1,2,40,5 * *", "days are 1 to 31", "write a number", "40"},
		{"0 0 L * *", "days are 1 to 31", "write a number", "L"},
		{"0 0 15W * *", "days are 1 to 31", "write a number", "15W"},
		{"0 0 * * fri#2", "weekdays are 0 to 7 or sun to sat", "write a number", "fri#2"},
		{"0 0 ? * *", "days are 1 to 31", "write a number", "?"},
		{"H 0 * * *", "minutes are 0 to 59", "write a number", "H"},
		{"0 0 * * monday", "weekdays are 0 to 7 or sun to sat", "write a number", "monday"},
		{"0 mon * * *", "hours are 0 to 23", "write a number", "mon"},
		{"+5 0 * * *", "minutes are 0 to 59", "write a number", "+5"},
		{"-5 0 * * *", "minutes are 0 to 59", "write a number", "-5"},
		{"5- 0 * * *", "minutes are 0 to 59", "write a number", "5-"},
		{"1-2-3 0 * * *", "minutes are 0 to 59", "write a number", "1-2-3"},
		{"*-5 0 * * *", "minutes are 0 to 59", "write a number", "*-5"},
		{"005 0 * * *", "minutes are 0 to 59", "write a number", "005"},
		{"99999999999999999999 0 * * *", "minutes are 0 to 59", "write a number", "99999999999999999999"},
		{"٣ 0 * * *", "minutes are 0 to 59", "write a number", "٣"},
		{"0 22-5 * * *", "a range of hours runs backwards", "write 22-23,0-5", "22-5"},
		{"0 0 * nov-feb *", "a range of months runs backwards", "write nov-12,1-feb", "nov-feb"},
		{"0 0 * * fri-mon", "a range of weekdays runs backwards", "write fri-6,0-mon", "fri-mon"},
		{"0 0 * * 6-0", "a range of weekdays runs backwards", "write 6-6,0-0", "6-0"},
		{"1,,2 0 * * *", "a list of minutes has an empty place", "drop the comma that is too many", "1,,2"},
		{", 0 * * *", "a list of minutes has an empty place", "drop the comma", ","},
		{"5/15 0 * * *", "a step goes over * or over a range", "write 5-59/15", "5/15"},
		{"*/0 0 * * *", "a step is a number from 1 on, smaller than its range of minutes", "a step counts within an hour and begins anew in the next; for a period of its own write every instead of cron", "*/0"},
		{"*/60 0 * * *", "a step is a number from 1 on, smaller than its range of minutes", "write every", "*/60"},
		{"0 1-5/5 * * *", "a step is a number from 1 on, smaller than its range of hours", "within a day", "1-5/5"},
		{"*/2/3 0 * * *", "a step is a number from 1 on, smaller than its range of minutes", "within an hour", "*/2/3"},
		{"*/ 0 * * *", "a step is a number from 1 on, smaller than its range of minutes", "within an hour", "*/"},
		{"0 0 30 2 *", "the schedule is never due: none of its months has one of its days", "february has 29 days at most", "30 2"},
		{"0 0 31 4,6,feb,9-9,11 *", "the schedule is never due: none of its months has one of its days", "have 30", "31 4,6,feb,9-9,11"},
	} {
		_, err := Parse(test.text)
		p, ok := err.(*Problem)
		if !ok {
			t.Errorf("%q is taken", test.text)
			continue
		}
		if p.Message != test.message || p.Error() != test.message || !strings.Contains(p.Help, test.help) || test.text[p.Start:p.End] != test.at {
			t.Errorf("%q: %s (%s) at %q", test.text, p.Message, p.Help, test.text[p.Start:p.End])
		}
	}
}

// What is taken is taken by the library too, and means the same there; what is
// not is refused with a place and a way out.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"*/15 1-3 * * *", "0 0 1,15 * fri-sun/2", "0 0 30 2 *", "@daily", "TZ=UTC 0 0 * * *"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse(text)
		if err == nil {
			if len(text) <= netresearch.MaxSpecLength {
				sameAsLibrary(t, text)
			}
			return
		}
		p := err.(*Problem)
		if p.Message == "" || p.Help == "" || p.Start < 0 || p.Start > p.End || p.End > len(text) {
			t.Errorf("%q: %+v", text, p)
		}
	})
}
