package gen_test

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// TestMovedTables moves the tables of each golden case about: the same Go comes
// out, byte for byte.
func TestMovedTables(t *testing.T) {
	root := t.TempDir()
	layModule(t, root)
	for i, c := range goldenCases(t) {
		want := generateSpec(t, filepath.Join(root, c.name), c, c.file(gen.SpecName))
		for round := range uint64(campaign.Size(1, 3)) {
			moved := moveTables(c.file(gen.SpecName), rand.New(rand.NewPCG(uint64(i), round)))
			for path, content := range generateSpec(t, filepath.Join(root, c.name), c, moved) {
				if !bytes.Equal(content, want[path]) {
					t.Fatalf("%s: %s differs with the tables in another order:\n%s", c.path, path, moved)
				}
			}
		}
	}
}

// generateSpec generates a case with a spec and returns the files by path.
func generateSpec(t *testing.T, dir string, c goldenCase, text string) map[string][]byte {
	t.Helper()
	c.lay(t, dir)
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte(text))
	s, diags := gen.Load(dir)
	if diags.HasErrors() {
		t.Fatalf("%s: %v\n%s", c.path, diags, text)
	}
	files, err := gen.Generate(s.Graph, s.Import, gen.Functions{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, f := range files {
		found[f.Path] = f.Content
	}
	return found
}

var tableHeader = regexp.MustCompile(`(?m)^\[[a-z]+\.`)

// moveTables puts the tables of a spec in a random order.
func moveTables(text string, r *rand.Rand) string {
	starts := tableHeader.FindAllStringIndex(text, -1)
	var tables []string
	for i, at := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		tables = append(tables, strings.TrimRight(text[at[0]:end], "\n")+"\n")
	}
	r.Shuffle(len(tables), func(i, k int) { tables[i], tables[k] = tables[k], tables[i] })
	return text[:starts[0][0]] + strings.Join(tables, "")
}
