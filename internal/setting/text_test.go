package setting

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string][]Part{
		"":      nil,
		"a$b$$": {{Raw: "a", Value: "a"}, {Raw: "$b", Value: "$b"}, {Raw: "$$", Value: "$"}},
		"${A}x${B:-${C}}": {
			{Kind: Variable, Raw: "${A}", Value: "A"}, {Raw: "x", Value: "x"},
			{Kind: Variable, Raw: "${B:-${C}", Value: "B", Default: "${C", HasDefault: true}, {Raw: "}", Value: "}"},
		},
		"${file:/a}${": {{Kind: File, Raw: "${file:/a}", Value: "/a"}, {Raw: "${", Value: "${", Problem: "is not closed"}},
		"{a}":          {{Raw: "{a}", Value: "{a}"}},
	} {
		if got := Parse(text); !equal(got, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func equal(a, b []Part) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// FuzzParse holds that no byte of a text is lost, that parts without a problem
// mean the same by themselves, and that any text comes back from where it is
// escaped or the default of a variable.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"", "a", "$", "$$", "${A}", "${A:-b}c", "${A:-{b}}", "${file:/a}", "{{a}{b}", "${", "{", "{}", "$${A}{b}$", "${A}${B:-}{c}{{"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, parse := range map[string]func(string) []Part{"a setting": Parse, "a template": ParseTemplate} {
			parts := parse(text)
			var all strings.Builder
			for _, p := range parts {
				all.WriteString(p.Raw)
				if again := parse(p.Raw); p.Problem == "" && !equal(again, []Part{p}) {
					t.Errorf("%q as %s: %+v is by itself %+v", text, name, p, again)
				}
			}
			if all.String() != text {
				t.Errorf("%q as %s: its parts are %q", text, name, all.String())
			}
		}
		escaped := strings.NewReplacer("$", "$$", "{", "{{").Replace(text)
		if value, known := DefaultOf(ParseTemplate(escaped)); value != text || !known {
			t.Errorf("%q, escaped, is %q", text, value)
		}
		if strings.Contains(text, "}") {
			return
		}
		if value, known := DefaultOf(Parse("${A:-" + text + "}")); value != text || !known {
			t.Errorf("%q as a default is %q", text, value)
		}
	})
}
