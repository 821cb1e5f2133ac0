package gen

import (
	"bytes"
	"encoding/gob"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// index knows what the files of package stages declare, as they were at the last
// generate: of a service with a thousand stages only the files that were saved
// since are read and parsed. It lies in the user's cache folder; without it all
// are. Only which functions there are is taken from it, never their text.
type index struct {
	path  string // empty: nowhere
	dir   string // of the service
	known map[string]declared
	used  map[string]declared
	fresh bool // some were read
}

// declared is what a file declares for its package, and what the file was like.
type declared struct {
	Size, Modified int64 // in bytes; in nanoseconds since 1970
	Functions      []Function
	Names          []string // of all but methods
}

// declared returns what a file declares; info is how it was before it is read.
func (x *index) declared(name string, info fs.FileInfo) (declared, error) {
	d, ok := x.known[name]
	if !ok || d.Size != info.Size() || d.Modified != info.ModTime().UnixNano() {
		text, err := os.ReadFile(filepath.Join(x.dir, filepath.FromSlash(name)))
		if err != nil {
			return declared{}, err
		}
		d, x.fresh = declaredIn(parseSource(name, text)), true
		d.Size, d.Modified = info.Size(), info.ModTime().UnixNano()
	}
	if isSettled(info.ModTime(), time.Now()) {
		x.used[name] = d
	}
	return d, nil
}

// addStubs notes the stubs that a generate wrote, which need not be parsed.
func (x *index) addStubs(p *Plan) {
	now := time.Now()
	for _, e := range p.Entries {
		if e.Status != Stub {
			continue
		}
		info, err := os.Stat(p.path(e.Path))
		if f, ok := functionOfStub(e); ok && err == nil && isSettled(info.ModTime(), now) {
			x.used[e.Path] = declared{info.Size(), info.ModTime().UnixNano(), []Function{f}, []string{f.Name}}
			x.fresh = true
		}
	}
}

// functionOfStub finds the function of a stub, which is the only declaration.
func functionOfStub(e Entry) (f Function, ok bool) {
	const start = "\nfunc "
	before, after, ok := bytes.Cut(e.After, []byte(start))
	name, _, ok2 := bytes.Cut(after, []byte("("))
	return Function{Name: string(name), File: e.Path, Line: bytes.Count(before, []byte("\n")) + 2, Column: len(start)}, ok && ok2
}

// isSettled reports whether a file that is saved again gets another time than
// this one: clocks of file systems tick in milliseconds, some in seconds.
func isSettled(modified, now time.Time) bool {
	tick := 40 * time.Millisecond // twice the slowest of those that tick in milliseconds
	if isCoarse(modified) {
		tick = 2 * time.Second
	}
	return now.Sub(modified) > tick
}

// isCoarse reports whether a time seems to be of a clock that ticks in seconds.
func isCoarse(modified time.Time) bool { return modified.Nanosecond() == 0 }

// declaredIn lists the declarations of a file; none of one that cannot be read, or
// is of another package, as a program that the go command ignores.
func declaredIn(s *source) (d declared) {
	if s == nil || !s.broken && s.file.Name.Name != StagesDir {
		return d
	}
	for _, decl := range s.file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			d.Functions = append(d.Functions, s.describe(decl))
			if decl.Recv == nil {
				d.Names = append(d.Names, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, name := range namesOf(decl.Specs) {
				d.Functions = append(d.Functions, Function{Other: true}.at(s, name))
				d.Names = append(d.Names, name.Name)
			}
		}
	}
	if s.broken {
		d.Functions = append(d.Functions, s.hidden(d.Functions)...)
	}
	return d
}

func (s *source) describe(f *ast.FuncDecl) Function {
	return Function{Other: f.Recv != nil, Generic: f.Type.TypeParams != nil}.at(s, f.Name)
}

func (f Function) at(s *source, name *ast.Ident) Function {
	at := s.place(name.Pos())
	f.Name, f.File, f.Line, f.Column = name.Name, s.path, at.Line, at.Column
	return f
}

func namesOf(specs []ast.Spec) (names []*ast.Ident) {
	for _, spec := range specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, spec.Name)
		case *ast.ValueSpec:
			names = append(names, spec.Names...)
		}
	}
	return names
}

// functionLine is a line that declares a function.
var functionLine = regexp.MustCompile(`(?m)^func ([\pL_][\pL\pN_]*)[(\[]`)

// hidden are the functions that the parser does not reach in a file that somebody
// is just writing, as behind a bracket that is not closed yet: a stub for one of
// them would stand in the way as soon as the bracket is.
func (s *source) hidden(seen []Function) (list []Function) {
	for _, m := range functionLine.FindAllSubmatchIndex(s.text, -1) {
		name := string(s.text[m[2]:m[3]])
		if !slices.ContainsFunc(seen, func(f Function) bool { return f.Name == name && !f.Other }) {
			list = append(list, Function{Name: name, File: s.path, Line: bytes.Count(s.text[:m[0]], []byte("\n")) + 1, Column: m[2] - m[0] + 1})
		}
	}
	return list
}

// readIndex reads the index of the service in a folder.
func readIndex(dir string) *index {
	x := &index{path: cacheFile(dir, "functions"), dir: dir, used: map[string]declared{}}
	if data := readCache(x.path); gob.NewDecoder(bytes.NewReader(data)).Decode(&x.known) != nil {
		x.known = nil // there is none
	}
	return x
}

// save keeps what was used. An index that cannot be written is no error.
func (x *index) save() {
	if x.path == "" || !x.fresh && len(x.used) == len(x.known) {
		return
	}
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(x.used) == nil {
		writeCache(x.path, b.Bytes())
	}
}
