package gen

import (
	"go/ast"
	"os"
	"slices"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// CheckGo holds the user's Go against a spec without errors: the functions of
// its stages, and the Go types that it names. It reads package stages with the
// parser alone, so that a file that does not parse hides no other; only where
// that is not enough, as for a signature with an alias and for Go types, it asks
// the go command. Places in Go stand as the second place of a diagnostic.
func (s *Service) CheckGo() (spec.Diagnostics, error) {
	user, err := ReadStages(s.Dir)
	if err != nil {
		return nil, err
	}
	old, err := readOptional(s.path(SumName))
	if err != nil {
		return nil, err
	}
	c := &goCheck{
		service: s, templates: templates.NewService(s.Graph, s.Import), user: user,
		asked: readSums(old),
	}
	for _, st := range userStages(s.Graph) {
		c.stage(st)
	}
	c.goTypes()
	c.cycles()
	c.diags.Sort()
	return c.diags, nil
}

// Diagnose says everything that is wrong with the service at a path: with its
// spec, and where that has no errors with the user's Go. The error is that of
// reading package stages.
func Diagnose(at string) (spec.Diagnostics, error) { return DiagnoseWith(at, os.ReadFile) }

// DiagnoseWith is [Diagnose] with the texts of specs from elsewhere than the
// disk.
func DiagnoseWith(at string, read ReadFile) (spec.Diagnostics, error) {
	s, diags := LoadWith(at, read)
	if diags.HasErrors() {
		return diags, nil
	}
	found, err := s.CheckGo()
	diags = append(diags, found...)
	diags.Sort()
	return diags, err
}

// goCheck gathers what is wrong with the user's Go.
type goCheck struct {
	service   *Service
	templates *templates.Service
	user      *Stages
	asked     sums
	types     *goTypes // nil: not asked for yet
	diags     spec.Diagnostics
}

func (c *goCheck) report(d spec.Diagnostic) { c.diags = append(c.diags, d) }

// stage checks the function of a stage.
func (c *goCheck) stage(st *spec.Stage) {
	f, ok := c.user.Functions[st.GoName]
	switch {
	case !ok:
		if len(c.asked.funcs[st.GoName]) > 0 { // the next generate writes one that is new
			c.report(spec.WarnNoFunction(st))
		}
	case f.Again != "":
		c.report(spec.ErrFunctionTwice(st, c.placeOf(f), f.Again))
	case f.Other:
		c.report(spec.ErrNoStageFunction(st, c.placeOf(f), "no plain function", c.templates.Declaration(st)))
	case f.Generic:
		c.report(spec.ErrNoStageFunction(st, c.placeOf(f), "a function with type parameters", c.templates.Declaration(st)))
	case !c.fits(st, f):
		c.report(spec.ErrSignature(st, c.placeOf(f), c.templates.Declaration(st)))
	case c.isStub(f):
		c.report(spec.WarnStub(st, c.placeOf(f)))
	}
}

// fits reports whether a function has the signature that its stage needs, or the
// one that the next generate changes to it.
func (c *goCheck) fits(st *spec.Stage, f Function) bool {
	want := c.templates.Signature(st)
	have, readable := c.user.signature(f)
	asked := c.asked.signatures(st.GoName, c.templates.RecordsPath())
	if readable && (have.Fits(want) || slices.ContainsFunc(asked, have.Fits) && !slices.ContainsFunc(asked, want.Fits)) {
		return true
	}
	have, known := c.loaded().signature(f.Name)
	return known && have.Fits(want)
}

// isStub reports whether a function does nothing but return the error of stubs.
func (c *goCheck) isStub(f Function) bool {
	s := c.user.source(f.File)
	if s == nil {
		return false
	}
	decl := s.function(f.Name)
	if decl == nil || decl.Body == nil || len(decl.Body.List) != 1 {
		return false
	}
	ret, ok := decl.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) == 0 {
		return false
	}
	last, ok := ret.Results[len(ret.Results)-1].(*ast.SelectorExpr)
	if !ok || last.Sel.Name != "ErrNotImplemented" {
		return false
	}
	x, ok := last.X.(*ast.Ident)
	return ok && pathOf(x.Name, importsOf(s.file)) == ModulePath+"/flow"
}

// placeOf is where a function's name stands.
func (c *goCheck) placeOf(f Function) spec.Span {
	s := c.user.source(f.File)
	if s == nil {
		return spec.Span{}
	}
	source := spec.NewSource(f.File, s.text)
	start := source.Offset(f.Line, f.Column)
	return spec.Span{Source: source, Start: start, End: start + len(f.Name)}
}

// loaded are the types of package stages and of those that the spec names, from
// the go command.
func (c *goCheck) loaded() *goTypes {
	if c.types == nil {
		c.types = loadGoTypes(c.service)
	}
	return c.types
}

// goTypes checks the Go types that the spec names.
func (c *goCheck) goTypes() {
	for _, use := range c.service.Graph.GoTypes {
		problem, names := c.loaded().find(use.Type)
		switch method := c.loaded().missingMethod(use.Type); {
		case problem != "":
			c.report(spec.ErrNoGoType(use.Span, use.Type, problem, names))
		case method != "":
			c.report(spec.ErrUnfitGoType(use.Span, use.Type, method))
		}
	}
}
