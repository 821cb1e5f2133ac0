package gen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// Function is a stage function as it stands in the user's code.
type Function struct {
	Name   string
	File   string // relative to the folder of flow.toml
	Line   int    // of its name
	Column int    // of its name, in bytes, as Go counts
	Again  string // file:line:column of a second declaration; empty: there is none

	Other   bool // a method, a type, a variable or a constant, and no function has its name
	Generic bool // it has type parameters
}

// isPlain reports whether it can be the function of a stage.
func (f Function) isPlain() bool { return !f.Other && !f.Generic }

// place is where it stands, for messages.
func (f Function) place() string { return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column) }

// Functions are the functions of package stages by name.
type Functions map[string]Function

// Stages is package stages of a service, as the user wrote it.
type Stages struct {
	Functions Functions

	dir     string          // of the service
	names   map[string]bool // all identifiers of the package
	sources map[string]*source
	index   *index
	files   []fs.FileInfo // as they were read
}

// StagesDir is the folder of package stages, in that of the service.
const StagesDir = "stages"

// ReadStages reads package stages of a service with the parser alone: a file
// that does not parse hides no function, nor does one that is a link. A file that
// is as it was at the last generate is not read at all.
func ReadStages(dir string) (*Stages, error) {
	s := &Stages{Functions: Functions{}, dir: dir, names: map[string]bool{}, sources: map[string]*source{}, index: readIndex(dir)}
	files, err := stageFiles(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		d, err := s.index.declared(path.Join(StagesDir, f.Name()), f)
		if err != nil {
			return nil, err
		}
		s.add(d)
	}
	s.files = files
	return s, nil
}

// stageFiles are the files that may be of package stages: as the go command does,
// it passes over those that start with . or _, and follows links.
func stageFiles(dir string) (files []fs.FileInfo, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, StagesDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
			continue
		}
		info, err := os.Stat(filepath.Join(dir, StagesDir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist): // a link to nothing
		case err != nil:
			return nil, err
		case info.Mode().IsRegular():
			files = append(files, info)
		}
	}
	return files, err
}

// add adds what a file declares.
func (s *Stages) add(d declared) {
	for _, name := range d.Names {
		s.names[name] = true
	}
	for _, f := range d.Functions {
		first, known := s.Functions[f.Name]
		switch {
		case f.Other && known:
			// Somebody who wrote a stage as a method or a variable is told, instead of
			// getting a stub beside it; a function of its name is what counts.
		case known && !first.Other:
			first.Again = f.place()
			s.Functions[f.Name] = first
		default:
			s.Functions[f.Name] = f
		}
	}
}

// source is a file of the package; nil where it cannot be read any more.
func (s *Stages) source(name string) *source {
	if s.sources[name] == nil {
		text, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
		if err != nil {
			return nil
		}
		s.sources[name] = parseSource(name, text)
	}
	return s.sources[name]
}

// signature is a function's own. known is false where it can be that of no
// stage.
func (s *Stages) signature(f Function) (sig templates.Signature, known bool) {
	if file := s.source(f.File); file != nil {
		if decl := file.function(f.Name); decl != nil {
			return file.signature(decl)
		}
	}
	return sig, false
}
