package tomlscan

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestHostile wants strings that do not end looked for once.
func TestHostile(t *testing.T) {
	for _, line := range []string{"\\\"\"\"\n", "\\'''\n", "a = [\"\"\"\n", "a = \"\\\n"} {
		start := time.Now()
		Statements([]byte(strings.Repeat(line, 1<<19/len(line))))
		if took := time.Since(start); took > time.Minute {
			t.Errorf("many %q took %v", line, took)
		}
	}
}

func TestStatements(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"\uFEFF# only\n\n", nil},
		{"a = 1\r\nb = 2", []string{"a = 1", "b = 2"}},
		{"[x] # here\n  b = '#'", []string{"[x] # here", "b = '#'"}},
		{"a = [ # one\n 1,\n]\nb = 2", []string{"a = [ # one\n 1,\n]", "b = 2"}},
		{"a = \"\"\"\nb = 1\n\"\"\"\"\nc = 3", []string{"a = \"\"\"\nb = 1\n\"\"\"\"", "c = 3"}},
		{"a = '''\\'''\nb = 2", []string{"a = '''\\'''", "b = 2"}},
		// What is not closed ends where the next statement begins.
		{"a = \"x\nb = 2", []string{"a = \"x", "b = 2"}},
		{"a = \"x\\\nb = 2", []string{"a = \"x\\", "b = 2"}},
		{"a = \"\"\"x\nb = 2", []string{"a = \"\"\"x", "b = 2"}},
		{"a = [1,\n 2,\nb.c = 2", []string{"a = [1,\n 2,", "b.c = 2"}},
		{"a = { b = 1\n[stage.x]\n[[flow . y]]", []string{"a = { b = 1", "[stage.x]", "[[flow . y]]"}},
		{"[stage.x\nb = 2", []string{"[stage.x", "b = 2"}},
	} {
		var got []string
		for _, s := range Statements([]byte(test.text)) {
			got = append(got, test.text[s.Start:s.End])
			if header := test.text[s.Start] == '['; s.Header != header {
				t.Errorf("%q: %q is a header: %t", test.text, test.text[s.Start:s.End], s.Header)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
	}
}
