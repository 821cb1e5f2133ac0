package gen

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// rewriter changes signatures of functions of a file, and the imports that this
// needs, at their bytes. Everything else stays as it is.
type rewriter struct {
	*source
	function *ast.FuncDecl // the one at hand
	names    []importName
	taken    map[string]bool // identifiers of the package that an import cannot be named as
	splices  []splice
	added    []addedImport
	dropped  []ast.Spec
	unsafe   bool // it cannot be done without touching what is the user's
}

// edit is a function whose signature changes.
type edit struct {
	name       string
	have, want templates.Signature
}

// splice replaces bytes of a text.
type splice struct {
	start, end int
	text       string
}

// rewrite returns the file with the signatures of functions changed; nil where
// that would touch more than the signatures and the imports: a comment in the way,
// a file that does not parse.
func (s *source) rewrite(edits []edit, taken map[string]bool) *source {
	if s.broken {
		return nil
	}
	r := &rewriter{source: s, names: importsOf(s.file), taken: taken}
	for _, e := range edits {
		if r.function = s.function(e.name); r.function.Body == nil {
			return nil
		}
		r.list(r.function.Type.Params, e.have.Params, e.want.Params)
		r.results(e.have.Results, e.want.Results)
	}
	r.dropImports(edits)
	r.addImports()
	if r.unsafe {
		return nil
	}
	fresh := parseSource(s.path, apply(s.text, r.splices))
	if !s.isRewritten(fresh, edits) {
		return nil
	}
	return fresh
}

// isRewritten makes sure that a file is this one with other signatures of some
// functions: the last guard before the user's file is changed.
func (s *source) isRewritten(fresh *source, edits []edit) bool {
	if fresh == nil || fresh.broken {
		return false
	}
	for _, e := range edits {
		f := fresh.function(e.name)
		if f == nil {
			return false
		}
		if sig, known := fresh.signature(f); !known || !sig.Fits(e.want) {
			return false
		}
	}
	return slices.EqualFunc(s.behind(edits), fresh.behind(edits), bytes.Equal)
}

// behind is what stands behind the signatures of functions, each up to the next
// of them.
func (s *source) behind(edits []edit) (pieces [][]byte) {
	var functions []*ast.FuncDecl
	for _, e := range edits {
		functions = append(functions, s.function(e.name))
	}
	slices.SortFunc(functions, func(a, b *ast.FuncDecl) int { return cmp.Compare(a.Pos(), b.Pos()) })
	end := s.file.FileEnd
	for _, f := range slices.Backward(functions) {
		pieces = append(pieces, s.between(f.Body.Pos(), end))
		end = f.Type.Params.Pos()
	}
	return pieces
}

// function finds a function by its name.
func (s *source) function(name string) *ast.FuncDecl {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f
		}
	}
	return nil
}

// declaration is a function as it stands there, without its body; empty where it
// goes over several lines.
func (s *source) declaration(name string) string {
	f := s.function(name)
	text := strings.TrimSpace(string(s.between(f.Type.Pos(), f.Body.Pos())))
	if strings.Contains(text, "\n") {
		return ""
	}
	return text
}

func (s *source) between(from, to token.Pos) []byte { return s.text[s.offset(from):s.offset(to)] }

// apply makes splices, which do not overlap. What is put in at a place comes
// before what begins there is replaced.
func apply(text []byte, splices []splice) []byte {
	slices.SortStableFunc(splices, func(a, b splice) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(min(a.end-a.start, 1), min(b.end-b.start, 1)))
	})
	var out bytes.Buffer
	at := 0
	for _, s := range splices {
		out.Write(text[at:s.start])
		out.WriteString(s.text)
		at = s.end
	}
	out.Write(text[at:])
	return out.Bytes()
}

// replace replaces what stands between two places of the file. Where a comment
// stands there it is unsafe.
func (r *rewriter) replace(from, to token.Pos, text string) {
	for _, group := range r.file.Comments {
		if group.Pos() < to && group.End() > from {
			r.unsafe = true
		}
	}
	r.splices = append(r.splices, splice{r.offset(from), r.offset(to), text})
}

// entry is one name of a parameter list, or one type without a name.
type entry struct {
	field *ast.Field
	name  *ast.Ident
	want  *templates.Slot  // what it becomes; nil: it goes
	moved bool             // what it becomes stood elsewhere in the list
	fresh []templates.Slot // what comes before it
}

// list changes a list of parameters or results that has the types of have.
// Parameters are told by the names that flowc gives them, in have and want; in
// the file they may have others, which stay.
func (r *rewriter) list(list *ast.FieldList, have, want []templates.Slot) {
	entries := entriesOf(list)
	origins := originsOf(have, want)
	places := keptPlaces(origins)
	names := namesAt(entries)
	var fresh []templates.Slot // what comes before the next that stays
	for i, old := range origins {
		if old < 0 {
			fresh = append(fresh, want[i])
			continue
		}
		e := &entries[places[0]]
		e.name, e.want, e.moved, e.fresh = names[old], &want[i], old != places[0], fresh
		places, fresh = places[1:], nil
	}
	r.fields(list, entries)
	r.atEnd(list, entries, fresh)
}

// originsOf says of each slot of want which one of have it was; -1: it is new.
// What writes a store is named as the store, and otherwise where the function
// reads it too: such a slot is told by its type.
func originsOf(have, want []templates.Slot) []int {
	origins := make([]int, len(want))
	for i, w := range want {
		origins[i] = slices.IndexFunc(have, func(h templates.Slot) bool { return isOtherNameOf(h, w) })
		if origins[i] >= 0 && slices.Contains(want, have[origins[i]]) {
			origins[i] = -1 // which stays itself
		}
	}
	for i, w := range want {
		if old := slotNamed(have, w.Name); origins[i] < 0 && !slices.Contains(origins, old) {
			origins[i] = old
		}
	}
	return origins
}

// isOtherNameOf reports whether two slots are one, of which one has a name that
// sets what writes a store apart from what reads it.
func isOtherNameOf(a, b templates.Slot) bool {
	return a.Type == b.Type && (a.Name == templates.WriterName(b.Name) || b.Name == templates.WriterName(a.Name))
}

// keptPlaces are the places of what stays, in ascending order: what stays is put
// there in the order of want.
func keptPlaces(origins []int) []int {
	places := slices.DeleteFunc(slices.Clone(origins), func(old int) bool { return old < 0 })
	slices.Sort(places)
	return places
}

func slotNamed(slots []templates.Slot, name string) int {
	return slices.IndexFunc(slots, func(s templates.Slot) bool { return s.Name == name })
}

func namesAt(entries []entry) []*ast.Ident {
	names := make([]*ast.Ident, len(entries))
	for i, e := range entries {
		names[i] = e.name
	}
	return names
}

func entriesOf(list *ast.FieldList) []entry {
	var entries []entry
	for _, f := range list.List {
		if len(f.Names) == 0 {
			entries = append(entries, entry{field: f})
		}
		for _, n := range f.Names {
			entries = append(entries, entry{field: f, name: n})
		}
	}
	return entries
}

// fields changes the fields of a list one by one: those that go, those whose
// type changes, those that something comes before.
func (r *rewriter) fields(list *ast.FieldList, entries []entry) {
	end := r.keptUntil(list, entries)
	if end == 0 {
		r.unsafe = true // a list of none: no stage has one
		return
	}
	for i, f := range list.List[:end] {
		own := entriesOfField(entries, f)
		switch {
		case isGone(own):
			r.replace(f.Pos(), list.List[i+1].Pos(), "")
		case isUniform(own):
			r.insert(f.Pos(), own[0].fresh, own)
			r.retype(f, *own[0].want)
		default:
			r.insert(f.Pos(), own[0].fresh, own)
			own[0].fresh = nil
			r.replace(f.Pos(), f.End(), r.respell(own))
		}
	}
	if last := len(list.List) - 1; end <= last {
		r.replace(list.List[end-1].End(), list.List[last].End(), "")
	}
}

// keptUntil is how many fields there are up to the last one that stays.
func (r *rewriter) keptUntil(list *ast.FieldList, entries []entry) int {
	for i := len(list.List); i > 0; i-- {
		if !isGone(entriesOfField(entries, list.List[i-1])) {
			return i
		}
	}
	return 0
}

// isGone reports whether none of a field's names stays.
func isGone(own []entry) bool {
	return !slices.ContainsFunc(own, func(e entry) bool { return e.want != nil })
}

func entriesOfField(entries []entry, f *ast.Field) []entry {
	var own []entry
	for _, e := range entries {
		if e.field == f {
			own = append(own, e)
		}
	}
	return own
}

// isUniform reports whether all names of a field stay, with one type, and nothing
// comes between them.
func isUniform(own []entry) bool {
	for i, e := range own {
		if e.want == nil || e.moved || e.want.Type != own[0].want.Type || i > 0 && len(e.fresh) > 0 {
			return false
		}
	}
	return true
}

// retype gives a field another type, where it has not got it already.
func (r *rewriter) retype(f *ast.Field, want templates.Slot) {
	if have, known := typeText(f.Type, r.names); !known || have != want.Type {
		r.replace(f.Type.Pos(), f.Type.End(), r.spell(want.Type))
	}
}

// insert puts slots in front of a place. They have names where those around them
// do.
func (r *rewriter) insert(at token.Pos, slots []templates.Slot, around []entry) {
	text := ""
	for _, s := range slots {
		text += r.declare(s, around[0].name != nil) + ", "
	}
	if text != "" {
		r.splices = append(r.splices, splice{r.offset(at), r.offset(at), text})
	}
}

// atEnd puts slots behind the last one that stays.
func (r *rewriter) atEnd(list *ast.FieldList, entries []entry, slots []templates.Slot) {
	text := ""
	for _, s := range slots {
		text += ", " + r.declare(s, entries[0].name != nil)
	}
	if text == "" || r.unsafe {
		return
	}
	at := r.offset(list.List[r.keptUntil(list, entries)-1].End())
	r.splices = append(r.splices, splice{at, at, text})
}

// respell writes the names of a field anew, each with its type, or its type
// where it has no name.
func (r *rewriter) respell(own []entry) string {
	var parts []string
	for _, e := range own {
		for _, s := range e.fresh {
			parts = append(parts, r.declare(s, e.name != nil))
		}
		switch {
		case e.want == nil:
		case e.name == nil:
			parts = append(parts, r.spell(e.want.Type))
		default:
			parts = append(parts, e.name.Name+" "+r.spell(e.want.Type))
		}
	}
	return strings.Join(parts, ", ")
}

// declare writes a new parameter or result.
func (r *rewriter) declare(s templates.Slot, named bool) string {
	if !named {
		return r.spell(s.Type)
	}
	return r.freeName(s.Name) + " " + r.spell(s.Type)
}

// freeName returns a name that the function does not use for something else.
func (r *rewriter) freeName(name string) string {
	used := map[string]bool{}
	ast.Inspect(r.function, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			used[id.Name] = true
		}
		return true
	})
	for used[name] {
		name += "2"
	}
	return name
}

// results changes the results. The error stands alone, without brackets, where
// a stage has no out.
func (r *rewriter) results(have, want []templates.Slot) {
	list := r.function.Type.Results
	switch {
	case list.Opening.IsValid() && (len(want) > 1 || list.List[0].Names != nil):
		r.list(list, have, want)
	case len(have) == len(want):
	case len(want) > 1:
		r.splices = append(r.splices,
			splice{r.offset(list.Pos()), r.offset(list.Pos()), "(" + r.spell(want[0].Type) + ", "},
			splice{r.offset(list.End()), r.offset(list.End()), ")"})
	default:
		r.replace(list.Pos(), list.End(), r.spell(want[0].Type))
	}
}

// quotedPackage is a package of a type, by its import path.
var quotedPackage = regexp.MustCompile(`"([^"]+)"\.`)

// spell writes a type in the import names of the file.
func (r *rewriter) spell(typ string) string {
	return quotedPackage.ReplaceAllStringFunc(typ, func(m string) string {
		return r.nameOf(m[1:len(m)-2]) + "."
	})
}
