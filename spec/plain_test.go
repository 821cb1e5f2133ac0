package spec

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// FuzzPlain holds the parser that gives the places against the strict decoder:
// what the one takes as plain, the other takes as TOML.
func FuzzPlain(f *testing.F) {
	cases, err := filepath.Glob("../testdata/*/*.txtar")
	if err != nil || len(cases) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".toml") {
				f.Add(file.Data)
			}
		}
	}
	for _, text := range []string{
		"[a.b]\n[a]\n", "[a]\n[a.b]\nc = 1\n[a.b.c]\n", "a = {}\n[a.b]\n", "[a]\nb = {c = 1}\n[a.b]\n", "[a]\nb.c = 1\n[a.b]\n",
		"[[a]]\n[a]\n", "a = []\n[[a]]\n", "a = [\n1, # one\n2,\n]\n", "a = [,]\n", "a = {b = 1,}\n", "a = {\nb = 1}\n", "\"a\" = 1\na = 2\n",
		"'' = 1\n", "\u00e4 = 1\n", "[\"a\".'b']\n", "[ a . b ]\n", "a = 007\n", "a = +1\n", "a = 1_0\n", "a = 0x1f\n", "a = 1e9\n", "a = inf\n",
		"a = 9223372036854775808\n", "a = 2100-02-29\n", "a = 24:00:00\n", "a = true#c\n", "a = \"b\" c = 1\n", "a = 1 \r\nb = 2\r\n", "\ufeffa = 1\n", "a\n", "a =\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		src := NewSource(t.Name(), text)
		if checkText(src) != nil || !plainText(text) {
			return
		}
		if !newParser(src).parsePlain() {
			return
		}
		if diags := checkTOML(src); diags != nil {
			t.Errorf("plain, but no TOML: %s\n%q", diags[0].Message, text)
		}
	})
}
