package spec

import (
	"slices"
	"strings"
	"testing"
)

func TestDefaultOf(t *testing.T) {
	for _, c := range []struct {
		text, want string
		known      bool
	}{
		{"", "", true},
		{"plain", "plain", true},
		{"${A}", "", false},
		{"${A:-x}", "x", true},
		{"${A:-}", "", true},
		{"a${A:-b}c${B:-d}e", "abcde", true},
		{"a${A:-b}c${B}e", "abce", false},
		{"$$", "$", true},
		{"$${A}", "${A}", true},
		{"$A", "$A", true},
		{"a$", "a$", true},
		{"${file:/run/x}", "", false},
		{"${A:-http://h:80/x?y=z}", "http://h:80/x?y=z", true},
		{"${A:-a{b}c}", "a{bc}", true}, // up to the first }
		{"${A:-小}", "小", true},
		{"${A", "${A", true}, // refused elsewhere
	} {
		if have, known := DefaultOf(c.text); have != c.want || known != c.known {
			t.Errorf("DefaultOf(%q) is %q, %v, want %q, %v", c.text, have, known, c.want, c.known)
		}
	}
}

func TestSettingProblem(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"${A} ${B:-x} $$ $x":  "",
		"${file:/a}":          "",
		"$${":                 "",
		"$$${A}":              "",
		"${}":                 "${}",
		"x${1A}":              "${1A}",
		"${A B}":              "${A B}",
		"${A-x}":              "${A-x}",
		"${A:x}":              "${A:x}",
		"${file:}":            "${file:}",
		"${A} ${":             "${",
		"${A:-x} ${é} ${}":    "${é}",
		"${A:-\n}":            "",
		"${NAME:-default} ${": "${",
	} {
		part, at, problem := settingProblem(text)
		if part != want || !strings.HasPrefix(text[at:], part) || (problem == "") != (want == "") {
			t.Errorf("settingProblem(%q) is %q, %q, want %q", text, part, problem, want)
		}
	}
}

func TestTemplateFields(t *testing.T) {
	for _, c := range []struct {
		text    string
		names   []string
		before  string // of the last field
		problem bool
	}{
		{"", nil, "", false},
		{"a{b}c", []string{"b"}, "a", false},
		{"{a}/{b}", []string{"a", "b"}, "/", false},
		{"{{a}", nil, "", false},
		{"{{{a}", []string{"a"}, "{", false},
		{"{{a}{a}", []string{"a"}, "{a}", false},
		{"${A:-{x}}{b}", []string{"b"}, "${A:-{x}}", false},
		{"$${a}", []string{"a"}, "$$", false}, // a setting still, whose default is $
		{"{Generated number}", []string{"Generated number"}, "", false},
		{"a}b", nil, "", false},
		{"{", nil, "", true},
		{"{}", nil, "", true},
		{"{a}{b", []string{"a"}, "", true},
	} {
		fields, problem := TemplateFields(c.text)
		var names []string
		before := ""
		for _, f := range fields {
			if have := c.text[f.Start:f.End]; have != "{"+f.Name+"}" {
				t.Errorf("the place of {%s} in %q is that of %q", f.Name, c.text, have)
			}
			names = append(names, f.Name)
			before = f.Before
		}
		if !slices.Equal(names, c.names) || before != c.before || (problem != "") != c.problem {
			t.Errorf("TemplateFields(%q) is %q before %q, %q", c.text, names, before, problem)
		}
	}
}

func TestOpenField(t *testing.T) {
	for text, want := range map[string]int{
		"": -1, "a": -1, "{": 0, "a{b": 1, "{a}": -1, "{a}/{b": 4, "{{": -1, "{{a": -1, "{{{a": 2, "${": -1, "${A": -1, "${A:-{": -1, "${A}{": 4, "$${a": 2, "{}": -1,
	} {
		at, open := OpenField(text)
		if open != (want >= 0) || open && at != want {
			t.Errorf("OpenField(%q) is %d, %t, want %d", text, at, open, want)
		}
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name    string
		problem func(string) string
		good    []string
		bad     []string
	}{
		{"duration", durationProblem, []string{"1s", "1.5h", "0s", "${A}", "${A:-5m}", "1h30m"}, []string{"", "1", "-1s", "1 s", "${A:-x}", "1d"}},
		{"size", sizeProblem, []string{"1B", "64MiB", "1 GiB", "${A}", "10kB"}, []string{"", "64", "MiB", "-1B", "1TiB", "1.5MiB"}},
		{"rate", rateProblem, []string{"100/s", "0.5/m", "1/ms", "${A}"}, []string{"", "100", "/s", "100/d", "100 / s"}},
	} {
		for _, text := range c.good {
			if p := c.problem(text); p != "" {
				t.Errorf("%s %q: %s", c.name, text, p)
			}
		}
		for _, text := range c.bad {
			if c.problem(text) == "" {
				t.Errorf("%s %q is taken", c.name, text)
			}
		}
	}
}

// What variables put into the user part of a URL says nothing of where it leads.

func TestScheme(t *testing.T) {
	for text, want := range map[string]string{
		"sqlite:a.db": "sqlite", "${A:-sqlite:a}": "sqlite", "${A}": "", "${A}:x": "", "sqlite:${A}": "sqlite", "data/a.db": "", "": "",
	} {
		if have := Scheme(text); have != want {
			t.Errorf("Scheme(%q) is %q, want %q", text, have, want)
		}
	}
}
