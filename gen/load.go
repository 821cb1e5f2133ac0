package gen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// SpecName is the name of the file that describes a service.
const SpecName = "flow.toml"

// Service is a service on disk: where it is, and what its spec means.
type Service struct {
	Dir    string // folder of flow.toml
	Import string // import path of that folder
	Module string // folder of go.mod
	Graph  *spec.Graph
	// Warnings is how many there are of the spec.
	Warnings int

	specs  []*spec.Source // flow.toml and the files that it includes
	module module
}

// ReadFile returns the text of a file, as [os.ReadFile] does: an editor knows
// texts that are not saved.
type ReadFile func(name string) ([]byte, error)

// Load reads the service at a path: a flow.toml, or the folder it stands in.
// The service is usable only where the diagnostics have no error.
func Load(at string) (*Service, spec.Diagnostics) { return LoadWith(at, os.ReadFile) }

// LoadWith is [Load] with the texts of specs from elsewhere than the disk.
func LoadWith(at string, read ReadFile) (*Service, spec.Diagnostics) {
	dir := at
	if filepath.Base(at) == SpecName {
		dir = filepath.Dir(at)
	}
	files, diags := ReadSpec(dir, read)
	if len(files) == 0 {
		return nil, diags
	}
	graph, found := spec.Resolve(files, templates.Specs(templates.Kinds()))
	diags = append(diags, found...)
	s := &Service{Dir: dir, Graph: graph}
	for _, f := range files {
		s.specs = append(s.specs, f.Source)
	}
	var err error
	if s.module, err = findModule(dir); err != nil {
		diags = append(diags, spec.ErrModule(err))
	}
	s.Module, s.Import = s.module.dir, s.module.importPath
	diags.Sort()
	s.Warnings = len(diags)
	return s, diags
}

// ReadSpec parses the flow.toml of a folder and the files that it includes. It
// returns those that parse: flow.toml first, or none.
func ReadSpec(dir string, read ReadFile) ([]*spec.File, spec.Diagnostics) {
	text, err := read(filepath.Join(dir, SpecName))
	if err != nil {
		return nil, spec.Diagnostics{spec.ErrModule(noSpec(dir, err))}
	}
	main, diags := spec.Parse(SpecName, text)
	if main == nil {
		return nil, diags
	}
	files := []*spec.File{main}
	for _, inc := range spec.Includes(main) {
		text, err := readIncluded(dir, inc.Path, read)
		if err != nil {
			diags = append(diags, spec.ErrInclude(inc.Span, inc.Path, err))
			continue
		}
		f, found := spec.Parse(inc.Path, text)
		diags = append(diags, found...)
		if f != nil {
			files = append(files, f)
		}
	}
	return files, diags
}

func noSpec(dir string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no %s in %s: start a service with flowc init, or name its folder", SpecName, dir)
	}
	return err
}

func readIncluded(dir, name string, read ReadFile) ([]byte, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) || path.Clean(name) == SpecName {
		return nil, errors.New("it is not a further file inside the folder of flow.toml")
	}
	text, err := read(filepath.Join(dir, filepath.FromSlash(name)))
	var at *fs.PathError
	if errors.As(err, &at) {
		return nil, at.Err
	}
	return text, err
}

// FindModule returns the folder of the go.mod above dir, and the import path of
// dir.
func FindModule(dir string) (folder, importPath string, err error) {
	m, err := findModule(dir)
	return m.dir, m.importPath, err
}

// module is the Go module that a folder is in.
type module struct {
	dir        string // folder of go.mod
	importPath string // of the folder that is in it
	text       []byte // of go.mod
}

func findModule(dir string) (m module, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return m, err
	}
	for at := abs; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil {
			name := modfile.ModulePath(text)
			if name == "" {
				return m, fmt.Errorf("%s names no module", filepath.Join(at, "go.mod"))
			}
			rel, err := filepath.Rel(at, abs)
			return module{at, path.Join(name, filepath.ToSlash(rel)), text}, err
		}
		if filepath.Dir(at) == at {
			return m, errors.New("flow.toml is in no Go module: run go mod init in its folder, or above")
		}
	}
}

// path is where a file of the service lies.
func (s *Service) path(name string) string { return filepath.Join(s.Dir, filepath.FromSlash(name)) }

// Rel shows a path of the service for people: relative to the working
// directory, where that is shorter.
func (s *Service) Rel(name string) string {
	full := filepath.Join(s.Dir, filepath.FromSlash(name))
	if wd, err := os.Getwd(); err == nil {
		if abs, err := filepath.Abs(full); err == nil {
			if rel, err := filepath.Rel(wd, abs); err == nil && !strings.HasPrefix(rel, "..") {
				return rel
			}
		}
	}
	return full
}
