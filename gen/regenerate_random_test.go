package gen

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/internal/campaign"
	"github.com/flowc-dev/flowc/templates"
)

// FuzzRegenerate lives some years of a service: its spec changes, its user
// writes and moves functions, and flowc generates. Of a file of the user's
// nothing differs but signatures and imports; each stage's function has the
// signature that the spec asks for, or is told with its place; doing it again
// changes nothing.
func FuzzRegenerate(f *testing.F) {
	for seed := range uint64(campaign.Size(15, 60)) {
		f.Add(seed)
	}
	f.Setenv("XDG_CACHE_HOME", f.TempDir())
	f.Fuzz(func(t *testing.T, seed uint64) {
		l := &life{t: t, dir: t.TempDir(), author: &author{rand.New(rand.NewPCG(seed, 11))}, asked: map[string]templates.Signature{}}
		l.write("go.mod", "module example.com/life\n")
		l.newSpec()
		l.generate()
		for range 3 {
			l.userWorks()
			l.newSpec()
			before := l.files()
			p := l.generate()
			l.check(p, before)
			after := l.files()
			if again := l.generate(); len(again.All()) > 0 || len(again.Changed) > 0 {
				t.Errorf("a second generate finds %v to do", again.All())
			}
			if !maps.EqualFunc(after, l.files(), bytes.Equal) {
				t.Error("a second generate changes files")
			}
		}
	})
}

// life is a service in the hands of its user.
type life struct {
	*author
	t   *testing.T
	dir string
	// asked are the signatures that flowc asked for, of all functions ever.
	asked map[string]templates.Signature
}

func (l *life) write(name, text string) {
	l.t.Helper()
	path := filepath.Join(l.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		l.t.Fatal(err)
	}
}

// newSpec writes a spec of some stages in a row. What they are called, take,
// give, read and write differs from one spec to the next.
func (l *life) newSpec() {
	var b strings.Builder
	b.WriteString("flowc   = 1\nservice = \"life\"\n")
	for i := range 3 {
		fmt.Fprintf(&b, "[record.R%d]\na = %q\n", i, l.pick("int", "string", "time?"))
		fmt.Fprintf(&b, "[store.s%d]\nurl = \"jsonl:data/s%d.jsonl\"\nrecord = \"R%d\"\n", i, i, i)
	}
	var stages []string
	in := ""
	for i, name := range []string{"make", "tell", "core", "last"} {
		if i > 0 && l.IntN(4) == 0 {
			continue
		}
		stages = append(stages, fmt.Sprintf("%q", name))
		fmt.Fprintf(&b, "[stage.%s]\n%s%s%s", name, in, l.stores("reads"), l.stores("writes"))
		if out := l.pick("int", "string", "time", "duration", "json", "R0", "R1", "[]R0", "[]R2", "[]int", "map[string]R1"); i == 0 || l.IntN(3) > 0 {
			fmt.Fprintf(&b, "out = %q\n", out)
			in = fmt.Sprintf("in = %q\n", out)
		}
	}
	fmt.Fprintf(&b, "[pipeline.p]\nonce = true\nstages = [%s]\n", strings.Join(stages, ", "))
	l.write(SpecName, b.String())
}

func (l *life) stores(key string) string {
	var names []string
	for i := range 3 {
		if l.IntN(3) == 0 {
			names = append(names, fmt.Sprintf("\"s%d\"", i))
		}
	}
	l.Shuffle(len(names), func(i, k int) { names[i], names[k] = names[k], names[i] })
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("%s = [%s]\n", key, strings.Join(names, ", "))
}

// userWorks writes package stages anew, as another person would: the functions
// in other files, with other imports and comments. A file may not parse.
func (l *life) userWorks() {
	text, err := os.ReadFile(filepath.Join(l.dir, SumName))
	if err != nil {
		l.t.Fatal(err)
	}
	sums, records := readSums(text), "example.com/life/records"
	for name := range sums.funcs {
		l.asked[name] = sums.signatures(name, records)[0]
	}
	if err := os.RemoveAll(filepath.Join(l.dir, StagesDir)); err != nil {
		l.t.Fatal(err)
	}
	files := make([][]wanted, 1+l.IntN(3))
	for _, name := range slices.Sorted(maps.Keys(l.asked)) {
		i := l.IntN(len(files))
		files[i] = append(files[i], wanted{name, l.asked[name]})
	}
	for i, functions := range files {
		text := l.file(functions...)
		if l.IntN(8) == 0 {
			text += "\nfunc oh( {\n"
		}
		l.write(fmt.Sprintf("stages/file%d.go", i), text)
	}
	l.write("stages/broken.go", l.pick("", "package", "package stages\n\nfunc Broken( {\n", "\x00"))
	l.write("stages/own_test.go", "package stages\n\nfunc Make() {}\n")
}

// files reads all files of package stages.
func (l *life) files() map[string][]byte {
	l.t.Helper()
	paths, err := filepath.Glob(filepath.Join(l.dir, StagesDir, "*"))
	files := map[string][]byte{}
	for _, path := range paths {
		text, err2 := os.ReadFile(path)
		if err = err2; err != nil {
			break
		}
		files[StagesDir+"/"+filepath.Base(path)] = text
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return files
}

func (l *life) generate() *Plan {
	l.t.Helper()
	s, diags := Load(l.dir)
	if diags.HasErrors() {
		text, _ := os.ReadFile(filepath.Join(l.dir, SpecName))
		l.t.Fatalf("the test wrote a spec with errors: %v\n%s", diags, text)
	}
	p, err := NewPlan(s)
	if err == nil {
		err = p.Apply(false)
	}
	if err != nil {
		l.t.Fatal(err)
	}
	return p
}

// check holds package stages against what it was before a generate.
func (l *life) check(p *Plan, before map[string][]byte) {
	l.t.Helper()
	after := l.files()
	for name, old := range before {
		l.checkFile(name, string(old), string(after[name]))
	}
	told := map[string]bool{}
	for _, c := range slices.Concat(p.Changed, p.Mismatches) {
		l.checkPlace(c.Function, after)
		told[c.Function.Name] = true
	}
	for _, f := range p.Unused {
		l.checkPlace(f, after)
	}
	user, err := ReadStages(l.dir)
	if err != nil {
		l.t.Fatal(err)
	}
	for _, st := range userStages(p.Service.Graph) {
		service := templates.NewService(p.Service.Graph, p.Service.Import)
		have, _ := user.signature(user.Functions[st.GoName])
		mismatch := slices.ContainsFunc(p.Mismatches, func(c Change) bool { return c.Function.Name == st.GoName })
		if fits := have.Fits(service.Signature(st)); fits == mismatch {
			l.t.Errorf("%s fits: %v; told to be written: %v\n%s", st.GoName, fits, mismatch, after[user.Functions[st.GoName].File])
		}
	}
}

// checkFile wants all but signatures and imports of a file as it was.
func (l *life) checkFile(name, old, now string) {
	l.t.Helper()
	if old == now {
		return
	}
	functions := slices.Collect(maps.Keys(l.asked))
	if rest(l.t, old, functions...) != rest(l.t, now, functions...) {
		l.t.Errorf("more than signatures and imports of %s changed:\n%s\nwas\n%s", name, now, old)
	}
}

// checkPlace wants the function's name at the place that is told.
func (l *life) checkPlace(f Function, files map[string][]byte) {
	l.t.Helper()
	lines := strings.Split(string(files[f.File]), "\n")
	if f.Line > len(lines) || f.Column > len(lines[f.Line-1]) || !strings.HasPrefix(lines[f.Line-1][f.Column-1:], f.Name) {
		l.t.Errorf("%s is not at %s", f.Name, f.place())
	}
}
