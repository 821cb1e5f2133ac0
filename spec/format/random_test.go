package format_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowc-dev/flowc/internal/campaign"
)

// TestFormatRestores disarranges the examples, which are in canonical form, and
// wants Format to give them back: the order of keys, spaces, ends of lines.
func TestFormatRestores(t *testing.T) {
	examples, err := filepath.Glob("../../examples/*/flow.toml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for range campaign.Size(5, 50) {
			moved := disarrange(string(text), random)
			if d := cmp.Diff(string(text), string(formatted(t, name, []byte(moved)))); d != "" {
				t.Fatalf("%s: %s\nof\n%s", name, d, moved)
			}
		}
	}
}

// disarrange shuffles the keys of tables but those of records, and changes the
// spaces of every line.
func disarrange(text string, random *rand.Rand) string {
	var b strings.Builder
	for _, paragraph := range strings.Split(text, "\n\n") {
		lines := strings.Split(strings.TrimSuffix(paragraph, "\n"), "\n")
		first := 0
		for first < len(lines) && (lines[first] == "" || strings.ContainsRune("#[", rune(lines[first][0]))) {
			first++
		}
		pairs := lines[first:]
		if !strings.Contains(paragraph, "[record.") {
			random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		}
		for i, line := range lines {
			b.WriteString(disarrangeLine(line, i >= first, random) + "\n")
		}
		b.WriteString(strings.Repeat(" \n", random.IntN(2)) + "\n")
	}
	return b.String()
}

func disarrangeLine(line string, pair bool, random *rand.Rand) string {
	spaces := func(least int) string { return strings.Repeat(" ", least+random.IntN(4)) }
	if key, value, ok := strings.Cut(line, "="); ok && pair {
		value = strings.TrimSpace(value)
		value = strings.ReplaceAll(value, "[\"", "["+spaces(0)+"\"")
		line = strings.TrimSpace(key) + spaces(0) + "=" + spaces(0) + value
	}
	return spaces(0) + line + spaces(0)
}

// TestFormatRandom formats random files, full of comments and line breaks, twice:
// that they mean the same and keep their comments Format asserts itself.
func TestFormatRandom(t *testing.T) {
	w := tomlWriter{rand.New(rand.NewPCG(3, 4))}
	for range campaign.Size(200, 2000) {
		text := w.file()
		once := formatted(t, "flow.toml", []byte(text))
		if d := cmp.Diff(string(once), string(formatted(t, "flow.toml", once))); d != "" {
			t.Fatalf("formatting again changes it: %s\nof\n%s", d, text)
		}
	}
}

// tomlWriter writes random TOML.
type tomlWriter struct{ *rand.Rand }

func (w tomlWriter) one(of ...string) string { return of[w.IntN(len(of))] }

func (w tomlWriter) file() string {
	var b strings.Builder
	between := func() { b.WriteString(w.one("", "", "\n", "# top\n", "\n\n# free\n\n", "  # in\n")) }
	for i := range w.IntN(5) {
		between()
		fmt.Fprintf(&b, w.one("[stage.s%d]", "[record.R%d]", "[store.s%d] # h", "[x . y%d]", "[stage.s%d.retry]")+"\n", i)
		for j := range w.IntN(5) {
			between()
			b.WriteString(w.pair(j, 0) + w.one("", " # e", "\t#x\r") + "\n")
		}
	}
	between()
	return b.String()
}

func (w tomlWriter) pair(i, depth int) string {
	key := w.one("kind", "a", `"x = #"`, "first . b", "'l'", "attempts", "retry")
	return fmt.Sprintf("%s.k%d%s= %s", key, i, w.one("", " "), w.value(depth))
}

func (w tomlWriter) value(depth int) string {
	n := w.IntN(9)
	if n > 3 || depth > 4 {
		return w.one(`"a#b"`, "'''x\n# y'''", "12", "1979-05-27 07:32:00", `"""q\"`+"\n"+`]"""`, "true", "'}'")
	}
	gap := func() string {
		return w.one("", "", "", "", "\t", "\n", " # c, [\"]\n", "\n\n  ", "\n# own\n\n# two\n", "#\r\n")
	}
	items, last := gap(), w.IntN(4)
	for i := range last {
		item := w.value(depth + 1)
		if n > 1 {
			item = w.pair(i, depth+1)
		}
		items += item + gap()
		if i < last-1 || w.IntN(2) == 0 {
			items += "," + gap()
		}
	}
	if n > 1 {
		return "{" + items + "}"
	}
	return "[" + items + "]"
}
