package gen_test

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// remembered are pieces that are never forgotten, but not always at hand, so that
// a file is made of known ones and fresh ones together.
type remembered struct {
	*testing.T
	*rand.Rand
	pieces map[templates.Key]templates.Piece
}

func (r *remembered) Get(key templates.Key) (p templates.Piece, ok bool) {
	if r.IntN(3) == 0 {
		return p, false
	}
	p, ok = r.pieces[key]
	return p, ok
}

func (r *remembered) Put(key templates.Key, p templates.Piece) {
	if old, ok := r.pieces[key]; ok && (!bytes.Equal(old.Text, p.Text) || !slices.Equal(old.Imports, p.Imports)) {
		r.Errorf("of one key are made\n%s%v\nand\n%s%v", old.Text, old.Imports, p.Text, p.Imports)
	}
	r.pieces[key] = p
}

// TestCachedPieces generates the service of each case, and of many specs that
// differ from it in one place, with pieces that were made before: the files are
// those that are generated without. What a piece is made of and is not in its key
// would show as the piece of another spec.
func TestCachedPieces(t *testing.T) {
	t.Parallel()
	cache := &remembered{t, rand.New(rand.NewPCG(1, 7)), map[templates.Key]templates.Piece{}}
	judged := 0
	for _, c := range casesIn(t, "kinds", "rules", "twins", "wiredflow") {
		list := variants(c.file(gen.SpecName), cache.Rand)
		for _, text := range append(list, c.file(gen.SpecName), c.file("after.toml")) {
			if g := c.resolve(text); g != nil {
				judged++
				compareCached(t, g, cache, text)
			}
			if t.Failed() {
				return
			}
		}
	}
	if t.Logf("%d specs, %d pieces", judged, len(cache.pieces)); judged < 2000 {
		t.Errorf("only %d specs have no error", judged)
	}
}

func compareCached(t *testing.T, g *spec.Graph, cache templates.Cache, text string) {
	t.Helper()
	const path = "example.com/known"
	want, err := gen.Generate(g, path, gen.Functions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	service := templates.NewService(g, path)
	service.Cache = cache
	got, err := gen.GenerateFrom(service, gen.Functions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i := range want {
		if !bytes.Equal(got[i].Content, want[i].Content) {
			t.Errorf("%s is, with pieces of other specs,\n%s\nand without\n%s\nof\n%s", want[i].Path, got[i].Content, want[i].Content, text)
			return
		}
	}
}

// resolve is the graph of a text in place of the spec; nil of one with errors.
func (c goldenCase) resolve(text string) *spec.Graph {
	files, diags := gen.ReadSpec(".", func(name string) ([]byte, error) {
		if name == gen.SpecName {
			return []byte(text), nil
		}
		return []byte(c.file(filepath.ToSlash(name))), nil
	})
	if diags.HasErrors() {
		return nil
	}
	g, diags := spec.Resolve(files, templates.Specs(templates.Kinds()))
	if diags.HasErrors() {
		return nil
	}
	return g
}

// What in a spec has a value that may be another one.
var (
	quotedText = regexp.MustCompile(`"[^"\n]*"`)
	bareValue  = regexp.MustCompile(`\b(true|false|[0-9]+)\b`)
)

// variants are specs that differ from one in a line that is not there, or in a
// value.
func variants(text string, r *rand.Rand) (list []string) {
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		list = append(list, strings.Join(slices.Delete(slices.Clone(lines), i, i+1), ""))
	}
	replace := func(at []int, with string) { list = append(list, text[:at[0]]+with+text[at[1]:]) }
	others := append(quotedText.FindAllString(text, -1), `"int"`, `"[]int"`, `"bytes"`, `"time?"`, `"5s"`, `"skip"`, `"continue"`, `"upsert"`, `"jsonl:data/x.jsonl"`, `"csv:data/x.csv"`)
	for _, at := range quotedText.FindAllStringIndex(text, -1) {
		old := text[at[0]:at[1]]
		replace(at, old[:len(old)-1]+`x"`)
		replace(at, `"[]`+old[1:])
		for range 3 {
			replace(at, others[r.IntN(len(others))])
		}
	}
	for _, at := range bareValue.FindAllStringIndex(text, -1) {
		with := map[string]string{"true": "false", "false": "true"}[text[at[0]:at[1]]]
		if with == "" {
			with = text[at[0]:at[1]] + "1"
		}
		replace(at, with)
	}
	return list
}
