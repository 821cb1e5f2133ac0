package gen

import (
	"bytes"
	"encoding/gob"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
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

// declared returns what a file declares; e is its entry in its folder.
func (x *index) declared(name string, e fs.DirEntry) (declared, error) {
	info, err := e.Info()
	if err != nil {
		return declared{}, err
	}
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
	x.save()
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
	tick := 100 * time.Millisecond
	if modified.Nanosecond() == 0 {
		tick = 2 * time.Second
	}
	return now.Sub(modified) > tick
}

// declaredIn lists the declarations of a file; none of one that cannot be read.
func declaredIn(s *source) (d declared) {
	if s == nil {
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
			d.Names = append(d.Names, namesOf(decl.Specs)...)
		}
	}
	return d
}

func (s *source) describe(f *ast.FuncDecl) Function {
	at := s.place(f.Name.Pos())
	return Function{
		Name: f.Name.Name, File: s.path, Line: at.Line, Column: at.Column,
		Method: f.Recv != nil, Generic: f.Type.TypeParams != nil,
	}
}

func namesOf(specs []ast.Spec) (names []string) {
	for _, spec := range specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, spec.Name.Name)
		case *ast.ValueSpec:
			for _, n := range spec.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

// readIndex reads the index of the service in a folder.
func readIndex(dir string) *index {
	x := &index{path: cacheFile(dir, "stages"), dir: dir, used: map[string]declared{}}
	if gob.NewDecoder(bytes.NewReader(readCache(x.path))).Decode(&x.known) != nil {
		x.known = nil // there is none, or one of another flowc
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
