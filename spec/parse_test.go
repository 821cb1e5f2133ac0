package spec

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// show writes a value with the places of all its parts.
func show(b *strings.Builder, v *Value, depth int) {
	at := func(s Span) string {
		return fmt.Sprintf("%s %q", strings.TrimPrefix(s.String(), "f:"), s.Source.Text[s.Start:s.End])
	}
	pad := strings.Repeat("  ", depth)
	for _, e := range v.Entries {
		fmt.Fprintf(b, "%s%s = %s: %s\n", pad, at(e.KeySpan), e.Value.Kind, at(e.Value.Span))
		show(b, e.Value, depth+1)
	}
	for _, item := range v.Items {
		fmt.Fprintf(b, "%s- %s: %s\n", pad, item.Kind, at(item.Span))
		show(b, item, depth+1)
	}
}

func TestParsePlaces(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"scalars", "a = 1\nb = 1.5\nc = true\nd = 2024-01-02\ne = 'x'\n", `
1:1 "a" = a whole number: 1:5 "1"
2:1 "b" = a decimal number: 2:5 "1.5"
3:1 "c" = true or false: 3:5 "true"
4:1 "d" = a date or time: 4:5 "2024-01-02"
5:1 "e" = a string: 5:5 "'x'"
`},
		{"byte order mark", tomlscan.ByteOrderMark + "a = 1\nb = 2\n", `
1:1 "a" = a whole number: 1:5 "1"
2:1 "b" = a whole number: 2:5 "2"
`},
		{"carriage returns", "a = 1\r\nb = [\r\n 2]\r\n", `
1:1 "a" = a whole number: 1:5 "1"
2:1 "b" = a list: 2:5 "[\r\n 2]"
  - a whole number: 3:2 "2"
`},
		{"wide characters", "\"é\" = { 名 = 1 }\n", ""}, // a bare key is ASCII: no TOML
		{"wide keys", "\"試\" = { \"é\" = '小', b = 1 }\n", `
1:1 "\"試\"" = a table: 1:7 "{ \"é\" = '小', b = 1 }"
  1:9 "\"é\"" = a string: 1:15 "'小'"
  1:20 "b" = a whole number: 1:24 "1"
`},
		{"nested lists", "a = [ # ]\n  [1, [2]], [], # [\n  \"]\",\n]\n", `
1:1 "a" = a list: 1:5 "[ # ]\n  [1, [2]], [], # [\n  \"]\",\n]"
  - a list: 2:3 "[1, [2]]"
    - a whole number: 2:4 "1"
    - a list: 2:7 "[2]"
      - a whole number: 2:8 "2"
  - a list: 2:13 "[]"
  - a string: 3:3 "\"]\""
`},
		{"strings", "a = \"\"\"\nx \"q\"\\\"\"\"\"\"\nb = '''\n]'''''\nc = \"\\\\\"\nd = '\\'\n", `
1:1 "a" = a string: 1:5 "\"\"\"\nx \"q\"\\\"\"\"\"\""
3:1 "b" = a string: 3:5 "'''\n]'''''"
5:1 "c" = a string: 5:5 "\"\\\\\""
6:1 "d" = a string: 6:5 "'\\'"
`},
		{"tables", "[a.b]\nx = 1\n[a]\ny.z = 2\n[\"c d\"]\n", `
1:2 "a" = a table: 1:2 "a"
  1:4 "b" = a table: 1:4 "b"
    2:1 "x" = a whole number: 2:5 "1"
  4:1 "y" = a table: 4:1 "y"
    4:3 "z" = a whole number: 4:7 "2"
5:2 "\"c d\"" = a table: 5:2 "\"c d\""
`},
		{"an equals sign in a key", "\"a=b\" = [1]\n", `
1:1 "\"a=b\"" = a list: 1:9 "[1]"
  - a whole number: 1:10 "1"
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, diags := Parse("f", []byte(c.text))
			if f == nil {
				if c.want != "" {
					t.Fatal(diags)
				}
				return
			}
			var b strings.Builder
			show(&b, f.Root, 0)
			if have := "\n" + b.String(); have != c.want {
				t.Errorf("have:%s\nwant:%s", have, c.want)
			}
		})
	}
}

func TestStringContent(t *testing.T) {
	f, diags := Parse("f", []byte("a = \"x\\ty\\u00e9\"\nb = \"\"\"\nx \\\n  y\"\"\"\nc = 'x\\t'\n"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for key, want := range map[string]string{"a": "x\tyé", "b": "x y", "c": `x\t`} {
		if have := f.Root.Get(key).Value.Text; have != want {
			t.Errorf("%s is %q, want %q", key, have, want)
		}
	}
}

func TestSpanOf(t *testing.T) {
	f, _ := Parse("f", []byte("a = \"x{é}y\"\nb = \"\\t{c}\"\n"))
	for _, c := range []struct{ key, part, want string }{
		{"a", "{é}", "{é}"},
		{"a", "x{é}y", `"x{é}y"`}, // all of it: with its quotes
		{"a", "", `"x{é}y"`},
		{"b", "\t", `"\t{c}"`}, // not written as it reads
	} {
		s := f.Root.Get(c.key).Value.SpanOf(c.part)
		if have := string(s.Source.Text[s.Start:s.End]); have != c.want {
			t.Errorf("the place of %q in %s is %q, want %q", c.part, c.key, have, c.want)
		}
	}
}

// The place of a part is that of its bytes, whatever stands before it, and also
// where something else in the string is escaped.
func TestSpanAt(t *testing.T) {
	for _, c := range []struct {
		text string // of the value; ‹ and › are around the place
		part string // the last such part of the string
	}{
		{`"{{a}‹{a}›"`, "{a}"},
		{`"\u007ba}‹{a}›"`, "{a}"},
		{`"‹{a}›\u007ba"`, "{a}"},
		{`"\té‹{a}›\n"`, "{a}"},
		{`'\t‹{a}›'`, "{a}"},
		{"\"\"\"\n{a}\r\n  \\\n  x ‹{a}›\"\"\"\"", "{a}"},
		{"'''\nx‹{a}›'''", "{a}"},
		{`‹"{a}"›`, "{a}"},       // all of it
		{`‹"x{a\u007d"›`, "{a}"}, // not written as it reads
	} {
		written := strings.NewReplacer("‹", "", "›", "").Replace(c.text)
		f, diags := Parse("f", []byte("a = "+written+"\n"))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		v := f.Root.Get("a").Value
		at := strings.LastIndex(v.Text, c.part)
		s := v.SpanAt(at, at+len(c.part))
		before, _, _ := strings.Cut(c.text, "‹")
		_, behind, _ := strings.Cut(c.text, "›")
		if want := (Span{f.Source, len("a = " + before), len("a = "+written) - len(behind)}); s != want {
			t.Errorf("the place of %q in %s is %d to %d, want %d to %d", c.part, c.text, s.Start, s.End, want.Start, want.End)
		}
	}
}

func TestLargeTablesHaveAnIndex(t *testing.T) {
	var text strings.Builder
	const many = 48
	for i := range many {
		fmt.Fprintf(&text, "a%d = %d\n", i, i)
	}
	f, diags := Parse("f", []byte(text.String()))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for i := range many {
		if e := f.Root.Get(fmt.Sprint("a", i)); e == nil || e.Value.Text != fmt.Sprint(i) {
			t.Fatalf("a%d is %v", i, e)
		}
	}
	if f.Root.Get("b") != nil {
		t.Error("b is found")
	}
}

// TestNesting shows that nothing hides brackets from the limit of nesting, and
// that strings and comments do not count.
func TestNesting(t *testing.T) {
	deep := strings.Repeat("[", 70) + strings.Repeat("]", 70)
	for _, c := range []struct {
		text string
		code string
	}{
		{"a = " + deep, "FLOW004"},
		{"a = 'x\\' # '\nb = " + deep, "FLOW004"},
		{"a = \"\\\\\" \nb = " + deep, "FLOW004"},
		{"a = \"\"\"\n\"\"\"\nb = " + deep, "FLOW004"},
		{"a = " + strings.Repeat("{a=", 70), "FLOW004"},
		{"[" + strings.Repeat("a.", 70) + "a]", "FLOW004"},
		{"a = '" + deep + "'", ""},
		{"a = '''\n" + strings.Repeat("[", 70) + "'''", ""},
		{"# " + deep, ""},
		{"a = 1 # ' " + deep, ""},
		{strings.Repeat("a = 1.5 # .\n[b]\n", 1), ""},
	} {
		_, diags := Parse("f", []byte(c.text))
		have := ""
		if len(diags) > 0 {
			have = diags[0].Code
		}
		if have != c.code {
			t.Errorf("%.40q: %v, want %q", c.text, diags, c.code)
		}
	}
}

// TestPosition counts the characters of a line that is longer than several blocks.
func TestPosition(t *testing.T) {
	text := tomlscan.ByteOrderMark + strings.Repeat("aé小😀", block) + "\r\nb😀c\n\n"
	src := NewSource("f", []byte(text))
	for offset := 0; offset <= len(text); offset++ {
		if offset < len(text) && !utf8.RuneStart(text[offset]) || offset > 40 && offset%97 != 0 && offset < len(text)-20 {
			continue
		}
		before := strings.TrimPrefix(text[:offset], tomlscan.ByteOrderMark)
		line := strings.TrimSuffix(before[strings.LastIndexByte(before, '\n')+1:], "\r")
		want := Position{strings.Count(before, "\n") + 1, utf8.RuneCountInString(line) + 1}
		if got := src.Position(offset); got != want {
			t.Fatalf("byte %d is at %v, not %v", offset, got, want)
		}
	}
	if got := NewSource("f", nil).Position(0); got != (Position{1, 1}) {
		t.Errorf("the start of nothing is %v", got)
	}
}

func TestWindow(t *testing.T) {
	long := strings.Repeat("a", 150) + "HERE" + strings.Repeat("b", 150)
	for _, c := range []struct {
		line   string
		column int
	}{{"HERE", 0}, {"xHERE", 1}, {long, 150}, {"HERE" + long[4:], 0}, {strings.Repeat("a", 300) + "HERE", 300}} {
		shown, before := window([]byte(c.line), c.column)
		if len(shown) > maxLine || string(shown[before:before+4]) != "HERE" {
			t.Errorf("%q is shown as %q, %d", c.line, string(shown), before)
		}
	}
}

func TestRender(t *testing.T) {
	src := NewSource("f", []byte("a\t小é\u0301 = x\n"))
	d := Diagnostic{Code: "FLOW000", Span: Span{src, strings.Index(string(src.Text), "x"), len(src.Text) - 1}, Message: "m", Help: "h"}
	var b strings.Builder
	if err := (Diagnostics{d}).Render(&b, false); err != nil {
		t.Fatal(err)
	}
	want := "f:1:9: error: m [FLOW000]\n    1 | a\t小é\u0301 = x\n      |  \t      ^ h\n"
	if b.String() != want {
		t.Errorf("have %q\nwant %q", b.String(), want)
	}
}
