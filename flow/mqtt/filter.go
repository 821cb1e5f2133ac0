package mqtt

import (
	"fmt"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/setting"
)

// filter is a topic filter of which some levels fill fields of a record.
type filter struct {
	text   string   // as the broker gets it
	levels []string // without "$share/GROUP/"
	fields []level
}

// level is a level of a topic that fills a field.
type level struct {
	at    int
	field record.Field
}

// newFilter resolves a topic with {field} levels.
func newFilter(s *flow.Setup, place, raw string, fields []record.Field) *filter {
	template := driver.NewTemplate(s, place, "topic", raw, driver.Verbatim)
	names := template.Fields()
	marks, wild := make([]string, len(names)), make([]string, len(names))
	for i := range names {
		marks[i], wild[i] = fmt.Sprintf("\x00%d", i), "+"
	}
	f := &filter{}
	f.text, _ = template.Fill(wild...)
	marked, _ := template.Fill(marks...)
	f.levels = levelsOf(f.text)
	for i, name := range names {
		f.bind(s, place, name, levelIndex(levelsOf(marked), marks[i]), fields)
	}
	switch {
	case template.Missing() || raw == "": // which is noted
	case f.text == "":
		s.Errorf(place, "topic: the setting is empty")
	default:
		f.check(s, place)
	}
	return f
}

func levelIndex(levels []string, mark string) int {
	for i, l := range levels {
		if l == mark {
			return i
		}
	}
	return -1
}

// bind makes a level fill the field of this name.
func (f *filter) bind(s *flow.Setup, place, name string, at int, fields []record.Field) {
	if at < 0 {
		s.Errorf(place, "topic: {%s} must be a whole level, between slashes", name)
		return
	}
	for _, field := range fields {
		if field.Name == name {
			f.fields = append(f.fields, level{at, field})
			return
		}
	}
	s.Errorf(place, "topic: the record has no field %q", name)
}

// check notes what a broker would refuse (MQTT 5, 4.7).
func (f *filter) check(s *flow.Setup, place string) {
	levels := strings.Split(f.text, "/")
	for i, l := range levels {
		if !setting.FitsLevel(l, i == len(levels)-1) {
			s.Errorf(place, "topic: %q: + stands for a whole level, # for all levels at the end", f.text)
		}
	}
	if !setting.FitsTopic(f.text) {
		s.Errorf(place, "topic: longer than %d bytes, or with a NUL", maxTopic)
	}
}

// levelsOf splits a filter into its levels, without the name of a shared
// subscription (4.8.2).
func levelsOf(text string) []string {
	levels := strings.Split(text, "/")
	if levels[0] == "$share" && len(levels) > 2 {
		return levels[2:]
	}
	return levels
}

// match returns the fields that a topic fills. It reports false where the topic
// does not match.
func (f *filter) match(topic string) ([]record.TextField, bool) {
	levels := strings.Split(topic, "/")
	if !matches(f.levels, levels) {
		return nil, false
	}
	if len(f.fields) == 0 {
		return nil, true
	}
	values := make([]record.TextField, len(f.fields))
	for i, l := range f.fields {
		values[i] = record.TextField{Field: l.field, Text: levels[l.at]}
	}
	return values, true
}

// matches compares levels; "#" stands for its parent level too (4.7.1.2).
func matches(filter, topic []string) bool {
	for i, l := range filter {
		if l == "#" {
			return true
		}
		if i >= len(topic) || l != "+" && l != topic[i] {
			return false
		}
	}
	return len(filter) == len(topic)
}
