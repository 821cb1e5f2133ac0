package gen

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/internal/campaign"
	"github.com/flowc-dev/flowc/templates"
)

// FuzzRewrite changes a random signature in a random file, as people write
// them: outside of the signature and the imports not one byte differs, what
// comes out has the signature that was asked for and compiles as far as that
// goes, and doing it again changes nothing.
func FuzzRewrite(f *testing.F) {
	for seed := range uint64(campaign.Size(100, 400)) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := &author{rand.New(rand.NewPCG(seed, 7))}
		asked := g.signature()
		want := g.change(asked)
		text := g.file(wanted{"Core", asked})
		s := parseSource("stages/core.go", []byte(text))
		if s == nil || s.broken {
			t.Fatalf("the test wrote a file that does not parse:\n%s", text)
		}
		if err := typeErrors(text); err != nil {
			t.Fatalf("the test wrote a file that does not compile: %v\n%s", err, text)
		}
		have, known := s.signature(s.function("Core"))
		if !known || !have.Fits(asked) {
			t.Fatalf("the file has not the signature that was asked for: %v, %v\n%s", asked, have, text)
		}
		user := &Stages{Functions: Functions{}, names: map[string]bool{}}
		user.add(declaredIn(s))
		fresh := s.rewrite([]edit{{"Core", asked, want}}, user.names)
		if fresh == nil {
			head, _, _ := strings.Cut(text, "// end of imports")
			commented := regexp.MustCompile(`(?s)import.*(// (here|one)|/\* and)`).MatchString(head)
			if !commented && !strings.Contains(text, "/*?") {
				t.Fatalf("nothing stands in the way of %v\n%s", want, text)
			}
			return
		}
		out := fresh.text
		if err := typeErrors(string(out)); err != nil {
			t.Errorf("does not compile: %v\n%s\nwas\n%s", err, out, text)
		}
		if got, _ := fresh.signature(fresh.function("Core")); !keepsNames(asked, have, want, got) {
			t.Errorf("a parameter has another's name:\n%s\nwas\n%s", out, text)
		}
		if a, b := rest(t, text, "Core"), rest(t, string(out), "Core"); a != b {
			t.Errorf("more than the signature changed:\n%s\nwas\n%s", out, text)
		}
		again := fresh.rewrite([]edit{{"Core", want, want}}, user.names)
		if again == nil || !bytes.Equal(again.text, out) {
			t.Errorf("a second run changes it again: %v", again)
		}
	})
}

// keepsNames reports whether what stays of a signature has the user's names.
func keepsNames(asked, have, want, got templates.Signature) bool {
	for i, old := range originsOf(asked.Params, want.Params) {
		if old >= 0 && have.Params[old].Name != got.Params[i].Name {
			return false
		}
	}
	return true
}

// rest is a file without its imports, the lines they leave empty, and the
// parameters and results of these functions; the comments among these are kept.
func rest(t *testing.T, text string, functions ...string) string {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "", text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var cuts [][2]int
	cut := func(n ast.Node) {
		cuts = append(cuts, [2]int{set.Position(n.Pos()).Offset, set.Position(n.End()).Offset})
	}
	comments := ""
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				cut(d)
			}
		case *ast.FuncDecl:
			if d.Recv == nil && slices.Contains(functions, d.Name.Name) {
				cut(d.Type.Params)
				cut(d.Type.Results)
			}
		}
	}
	for _, c := range f.Comments {
		comments += c.Text() + "\n"
	}
	slices.SortFunc(cuts, func(a, b [2]int) int { return b[0] - a[0] })
	for _, c := range cuts {
		text = text[:c[0]] + text[c[1]:]
	}
	head, tail, _ := strings.Cut(text, "// end of imports")
	return strings.Join(strings.Fields(head), " ") + tail + comments
}

// typeErrors compiles a file with packages that hold just what signatures name.
func typeErrors(text string) error {
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, "core.go", text, 0)
	if err != nil {
		return err
	}
	var errs []error
	config := types.Config{Importer: fakePackages{}, FakeImportC: true, Error: func(err error) {
		if !strings.Contains(err.Error(), "return") { // the body returns what it did
			errs = append(errs, err)
		}
	}}
	_, _ = config.Check("stages", set, []*ast.File{f}, nil)
	return errors.Join(errs...)
}

// fakePackages holds the packages of the types below.
type fakePackages struct{}

// Import makes a package of a path.
func (fakePackages) Import(path string) (*types.Package, error) {
	p := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
	for _, name := range []string{"Context", "Time", "Duration", "RawMessage", "A", "B", "C", "Addr"} {
		p.Scope().Insert(types.NewTypeName(token.NoPos, p, name, nil))
		types.NewNamed(p.Scope().Lookup(name).(*types.TypeName), types.NewStruct(nil, nil), nil)
	}
	for _, name := range []string{"Reader", "Writer"} {
		obj := types.NewTypeName(token.NoPos, p, name, nil)
		named := types.NewNamed(obj, types.NewStruct(nil, nil), nil)
		any := types.Universe.Lookup("any").Type()
		named.SetTypeParams([]*types.TypeParam{types.NewTypeParam(types.NewTypeName(token.NoPos, p, "T", nil), any)})
		p.Scope().Insert(obj)
	}
	p.MarkComplete()
	return p, nil
}

// author writes random signatures and files.
type author struct{ *rand.Rand }

func (g *author) pick(list ...string) string { return list[g.IntN(len(list))] }

// typ is a random type of a value, in the text of flow.sum's slots.
func (g *author) typ() string {
	prefix := g.pick("", "", "", "[]", "map[string]", "*", "[][]")
	return prefix + g.pick("int", "string", `"time".Time`, `"time".Duration`, `"encoding/json".RawMessage`,
		`"net/netip".Addr`, `"`+plantRecords+`".A`, `"`+plantRecords+`".B`, `"`+plantRecords+`".C`, `"example.com/go/time".Time`)
}

func (g *author) signature() templates.Signature {
	s := templates.Signature{Params: []templates.Slot{{Name: "ctx", Type: `"context".Context`}}}
	for i := range g.IntN(3) {
		s.Params = append(s.Params, templates.Slot{Name: fmt.Sprintf("in%d", i+1), Type: g.typ()})
	}
	for i := range g.IntN(4) {
		s.Params = append(s.Params, templates.Slot{Name: fmt.Sprintf("store%d", i+1), Type: g.store()})
	}
	if g.IntN(3) > 0 {
		s.Results = append(s.Results, templates.Slot{Name: "out", Type: g.typ()})
	}
	s.Results = append(s.Results, templates.Slot{Name: "err", Type: "error"})
	return s
}

func (g *author) store() string {
	return `"` + ModulePath + `/flow".` + g.pick("Reader", "Writer") + `["` + plantRecords + `".` + g.pick("A", "B", "C") + "]"
}

// change makes another signature of one: parameters go, come and change.
func (g *author) change(s templates.Signature) templates.Signature {
	out := templates.Signature{Params: s.Params[:1:1]}
	for _, p := range s.Params[1:] {
		switch g.IntN(6) {
		case 0: // goes
			continue
		case 1, 2:
			if strings.HasPrefix(p.Name, "in") {
				p.Type = g.typ()
			} else {
				p.Type = g.store()
			}
		case 3:
			out.Params = append(out.Params, templates.Slot{Name: "new" + p.Name, Type: g.store()})
		}
		out.Params = append(out.Params, p)
	}
	if rest := out.Params[1:]; g.IntN(6) == 0 {
		g.Shuffle(len(rest), func(i, k int) { rest[i], rest[k] = rest[k], rest[i] })
	}
	if g.IntN(3) == 0 {
		out.Params = append(out.Params, templates.Slot{Name: "last", Type: g.store()})
	}
	if g.IntN(2) == 0 {
		out.Results = append(out.Results, templates.Slot{Name: "out", Type: g.typ()})
	}
	out.Results = append(out.Results, templates.Slot{Name: "err", Type: "error"})
	return out
}

// wanted is a function with its signature.
type wanted struct {
	name      string
	signature templates.Signature
}

// file writes a file that holds functions.
func (g *author) file(functions ...wanted) string {
	names := g.importNames(functions)
	embeds := g.IntN(6) == 0
	if embeds {
		names["embed"] = "_"
	}
	var b strings.Builder
	b.WriteString(g.pick("", "//go:build linux\n\n", "// Copyright\n\n", "/* a\nb */\n"))
	b.WriteString(g.pick("package stages\n", "package stages // them\n", "package stages /* over\nlines */\n") + "\n")
	b.WriteString(g.pick("", "", "/*\n#include <stdlib.h>\n*/\nimport \"C\"\n\n"))
	b.WriteString(g.imports(names))
	b.WriteString("\n// end of imports\n\n")
	b.WriteString(g.pick("", "var records = 1\n\n", "//go:generate date\n\n", "type t[T any] struct{}\n\nfunc (t[T]) Core() {}\n\n", "func other[T any](v T) T { return v }\n\n"))
	if embeds {
		b.WriteString("//go:embed flow.sum\nvar sums string\n\n")
	}
	for _, f := range functions {
		b.WriteString(g.function(f, names))
	}
	b.WriteString(g.pick("", "\n// the end", "\nfunc last() {}\n"))
	text := b.String()
	if g.IntN(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// function writes a function; names are those of its packages.
func (g *author) function(f wanted, names map[string]string) string {
	spell := func(typ string) string {
		return quotedPackage.ReplaceAllStringFunc(typ, func(m string) string { return names[m[1:len(m)-2]] + "." })
	}
	return "// " + f.name + " does it.\n" + g.pick("", "//\n//go:noinline\n") +
		"func " + f.name + g.params(f.signature.Params, spell) + g.gap() + g.resultList(f.signature.Results, spell) + " {" + g.comment() + "\n" +
		g.pick("\tflow := 1\n\t_ = flow\n", "\tvar time, netip int\n\t_, _ = time, netip\n", "\t// nothing yet\n", "") +
		"\tpanic(`x`)\n}\n\n"
}

func (g *author) gap() string     { return g.pick(" ", " ", "  ") }
func (g *author) comment() string { return g.pick("", "", "", " // here", " /* and here */") }

// inside is a comment that may stand in the way.
func (g *author) inside() string { return g.pick("", "", "", "", "", "", " /*? why */ ") }

func (g *author) params(slots []templates.Slot, spell func(string) string) string {
	named, lines := g.IntN(5) > 0, g.IntN(3) == 0
	separator, start, end := ", ", "(", ")"
	if lines {
		separator, start, end = ",\n\t", "(\n\t", ",\n)"
	}
	var parts []string
	for i, s := range slots {
		switch {
		case !named:
			parts = append(parts, spell(s.Type)+g.inside())
		case i+1 < len(slots) && slots[i+1].Type == s.Type && g.IntN(2) == 0:
			parts = append(parts, fmt.Sprintf("p%d", i)) // shares the type of the next
		default:
			parts = append(parts, fmt.Sprintf("p%d%s %s%s", i, g.inside(), g.brackets(spell(s.Type)), g.inside()))
		}
	}
	return start + strings.Join(parts, separator) + end
}

// brackets writes a type as some do.
func (g *author) brackets(typ string) string {
	if g.IntN(12) == 0 {
		return "(" + typ + ")"
	}
	return typ
}

func (g *author) resultList(slots []templates.Slot, spell func(string) string) string {
	named := g.IntN(3) == 0
	var parts []string
	for i, s := range slots {
		if named {
			parts = append(parts, fmt.Sprintf("r%d %s", i, spell(s.Type)))
		} else {
			parts = append(parts, spell(s.Type)+g.inside())
		}
	}
	text := strings.Join(parts, ", ")
	if len(slots) == 1 && !named && !strings.Contains(text, "/*") && g.IntN(3) > 0 {
		return text
	}
	return "(" + text + ")"
}

// importNames gives each package of the signatures the name that the file calls
// it by.
func (g *author) importNames(functions []wanted) map[string]string {
	names, taken := map[string]string{}, map[string]bool{"records": true}
	var slots []templates.Slot
	for _, f := range functions {
		slots = slices.Concat(slots, f.signature.Params, f.signature.Results)
	}
	for _, slot := range slots {
		for _, m := range quotedPackage.FindAllStringSubmatch(slot.Type, -1) {
			if names[m[1]] != "" {
				continue
			}
			name := m[1][strings.LastIndexByte(m[1], '/')+1:]
			if taken[name] || g.IntN(5) == 0 {
				name = fmt.Sprintf("%s%c", name[:1], 'x'+rune(len(names)%3)) + fmt.Sprint(len(names))
			}
			names[m[1]], taken[name] = name, true
		}
	}
	return names
}

// imports writes import lines: alone, in one list, in groups.
func (g *author) imports(names map[string]string) string {
	var lines []string
	for path, name := range names {
		line := fmt.Sprintf("%s %q", name, path)
		if path[strings.LastIndexByte(path, '/')+1:] == name && g.IntN(3) > 0 {
			line = fmt.Sprintf("%q", path)
		}
		lines = append(lines, line+g.comment())
	}
	slices.Sort(lines)
	if g.IntN(3) == 0 {
		return "import " + strings.Join(lines, "\nimport ") + "\n"
	}
	return "import (" + g.comment() + "\n\t" + strings.Join(lines, g.pick("\n\t", "\n\n\t", "\n\t// one more\n\t")) + "\n)\n"
}
