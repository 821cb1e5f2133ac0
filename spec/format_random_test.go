package spec_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFormatRestores disarranges the examples, which are in canonical form, and
// wants Format to give them back: the order of keys, spaces, ends of lines.
func TestFormatRestores(t *testing.T) {
	examples, err := filepath.Glob("../examples/*/flow.toml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range examples {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			moved := disarrange(string(text), random)
			if d := cmp.Diff(string(text), string(format(t, name, []byte(moved)))); d != "" {
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
