package toml_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"
	"time"

	burntsushi "github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	tomltest "github.com/toml-lang/toml-test/v2"

	"github.com/flowc-dev/flowc/internal/hostile"
	"github.com/flowc-dev/flowc/internal/toml"
)

// FuzzParse holds the package against a decoder that many use: both take the same
// texts and give the same values, but for what that decoder is known to get wrong.
func FuzzParse(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		root, problems := toml.Parse(text)
		checkProblems(t, text, problems)
		var want map[string]any
		_, err := burntsushi.Decode(string(text), &want)
		switch {
		case len(problems) == 0 && err != nil && !tooStrict(text):
			t.Errorf("accepted, but the decoder says: %v\n%q", err, text)
		case len(problems) > 0 && err == nil && !tooLenient(problems[0]):
			t.Errorf("refused: %v\n%q", problems[0], text)
		case len(problems) == 0 && err == nil:
			if d := cmp.Diff(untyped(want), untyped(native(root))); d != "" {
				t.Errorf("%s\n%q", d, text)
			}
		}
	})
}

// seeds are the files of the suite, the specs of all cases, and texts that aim at
// what two parsers could see in two ways.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	list, err := hostile.Cases("../../testdata")
	if err != nil {
		f.Fatal(err)
	}
	files := tomltest.TestCases()
	err = fs.WalkDir(files, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".toml") {
			return err
		}
		text, err := fs.ReadFile(files, path)
		list = append(list, text)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"[a.b]\n[a]\n", "[a]\n[a.b]\nc = 1\n[a.b.c]\n", "a = {}\n[a.b]\n", "[a]\nb = {c = 1}\n[a.b]\n", "[a]\nb.c = 1\n[a.b]\n",
		"[[a]]\n[a]\n", "a = []\n[[a]]\n", "a = [\n1, # one\n2,\n]\n", "a = [,]\n", "a = {b = 1,}\n", "a = {\nb = 1}\n", "\"a\" = 1\na = 2\n",
		"'' = 1\n", "\u00e4 = 1\n", "[\"a\".'b']\n", "[ a . b ]\n", "a = 007\n", "a = +1\n", "a = 1_0\n", "a = 0x1f\n", "a = 1e9\n", "a = inf\n",
		"a = 9223372036854775808\n", "a = 2100-02-29\n", "a = 24:00:00\n", "a = true#c\n", "a = \"b\" c = 1\n", "a = 1 \r\nb = 2\r\n", "\ufeffa = 1\n", "a\n", "a =\n",
		"[a.b.c]\n[a]\nb.d = 1\n", "[a.b.c]\n[a]\nb.c.d = 1\n", "a.b = 1\n[a]\n", "a.b = 1\n[a.c]\n", "[[a.b]]\n[a]\nb.c = 1\n", "[[a]]\n[a.b]\n[[a]]\n[a.b]\n", "a = [{}]\n[a.b]\n",
		"a = '''\nb\r\n'''\n", "a = \"\"\"b \\  \r\n  c\"\"\"\"\"\n", "a = \"\\x4a\\e\"\n", "a = \"\\ud800\"\n", "a = 1979-05-27 07:32\n", "a = 07:32:60\n", "a = -0x1\n", "a = 1._1\n", "a = 'b\rc'\n",
	} {
		list = append(list, []byte(text))
	}
	return list
}

// checkProblems wants problems of one sort, in the order of their places.
func checkProblems(t *testing.T, text []byte, problems []toml.Problem) {
	last := 0
	for _, p := range problems {
		if p.Span.Start < last || p.Span.End < p.Span.Start || p.Span.End > len(text) || p.First.End > len(text) {
			t.Errorf("%q at bytes %d to %d of %d, behind %d", p.Message, p.Span.Start, p.Span.End, len(text), last)
		}
		if p.Message == "" || p.Help == "" || p.Sort != problems[0].Sort {
			t.Errorf("problem %+v beside %+v", p, problems[0])
		}
		last = p.Span.Start
	}
}

// tooStrict reports whether the decoder may refuse what the standard allows: a leap
// second.
func tooStrict(text []byte) bool { return bytes.Contains(text, []byte(":60")) }

// tooLenient reports whether the decoder may accept what a problem is about: what
// is declared twice, and times whose offset has no such minute.
func tooLenient(p toml.Problem) bool {
	return p.Sort == toml.Twice || p.Sort == toml.TooDeep || strings.Contains(p.Message, "no such date or time")
}

// native returns a value as a decoder gives it.
func native(v *toml.Value) any {
	switch v.Kind {
	case toml.Table:
		table := map[string]any{}
		for _, e := range v.Entries {
			table[e.Key] = native(e.Value)
		}
		return table
	case toml.Array:
		list := []any{}
		for _, item := range v.Items {
			list = append(list, native(item))
		}
		return list
	case toml.String:
		return v.Text
	}
	// What is neither text nor brackets is read by the decoder, alone.
	var one struct{ A any }
	if _, err := burntsushi.Decode("A = "+v.Text, &one); err != nil {
		return err
	}
	return one.A
}

// untyped writes numbers and times as text, and lists of tables as lists.
func untyped(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			v[key] = untyped(value)
		}
	case []map[string]any:
		list := []any{}
		for _, item := range v {
			list = append(list, untyped(item))
		}
		return list
	case []any:
		for i := range v {
			v[i] = untyped(v[i])
		}
	case float64:
		return fmt.Sprint(math.Float64bits(v))
	case time.Time:
		return v.String()
	}
	return v
}
