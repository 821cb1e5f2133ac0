package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// run emits the function of a pipeline: its stages, called one after the other.
func (w *wiring) run(p *spec.Pipeline) {
	w.Line()
	w.Add(comment(fmt.Sprintf("%s runs pipeline %s", runName(p), Describe(p))))
	results := jen.Error()
	if p.Reply != nil {
		results = jen.Params(w.batch(p.Reply), jen.Error())
	}
	params := []jen.Code{jen.Id("ctx").Qual("context", "Context")}
	steps, in := p.Steps, value{}
	if p.Trigger == spec.Waiting || p.Polls() {
		t := p.First().Out.Types[0]
		params = append(params, jen.Id("in").Add(w.batch(t)))
		steps, in = steps[1:], value{vars: []string{"in"}, types: []*spec.Type{t}}
	}
	w.Func().Params(jen.Id("p").Op("*").Id("pipelines")).Id(runName(p)).Params(params...).Add(results).BlockFunc(func(g *jen.Group) {
		b := &block{wiring: w, g: g, names: map[string]int{}, reply: p.Reply}
		b.finish(b.sequence(steps, in))
	})
}

func (w *wiring) batch(t *spec.Type) *jen.Statement {
	return fromFlow("Batch").Types(w.service.goType(t))
}

// value is what goes on at a place of a run function: a variable for each type.
type value struct {
	vars  []string
	types []*spec.Type
}

// block emits the statements of a function body.
type block struct {
	*wiring
	g        *jen.Group
	names    map[string]int // how often each variable name was given, in the whole run function
	declared bool           // err is declared in this body
	reply    *spec.Type     // what the function returns beside its error; nil: nothing
	keep     bool           // the value that the steps end with is used behind them
}

// inner starts the body of a function literal.
func (b *block) inner(g *jen.Group) *block {
	return &block{wiring: b.wiring, g: g, names: b.names}
}

// name returns a variable name that the run function does not use yet.
func (b *block) name(base string) string {
	b.names[base]++
	if n := b.names[base]; n > 1 {
		return fmt.Sprintf("%s%d", base, n)
	}
	return base
}

// finish ends a body whose steps did not return by themselves.
func (b *block) finish(out value, returned bool) {
	switch {
	case returned:
	case b.reply != nil:
		b.g.Return(jen.Id(out.vars[0]), jen.Nil())
	default:
		b.g.Return(jen.Nil())
	}
}

// check emits the return of an error.
func (b *block) check() {
	if b.reply == nil {
		b.g.Add(returnErr())
		return
	}
	b.g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(b.batch(b.reply).Values(), jen.Err()))
}

// assignErr emits "err := call" or, where err is declared, "err = call".
func (b *block) assignErr(left jen.Code, call *jen.Statement) {
	op := ":="
	if b.declared {
		op = "="
	}
	b.declared = true
	b.g.Add(left).Op(op).Add(call)
}

// sequence emits steps. returned says that the function has returned: the last
// step did so by itself, or the rest went into a function behind branches.
func (b *block) sequence(steps []spec.Step, in value) (out value, returned bool) {
	for i, step := range steps {
		last := i == len(steps)-1
		switch {
		case step.Place == nil && step.Merge:
			b.merge(step, steps[i+1:], in)
			return value{}, true
		case step.Place == nil && last && !b.keep && b.reply == nil:
			b.g.Return(b.branches(step, in, nil))
			return value{}, true
		case step.Place == nil:
			in = b.group(step, in)
		case last && b.returns(step.Place):
			b.last(step.Place, in)
			return value{}, true
		default:
			in = b.step(step.Place, in)
		}
	}
	return in, false
}

// returns reports whether the function can end with the call at a place: its
// result is what the function returns, or nobody asks for it.
func (b *block) returns(p *spec.Place) bool {
	return !b.keep && (b.reply == nil || p.Out.Types[0] == b.reply)
}

// last emits the call at the end of a function.
func (b *block) last(p *spec.Place, in value) {
	call := b.call(p, in)
	if b.reply != nil {
		b.g.Return(call)
		return
	}
	b.assignErr(jen.List(jen.Id("_"), jen.Err()), call)
	b.g.Return(jen.Err())
}

// step emits a call whose result goes on.
func (b *block) step(p *spec.Place, in value) value {
	base := "saved"
	if p.Stage != nil {
		base = "from"
	}
	name := b.name(base + placeGoName(p))
	b.declared = true
	b.g.List(jen.Id(name), jen.Err()).Op(":=").Add(b.call(p, in))
	b.check()
	out := value{vars: []string{name}, types: p.Out.Types}
	if len(p.Out.Types) > 1 {
		return b.split(p, out)
	}
	return out
}

func placeGoName(p *spec.Place) string {
	if p.Store != nil {
		return spec.GoName(p.Store.Name)
	}
	return p.Stage.GoName
}

// split takes apart the pairs that a joined stage without out passes on.
func (b *block) split(p *spec.Place, pairs value) value {
	function := "Split"
	if p.Form == spec.JoinedBy {
		function = "SplitItems"
	}
	out := value{types: pairs.types}
	rest := pairs.vars[0]
	for i := range pairs.types {
		if i == len(pairs.types)-1 {
			out.vars = append(out.vars, rest)
			break
		}
		first, second := b.name("branch"), b.name("branch")
		b.g.List(jen.Id(first), jen.Id(second)).Op(":=").Add(fromFlow(function)).Call(jen.Id(rest))
		out.vars = append(out.vars, first)
		rest = second
	}
	return out
}

// call is the expression that makes the calls at a place.
func (b *block) call(p *spec.Place, in value) *jen.Statement {
	if p.Store != nil {
		name := spec.GoName(p.Store.Name)
		return fromFlow(saveFunction(p)).Call(jen.Id("ctx"), jen.Id("p").Dot("save"+name), jen.Id("p").Dot("store"+name), jen.Id(in.vars[0]))
	}
	stage := jen.Id("p").Dot("stage" + p.Stage.GoName)
	settings := stage.Clone()
	if !p.Stage.IsGo() {
		settings = stage.Clone().Dot("Stage")
	}
	if p.Form == spec.First {
		function := "Call"
		if p.Stage.Out.IsList() {
			function = "CallList"
		}
		return fromFlow(function).Call(jen.Id("ctx"), settings, b.function(p, stage))
	}
	return fromFlow(stepFunction(p)).Call(jen.Id("ctx"), settings, joined(p, in), b.function(p, stage))
}

func saveFunction(p *spec.Place) string {
	function := "Save"
	if p.Store.Mode == spec.Replace {
		function = "Replace"
	}
	if p.Form == spec.ByItem {
		function += "Items"
	}
	return function
}

// stepFunction is the function of the runtime that makes the calls at a place.
func stepFunction(p *spec.Place) string {
	items := p.Form == spec.ByItem || p.Form == spec.JoinedBy
	switch out := p.Stage.Out; {
	case out == nil && items:
		return "DoItems"
	case out == nil:
		return "Do"
	case items && out.IsList():
		return "MapItemLists"
	case items:
		return "MapItems"
	}
	return "Map"
}

// joined is what the calls at a place go over: the variable, or the pairs of
// the branches' results.
func joined(p *spec.Place, in value) *jen.Statement {
	function := "Join"
	if p.Form == spec.JoinedBy {
		function = "JoinItems"
	}
	expression := jen.Id(in.vars[len(in.vars)-1])
	for i := len(in.vars) - 2; i >= 0; i-- {
		expression = fromFlow(function).Call(jen.Id(in.vars[i]), expression)
	}
	return expression
}

// function is what is called: a method of a built-in, the function of the user,
// or a literal around it where it takes more than the value.
func (b *block) function(p *spec.Place, stage *jen.Statement) *jen.Statement {
	st := p.Stage
	if !st.IsGo() {
		return stage.Clone().Dot(method(p))
	}
	user := jen.Qual(b.service.stages(), st.GoName)
	if fitsAsIs(p) {
		return user
	}
	params, args := []jen.Code{jen.Id("ctx").Qual("context", "Context")}, []jen.Code{jen.Id("ctx")}
	switch {
	case p.Due:
		args = append(args, fromFlow("Due").Call(jen.Id("ctx")))
	case p.Form != spec.First:
		params = append(params, jen.Id("in").Add(b.pairType(st.Params)))
		args = append(args, pairFields(len(st.Params))...)
	}
	for _, s := range append(append([]*spec.Store{}, st.Reads...), st.Writes...) {
		args = append(args, jen.Id("p").Dot("store"+spec.GoName(s.Name)))
	}
	return b.around(p, params, user.Call(args...))
}

// fitsAsIs reports whether the user's function has the very parameters and
// results that the call needs.
func fitsAsIs(p *spec.Place) bool {
	st := p.Stage
	switch {
	case len(st.Reads)+len(st.Writes) > 0 || p.Due:
		return false
	case p.Form == spec.First:
		return st.Out != nil
	}
	return len(st.Params) == 1
}

// around is the function literal that calls the user's function.
func (b *block) around(p *spec.Place, params []jen.Code, call *jen.Statement) *jen.Statement {
	literal := jen.Func().Params(params...)
	switch {
	case p.Stage.Out != nil:
		return literal.Params(b.service.goType(p.Stage.Out), jen.Error()).Block(jen.Return(call))
	case p.Form == spec.First:
		return literal.Params(jen.Struct(), jen.Error()).Block(jen.Return(jen.Struct().Values(), call))
	}
	return literal.Error().Block(jen.Return(call))
}

func method(p *spec.Place) string {
	k := kindOf(p.Stage)
	switch {
	case p.Form == spec.First:
		return k.Call
	case p.Stage.Out != nil:
		return k.Ask
	}
	return k.Send
}

// pairType is T, or flow.Pair[A, flow.Pair[B, C]] behind a join.
func (b *block) pairType(types []*spec.Type) *jen.Statement {
	t := b.service.goType(types[len(types)-1])
	for i := len(types) - 2; i >= 0; i-- {
		t = fromFlow("Pair").Types(b.service.goType(types[i]), t)
	}
	return t
}

// pairFields are the parts of a value of pairType.
func pairFields(n int) []jen.Code {
	var fields []jen.Code
	at := jen.Id("in")
	for i := range n {
		if i == n-1 {
			return append(fields, at)
		}
		fields = append(fields, at.Clone().Dot("First"))
		at = at.Clone().Dot("Second")
	}
	return fields
}
