package gen

import (
	"os"
	"slices"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// changeSignatures changes the signatures of stage functions where the spec asks
// for another one than at the last generate. What the user has is looked at only
// then: flow.sum says what flowc asked for, and a function that the user changed
// since is his.
func (p *Plan) changeSignatures(service *templates.Service, user *Stages, old, fresh sums) {
	c := &changes{plan: p, user: user, sources: map[string]*source{}, before: map[string][]byte{}}
	for _, st := range userStages(p.Service.Graph) {
		f, ok := user.Functions[st.GoName]
		if !ok {
			continue
		}
		if slices.Equal(old.funcs[st.GoName], fresh.funcs[st.GoName]) && f.isPlain() {
			continue
		}
		want, asked := service.Signature(st), old.signatures(st.GoName, service.RecordsPath())
		have, readable := user.signature(f)
		at := slices.IndexFunc(asked, have.Fits)
		if readable && have.Fits(want) && (at < 0 || !isMoved(asked[at], want, have)) {
			continue
		}
		change := Change{f, service.Declaration(st)}
		switch {
		case readable && at >= 0 && c.rewrite(st, asked[at], want):
			p.Changed = append(p.Changed, change)
		default:
			p.Mismatches = append(p.Mismatches, change)
		}
	}
	c.write()
}

// isMoved reports whether parameters of one type change places, and the function
// has them where they were: what it takes for one store would be another.
func isMoved(asked, want, have templates.Signature) bool {
	return !slices.Equal(names(asked), names(want)) && !slices.Equal(names(have), names(want)) &&
		slices.Equal(slices.Sorted(slices.Values(names(asked))), slices.Sorted(slices.Values(names(want))))
}

// names are those of the parameters.
func names(s templates.Signature) []string {
	var list []string
	for _, p := range s.Params {
		list = append(list, p.Name)
	}
	return list
}

// changes are files of the user's whose signatures change.
type changes struct {
	plan    *Plan
	user    *Stages
	sources map[string]*source // by path, as changed so far
	before  map[string][]byte  // by path, as they stand there
	order   []string
}

// rewrite changes the signature of a stage's function in its file. One that is a
// link, or that its user may not write himself, stays.
func (c *changes) rewrite(st *spec.Stage, asked, want templates.Signature) bool {
	f := c.user.Functions[st.GoName]
	s := c.sources[f.File]
	if s == nil {
		s = c.user.source(f.File)
	}
	info, err := os.Lstat(c.plan.path(f.File))
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o200 == 0 {
		return false
	}
	fresh := s.rewrite(s.function(st.GoName), asked, want, c.user.names)
	if fresh == nil {
		return false
	}
	if !slices.Contains(c.order, f.File) {
		c.order = append(c.order, f.File)
		c.before[f.File] = s.text
	}
	c.sources[f.File] = fresh
	return true
}

// write adds the changed files to the plan.
func (c *changes) write() {
	c.plan.rewritten = c.sources
	for _, name := range c.order {
		c.plan.Entries = append(c.plan.Entries, Entry{name, Signature, c.before[name], c.sources[name].text})
	}
}

// relocate says of functions where they stand now that files of theirs are
// written: an import may have moved them.
func (p *Plan) relocate() {
	move := func(f *Function) {
		for _, now := range declaredIn(p.rewritten[f.File]).Functions {
			if now.Name == f.Name && now.Other == f.Other {
				*f = now
				return
			}
		}
	}
	for _, list := range [][]Change{p.Changed, p.Mismatches} {
		for i := range list {
			move(&list[i].Function)
		}
	}
	for i := range p.Unused {
		move(&p.Unused[i])
	}
}
