package gen

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// Plan is what a generate would change in the folder of a service.
type Plan struct {
	Service *Service
	Write   []File   // new or changed
	Remove  []string // files of flowc's that the spec no longer yields
	// Changed are stage functions of the user's whose signature Write changes at
	// its bytes, as the spec asks.
	Changed []Change
	// Mismatches are stage functions whose signature the user changes himself:
	// flowc could not do it safely.
	Mismatches []Change
	// Unused are stage functions that the spec named at the last generate and
	// does not name any more: they are the user's, and stay.
	Unused []Function
}

// Change is another signature of a stage function.
type Change struct {
	Function Function
	Want     string // the declaration to be
}

// NewPlan generates a service and compares the files with its folder. Where a
// file of flowc's was edited, or a file of somebody else's stands in the way, it
// is an error, and nothing is to be written.
func NewPlan(s *Service) (*Plan, error) {
	user, err := ReadStages(s.Dir)
	if err != nil {
		return nil, err
	}
	files, err := Generate(s.Graph, s.Import, user.Functions)
	if err != nil {
		return nil, err
	}
	old, err := readOptional(filepath.Join(s.Dir, SumName))
	if err != nil {
		return nil, err
	}
	sums := readSums(old, templates.NewService(s.Graph, s.Import).RecordsPath())
	p := &Plan{Service: s}
	p.changeSignatures(user, sums)
	p.findUnused(sums, user.Functions)
	return p, errors.Join(p.compare(files, sums), p.twice(user.Functions))
}

// Stubs are the files of the user's that are new.
func (p *Plan) Stubs() []File {
	return slices.DeleteFunc(slices.Clone(p.Write), func(f File) bool { return f.Owner != User || f.before != nil })
}

// compare fills Write and Remove.
func (p *Plan) compare(files []File, old sums) error {
	var errs []error
	for _, f := range files {
		current, err := readOptional(p.path(f.Path))
		switch {
		case err != nil:
			errs = append(errs, err)
		case current != nil && bytes.Equal(current, f.Content):
		case current == nil || f.Path == SumName || p.ours(f, current, old):
			p.Write = append(p.Write, f)
		default:
			errs = append(errs, inTheWay(f, old))
		}
	}
	for name, sum := range old.files {
		if slices.ContainsFunc(files, func(f File) bool { return f.Path == name }) || !filepath.IsLocal(filepath.FromSlash(name)) {
			continue
		}
		current, err := readOptional(p.path(name))
		switch {
		case err != nil:
			errs = append(errs, err)
		case current == nil:
		case hash(current) == sum && bytes.HasPrefix(current, []byte(templates.Header)):
			p.Remove = append(p.Remove, name)
		default:
			errs = append(errs, fmt.Errorf("%s is no longer generated, but was edited: move what you need out of it and delete it", name))
		}
	}
	slices.Sort(p.Remove)
	return errors.Join(errs...)
}

// ours reports whether a file is flowc's and as flowc left it.
func (p *Plan) ours(f File, current []byte, old sums) bool {
	return f.Owner == Flowc && bytes.HasPrefix(current, []byte(templates.Header)) && old.files[f.Path] == hash(current)
}

func inTheWay(f File, old sums) error {
	switch {
	case f.Owner == User:
		return fmt.Errorf("%s exists, but does not declare the stage function that belongs there: add it, or move the file", f.Path)
	case old.files[f.Path] != "":
		return fmt.Errorf("%s is flowc's, but was edited: move your change to a stage or to flow.toml, then delete the file and generate again", f.Path)
	}
	return fmt.Errorf("%s is in the way: flowc generates this file, but did not write the one that is there; move or delete it", f.Path)
}

// findUnused finds the stage functions that the spec no longer names.
func (p *Plan) findUnused(old sums, user Functions) {
	for _, name := range slices.Sorted(maps.Keys(old.funcs)) {
		named := slices.ContainsFunc(userStages(p.Service.Graph), func(st *spec.Stage) bool { return st.GoName == name })
		if f, ok := user[name]; ok && !named {
			p.Unused = append(p.Unused, f)
		}
	}
}

// twice reports stage functions that are declared more than once, as build tags
// allow: flowc could not tell which one it binds.
func (p *Plan) twice(user Functions) error {
	var errs []error
	for _, st := range userStages(p.Service.Graph) {
		if f := user[st.GoName]; f.Again != "" {
			errs = append(errs, fmt.Errorf("%s:%d: stage function %s is declared again at %s: keep one, and call what differs from it", f.File, f.Line, st.GoName, f.Again))
		}
	}
	return errors.Join(errs...)
}

func (p *Plan) path(name string) string {
	return filepath.Join(p.Service.Dir, filepath.FromSlash(name))
}

// readOptional reads a file; nil where there is none.
func readOptional(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err == nil && text == nil {
		text = []byte{}
	}
	return text, err
}
