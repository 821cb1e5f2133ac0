package gen

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/templates"
)

// Plan is what a generate would change in the folder of a service.
type Plan struct {
	Service *Service
	Entries []Entry // sorted by path
	// Changed are stage functions of the user's whose signature changes at its
	// bytes, as the spec asks.
	Changed []Change
	// Mismatches are stage functions whose signature the user changes himself:
	// flowc could not do it safely.
	Mismatches []Change
	// Unused are stage functions that the spec named at the last generate and
	// does not name any more: they are the user's, and stay.
	Unused []Function

	files     []File             // as they are to be
	old, sum  []byte             // flow.sum, as it is and as it is to be
	rewritten map[string]*source // files of Changed, by path
	stages    *Stages
}

// Entry is a file that is not as it is to be.
type Entry struct {
	Path   string
	Status Status
	Before []byte // nil: there is none
	After  []byte // nil: it is to go
}

// Status says what is the matter with a file.
type Status int

// What may be the matter with a file.
const (
	Missing   Status = iota // flowc's, and not there
	Stale                   // flowc's, of an earlier spec or an earlier flowc
	Edited                  // flowc's, and changed by somebody else
	Foreign                 // in the place of one of flowc's, and not flowc's
	Orphaned                // flowc's, and no longer generated
	Stub                    // the user's, to be made once
	Signature               // the user's, of a function whose signature changes
)

// String is the status as a word.
func (s Status) String() string {
	return [...]string{"missing", "stale", "edited", "foreign", "orphaned", "stub", "signature"}[s]
}

// Change is another signature of a stage function.
type Change struct {
	Function Function
	Want     string // the declaration to be, and that it has where flowc changed it
}

// NewPlan generates a service and compares the files with its folder.
func NewPlan(s *Service) (*Plan, error) {
	user, err := ReadStages(s.Dir)
	if err != nil {
		return nil, err
	}
	service := templates.NewService(s.Graph, s.Import)
	files, err := generate(service, user.Functions)
	if err != nil {
		return nil, err
	}
	p := &Plan{Service: s, files: files, stages: user, rewritten: map[string]*source{}}
	if p.old, err = readOptional(filepath.Join(s.Dir, SumName)); err != nil {
		return nil, err
	}
	sums := readSums(p.old)
	err = errors.Join(p.compare(sums), p.twice(user.Functions))
	p.changeSignatures(service, user, sums, readSums(p.sum))
	p.findUnused(sums, user.Functions)
	slices.SortFunc(p.Entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return p, err
}

// All returns the entries with that of flow.sum, sorted by path.
func (p *Plan) All() []Entry {
	all := slices.Clone(p.Entries)
	switch {
	case p.old == nil:
		all = append(all, Entry{SumName, Missing, nil, p.sum})
	case !bytes.Equal(unixLines(p.old), p.sum):
		all = append(all, Entry{SumName, Stale, p.old, p.sum})
	}
	slices.SortFunc(all, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// Refused is the error of the files that flowc does not touch: those that
// somebody edited, unless force says so, and those that are not its own.
func (p *Plan) Refused(force bool) error {
	var errs []error
	for _, e := range p.Entries {
		if e.Refused(force) {
			errs = append(errs, errors.New(p.Service.Rel(e.Path)+e.refusal()))
		}
	}
	return errors.Join(errs...)
}

// Refused reports whether flowc does not touch the file: see [Plan.Refused].
func (e Entry) Refused(force bool) bool {
	return e.Status == Foreign || e.Status == Edited && !force
}

// refusal says why a file is not touched, behind its name.
func (e Entry) refusal() string {
	switch {
	case e.Status == Foreign && strings.HasPrefix(e.Path, StagesDir+"/"):
		return " exists, but does not declare the stage function that belongs there, in package stages: add it, or move the file"
	case e.Status == Foreign:
		return " is in the way: flowc generates this file, but did not write the one that is there; move or delete it"
	case e.Conflicted():
		return " is flowc's, and holds the conflict of a merge: once flow.toml is right, let generate -force write over it"
	case e.After == nil:
		return " is no longer generated, but was edited: move what you need out of it and delete it, or let generate -force do so"
	}
	return " is flowc's, but was edited, or merged: move your change to a stage or to flow.toml, then delete the file, or let generate -force write over it"
}

// Conflicted reports whether the file is flowc's and holds what git leaves where
// it cannot merge: nobody's work, which is generated anew from a merged spec.
func (e Entry) Conflicted() bool {
	return bytes.HasPrefix(e.Before, []byte(templates.Header)) &&
		bytes.Contains(e.Before, []byte("\n<<<<<<< ")) && bytes.Contains(e.Before, []byte("\n>>>>>>> "))
}

// findUnused finds the stage functions that the spec no longer names.
func (p *Plan) findUnused(old sums, user Functions) {
	named := map[string]bool{}
	for _, st := range userStages(p.Service.Graph) {
		named[st.GoName] = true
	}
	for _, name := range slices.Sorted(maps.Keys(old.funcs)) {
		if f, ok := user[name]; ok && f.isPlain() && !named[name] {
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
			errs = append(errs, fmt.Errorf("%s: stage function %s is declared again at %s: keep one, and call what differs from it", f.place(), st.GoName, f.Again))
		}
	}
	return errors.Join(errs...)
}
