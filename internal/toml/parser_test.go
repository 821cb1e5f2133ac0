package toml_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/internal/campaign"
	"github.com/flowc-dev/flowc/internal/hostile"
	"github.com/flowc-dev/flowc/internal/toml"
)

// TestProblems wants all that is wrong with a text, and nothing that is so only in
// consequence.
func TestProblems(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string // where, and the message
	}{
		{"a = x\nb = y\n", []string{"x: this is no value", "y: this is no value"}},
		{"a = [x, 1, y]\n", []string{"x: this is no value", "y: this is no value"}},
		{`a = "\q\x4\ud800"`, []string{`\q: a string in double quotes has no such escape`, `\x4: an escape of a string is not complete`, `\ud800: there is no character of this number`}},
		{"# \x01\na = '\x02' #\x7f\n", []string{"\x01: the text has a control character", "\x02: the text has a control character", "\x7f: the text has a control character"}},
		{"a = \rb = 1\n\r# \r\n", []string{"\r: a carriage return stands alone", "\r: a carriage return stands alone"}},
		{"a = 01\nb = 1__2\nc = 99999999999999999999\nd = 25:00\n", []string{"01: a number starts with 0", "1__2: this is no number", "99999999999999999999: the number does not fit into 64 bits", "25:00: there is no such date or time"}},
		{"a = \"x\nthree words here\nb = 1\nc = +\n", []string{"\n: the string does not end on its line", "+: this is no value"}},
		{"a = '''x\n\nb = y\n", []string{"''': the string does not end"}},
		{"a = [\n  1\n  2,\n]\nb = x\n", []string{"2: a comma, or the end of the list, is missing", "x: this is no value"}},
		{"a = [1,\nb.c = 2\n[stage.x\n", []string{"b: a comma, or the end of the list, is missing", "\n: the header of the table is not closed"}},
		{"a = {\n b = 1\n c = 2,\n d = {},\n}\ne = x\n", []string{"c: a comma, or the end of the inline table, is missing", "x: this is no value"}},
		{"a = {\n b = 1\n c = 2\n d = 3,\n}\ne = x\n", []string{"c: a comma, or the end of the inline table, is missing", "x: this is no value"}},
		{"a = [\n [\n 'b' 'c',\n ],\n 'd',\n]\ne = x\n", []string{"': a comma, or the end of the list, is missing", "x: this is no value"}},
		{"a = ['b' 'c']\nd = ['e' 'f']\n", []string{"': a comma, or the end of the list, is missing", "': a comma, or the end of the list, is missing"}},
		{"a = [[1], {b = 2\n", []string{": a comma, or the end of the inline table, is missing"}},
		{"[a\n[[b]\n[c]]\n[]\n", []string{"\n: the header of the table is not closed", "]: the header of the table is not closed", "]: the line goes on behind its end", "]: a name is missing in the header of the table"}},
		{"\xff", []string{"\xff: the file is not UTF-8"}},
		{"a = " + strings.Repeat("[", 65), []string{"[: values are nested deeper than 64 levels"}},
		{"a.b.c = 1\na.b.c.d = 2\n[a]\n[a.b.e]\n", []string{`c: "a.b.c" is declared twice`, `a: "a" is declared twice: dotted keys make it a table already`}},
	} {
		var got []string
		root, problems := toml.Parse([]byte(test.text))
		for _, p := range problems {
			got = append(got, test.text[p.Span.Start:p.Span.End]+": "+p.Message)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.text, got, test.want)
		}
		if twice := problems[0].Sort == toml.Twice; twice != (root != nil) {
			t.Errorf("%q: a table: %t", test.text, root != nil)
		}
	}
}

// TestHostile reads texts that aim at the stack and at quadratic time.
func TestHostile(t *testing.T) {
	size := campaign.Size(1<<17, 4<<20)
	longest := time.Duration(campaign.Size(5, 60)) * time.Second // on a machine that does much else; alone the slowest of 4 MiB take 2 s
	texts := hostile.Specs()
	for _, part := range []string{
		"\"", "'", "\"\"\"", "'''", "\"\"\"\n", "\\\"\"\"\n", "a = \"\"\"\n", "a='''\\\n", "a = [\n", "a = [\n1\n", "a = {\n", "a = { b = 1\n", "[", "[[", "]", "}\n",
		"a\n", "a = \n", "a = \"\\", "a = x\n", "a = 1\n", "[a]\n", "[[a]]\n", "[a.b]\n", "a.b = 1\n", "#\r", "<<<<<<< \n", "a.", "a = 1 ", "1_", "1979-05-27 ",
	} {
		texts["many "+part] = strings.Repeat(part, size/len(part))
		texts["a list of many "+part] = "a = [" + strings.Repeat(part, size/len(part))
		texts["a string of many "+part] = "a = \"\"\"" + strings.Repeat(part, size/len(part))
	}
	texts["duplicates of a long key"] = "[" + strings.Repeat("a", size/2) + "]\n" + strings.Repeat("a = 1\n", size/12)
	for name, text := range texts {
		start := time.Now()
		_, problems := toml.Parse([]byte(text))
		checkProblems(t, []byte(text), problems)
		if took := time.Since(start); took > longest {
			t.Errorf("%q took %v", name, took)
		}
	}
}
