package gen

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
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
	// Mismatches are stage functions of the user's that have another signature
	// than the spec asks for: he mends them, flowc tells how.
	Mismatches []Mismatch
	// Unused are stage functions that the spec named at the last generate and
	// does not name any more: they are the user's, and stay.
	Unused []Function
}

// Mismatch is a stage function with the wrong signature.
type Mismatch struct {
	Function Function
	Want     string // the signature to write
}

// NewPlan generates a service and compares the files with its folder. Where a
// file of flowc's was edited, or a file of somebody else's stands in the way, it
// is an error, and nothing is to be written.
func NewPlan(s *Service) (*Plan, error) {
	user, err := FindFunctions(s.Dir)
	if err != nil {
		return nil, err
	}
	files, err := Generate(s.Graph, s.Import, user)
	if err != nil {
		return nil, err
	}
	old, err := readOptional(filepath.Join(s.Dir, SumName))
	if err != nil {
		return nil, err
	}
	p := &Plan{Service: s}
	p.compareSignatures(user)
	p.findUnused(readSums(old), user)
	return p, errors.Join(p.compare(files, readSums(old)), p.twice(user))
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

// compareSignatures finds stage functions whose signature differs from what the
// spec asks for.
func (p *Plan) compareSignatures(user Functions) {
	service := templates.NewService(p.Service.Graph, p.Service.Import)
	for _, st := range userStages(p.Service.Graph) {
		have, ok := user[st.GoName]
		want := service.Signature(st)
		if ok && have.Signature != shapeOf(want) {
			p.Mismatches = append(p.Mismatches, Mismatch{have, want})
		}
	}
}

// findUnused finds the stage functions that the spec no longer names.
func (p *Plan) findUnused(old sums, user Functions) {
	for _, name := range old.funcs {
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

// newSuffix marks a file that is written, but not in its place yet.
const newSuffix = ".flowc-new"

// Apply writes the plan. Everything is first written beside its place, then
// renamed: a file is old or new, never half. flow.sum comes last, so that a run
// that was cut off is made good by the next. No path leaves the folder of the
// service, not even by a link.
func (p *Plan) Apply() error {
	root, err := os.OpenRoot(p.Service.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	defer p.clean(root)
	for _, f := range p.Write {
		if err := stage(root, f); err != nil {
			return err
		}
	}
	for i, f := range p.inOrder() {
		if err := root.Rename(f.Path+newSuffix, f.Path); err != nil {
			return fmt.Errorf("%d of %d files are written: %w", i, len(p.Write), err)
		}
	}
	for _, name := range p.Remove {
		if err := root.Remove(name); err != nil {
			return err
		}
		removeEmpty(root, path.Dir(name))
	}
	return nil
}

// clean removes what was written beside its place and not renamed.
func (p *Plan) clean(root *os.Root) {
	for _, f := range p.Write {
		_ = root.Remove(f.Path + newSuffix) // gone where all went well
	}
}

// inOrder puts flow.sum last: until it is there, what was written is known by
// being what the spec yields.
func (p *Plan) inOrder() []File {
	files := slices.Clone(p.Write)
	slices.SortStableFunc(files, func(a, b File) int {
		switch {
		case a.Path == SumName:
			return 1
		case b.Path == SumName:
			return -1
		}
		return 0
	})
	return files
}

// stage writes a file beside its place.
func stage(root *os.Root, f File) error {
	if err := root.MkdirAll(path.Dir(f.Path), 0o777); err != nil {
		return err
	}
	file, err := root.OpenFile(f.Path+newSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(f.Content)
	return errors.Join(err, file.Sync(), file.Close())
}

// removeEmpty removes folders that are empty now.
func removeEmpty(root *os.Root, dir string) {
	for dir != "." && root.Remove(dir) == nil {
		dir = path.Dir(dir)
	}
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
