package gen

import (
	"cmp"
	"os"
	"slices"

	"github.com/flowc-dev/flowc/templates"
)

// changeSignatures changes the signatures of stage functions where the spec asks
// for another one than at the last generate. What the user has is looked at only
// then: flow.sum says what flowc asked for, and a function that the user changed
// since is theirs.
func (p *Plan) changeSignatures(service *templates.Service, user *Stages, old, fresh sums) {
	var asked []Change
	edits := map[string][]edit{} // by file
	for _, st := range userStages(p.Service.Graph) {
		f, ok := user.Functions[st.GoName]
		if !ok {
			continue
		}
		if slices.Equal(old.funcs[st.GoName], fresh.funcs[st.GoName]) && f.isPlain() {
			continue
		}
		want, before := service.Signature(st), old.signatures(st.GoName, service.RecordsPath())
		have, readable := user.signature(f)
		at := slices.IndexFunc(before, have.Fits)
		if readable && have.Fits(want) && (at < 0 || !isMoved(before[at], want, have)) {
			continue
		}
		asked = append(asked, Change{f, service.Declaration(st)})
		if readable && at >= 0 {
			edits[f.File] = append(edits[f.File], edit{st.GoName, before[at], want})
		}
	}
	done := map[string]bool{}
	for file, list := range edits {
		p.rewrite(user, file, list, done)
	}
	for _, c := range asked {
		if done[c.Function.Name] {
			c.Want = cmp.Or(p.rewritten[c.Function.File].declaration(c.Function.Name), c.Want)
			p.Changed = append(p.Changed, c)
		} else {
			p.Mismatches = append(p.Mismatches, c)
		}
	}
}

// rewrite changes signatures in a file of the user's: all at once, or those that
// can be changed. A file that is a link, or that the user made read-only, stays.
func (p *Plan) rewrite(user *Stages, file string, edits []edit, done map[string]bool) {
	info, err := os.Lstat(p.path(file))
	if err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o200 == 0 {
		return
	}
	before := user.source(file)
	after := before.rewrite(edits, user.names)
	if after != nil {
		for _, e := range edits {
			done[e.name] = true
		}
	} else {
		after = before
		for _, e := range edits {
			if fresh := after.rewrite([]edit{e}, user.names); fresh != nil {
				after, done[e.name] = fresh, true
			}
		}
	}
	if after != before {
		p.rewritten[file] = after
		p.Entries = append(p.Entries, Entry{file, Signature, before.text, after.text})
	}
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
