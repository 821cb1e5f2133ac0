package gen

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

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

func (r *remembered) Piece(key templates.Key) (p templates.Piece, ok bool) {
	if r.IntN(3) == 0 {
		return p, false
	}
	p, ok = r.pieces[key]
	return p, ok
}

func (r *remembered) Keep(key templates.Key, p templates.Piece) {
	if old, ok := r.pieces[key]; ok && (!bytes.Equal(old.Text, p.Text) || !slices.Equal(old.Imports, p.Imports)) {
		r.Errorf("of one key are made\n%s%v\nand\n%s%v", old.Text, old.Imports, p.Text, p.Imports)
	}
	r.pieces[key] = p
}

// TestKnownPieces generates the service of each case, and of many specs
// that differ from it in one place, with pieces that were made before: the
// files are those that are generated without. What a piece is made of and is not
// in its key would show as the piece of another spec.
func TestKnownPieces(t *testing.T) {
	known := &remembered{t, rand.New(rand.NewPCG(1, 7)), map[templates.Key]templates.Piece{}}
	judged := 0
	for _, c := range specsOfCases(t) {
		list := variants(c.text, known.Rand)
		known.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		for _, variant := range append(list[:min(len(list), 100)], c.text) {
			if g := c.resolve(variant); g != nil {
				judged++
				compareKnown(t, g, known, variant)
			}
			if t.Failed() {
				return
			}
		}
	}
	if t.Logf("%d specs, %d pieces", judged, len(known.pieces)); judged < 900 {
		t.Errorf("only %d specs have no error", judged)
	}
}

func compareKnown(t *testing.T, g *spec.Graph, known templates.Known, text string) {
	t.Helper()
	const path = "example.com/known"
	want, err := Generate(g, path, Functions{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	service := templates.NewService(g, path)
	service.Known = known
	got, err := generate(service, Functions{})
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

// specOfCase is a spec with the files that it may include.
type specOfCase struct {
	text  string
	files map[string][]byte
}

// specsOfCases are the specs of the golden cases and of the twins.
func specsOfCases(t *testing.T) (list []specOfCase) {
	t.Helper()
	for _, folder := range []string{"kinds", "rules", "twins", "wiredflow"} {
		paths, err := filepath.Glob("../testdata/" + folder + "/*.txtar")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no cases in %s: %v", folder, err)
		}
		for _, path := range paths {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string][]byte{}
			for _, f := range archive.Files {
				files[f.Name] = f.Data
			}
			for _, name := range []string{SpecName, "after.toml"} {
				if text, ok := files[name]; ok {
					list = append(list, specOfCase{string(text), files})
				}
			}
		}
	}
	return list
}

// resolve is the graph of a text in place of the spec; nil of one with errors.
func (c specOfCase) resolve(text string) *spec.Graph {
	files, diags := ReadSpec(".", func(name string) ([]byte, error) {
		if name == SpecName {
			return []byte(text), nil
		}
		if included, ok := c.files[filepath.ToSlash(name)]; ok {
			return included, nil
		}
		return nil, fs.ErrNotExist
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
	others := slices.Sorted(maps.Keys(setOf(quotedText.FindAllString(text, -1))))
	others = append(others, `"int"`, `"[]int"`, `"bytes"`, `"time?"`, `"5s"`, `"skip"`, `"continue"`, `"upsert"`, `"jsonl:data/x.jsonl"`, `"csv:data/x.csv"`)
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

func setOf(list []string) map[string]bool {
	set := map[string]bool{}
	for _, x := range list {
		set[x] = true
	}
	return set
}
