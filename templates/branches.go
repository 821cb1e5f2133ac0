package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// group emits branches and returns what goes on behind them.
func (b *block) group(step spec.Step, in value) value {
	var out value
	targets := make([]string, len(step.Branches))
	for i, branch := range step.Branches {
		switch {
		case !branch.Result:
		case len(branch.Steps) == 0:
			passed := b.fork(step, branch, in, b)
			out.vars, out.types = append(out.vars, passed.vars...), append(out.types, passed.types...)
		default:
			t := branchType(branch)
			targets[i] = b.name("branch")
			b.g.Var().Id(targets[i]).Add(b.batch(t))
			out.vars, out.types = append(out.vars, targets[i]), append(out.types, t)
		}
	}
	b.assignErr(jen.Err(), b.branches(step, in, targets))
	b.check()
	if len(out.vars) == 0 {
		return in
	}
	return out
}

// branchType is the type that a branch ends with.
func branchType(branch spec.Branch) *spec.Type {
	return branch.Steps[len(branch.Steps)-1].Out.Types[0]
}

// branches is the call that runs the branches at the same time. A branch with a
// target leaves its result there.
func (b *block) branches(step spec.Step, in value, targets []string) *jen.Statement {
	return b.parallel(step, func(i int, inner *block) {
		branch := step.Branches[i]
		inner.keep = targets != nil && branch.Result
		out, returned := inner.sequence(branch.Steps, inner.fork(step, branch, in, inner))
		if inner.keep {
			inner.g.Id(targets[i]).Op("=").Id(out.vars[0])
		}
		inner.finish(value{}, returned)
	}, func(branch spec.Branch) bool { return len(branch.Steps) > 0 })
}

// parallel is flow.Branches with a function for each branch that is wanted.
func (b *block) parallel(step spec.Step, body func(int, *block), wanted func(spec.Branch) bool) *jen.Statement {
	return fromFlow("Branches").CustomFunc(jen.Options{Open: "(ctx,", Close: ")", Separator: ",", Multi: true}, func(list *jen.Group) {
		for i, branch := range step.Branches {
			if wanted(branch) {
				list.Func().Params(jen.Id("ctx").Qual("context", "Context")).Error().BlockFunc(func(g *jen.Group) {
					body(i, b.inner(g))
				})
			}
		}
	})
}

// fork gives a branch what arrives: a batch of its own where its losses count
// towards a join, with values of its own where other branches hold Go stages.
func (b *block) fork(step spec.Step, branch spec.Branch, in value, at *block) value {
	if !branch.Copy && !joins(step) {
		return in
	}
	out := value{types: in.types}
	for i, v := range in.vars {
		copyOf := jen.Nil()
		if branch.Copy {
			copyOf = b.service.copyOrNil(in.types[i])
		}
		name := b.name("fork")
		at.g.Id(name).Op(":=").Add(fromFlow("Fork")).Call(jen.Id(v), copyOf)
		out.vars = append(out.vars, name)
	}
	return out
}

// joins reports whether results of several branches meet behind a group.
func joins(step spec.Step) bool { return !step.Merge && len(step.Out.Types) > 1 }

// merge emits branches whose results go on one by one, as they come: the rest
// of the pipeline becomes a function that each branch calls.
func (b *block) merge(step spec.Step, rest []spec.Step, in value) {
	t := step.Out.Types[0]
	merged, arg := b.name("merged"), b.name("each")
	b.g.Id(merged).Op(":=").Func().Params(jen.Id("ctx").Qual("context", "Context"), jen.Id(arg).Add(b.batch(t))).Error().BlockFunc(func(g *jen.Group) {
		inner := b.inner(g)
		inner.finish(inner.sequence(rest, value{vars: []string{arg}, types: []*spec.Type{t}}))
	})
	b.g.Return(b.parallel(step, func(i int, inner *block) {
		branch := step.Branches[i]
		inner.keep = branch.Result
		out, returned := inner.sequence(branch.Steps, inner.fork(step, branch, in, inner))
		if branch.Result {
			inner.g.Return(jen.Id(merged).Call(jen.Id("ctx"), jen.Id(out.vars[0])))
			return
		}
		inner.finish(value{}, returned)
	}, func(spec.Branch) bool { return true }))
}
