package gen

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// goTypes are packages with their types: package stages, and those of the Go
// types that the spec names.
type goTypes struct {
	packages map[string]*packages.Package // by import path
	stages   *types.Package               // nil: there is none
	err      error                        // the go command could not be asked
}

// loadGoTypes asks the go command for the packages. Of what they import it takes
// the compiled types: reading the source of all dependencies takes seconds.
func loadGoTypes(s *Service) *goTypes {
	t := &goTypes{packages: map[string]*packages.Package{}}
	paths := []string{s.Import + "/" + StagesDir}
	for _, use := range s.Graph.GoTypes {
		paths = append(paths, use.Type.Import)
	}
	config := &packages.Config{Dir: s.Dir, Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo}
	list, err := packages.Load(config, paths...)
	t.err = err
	for _, p := range list {
		t.packages[p.PkgPath] = p
		if p.PkgPath == paths[0] {
			t.stages = p.Types
		}
	}
	return t
}

// signature is that of a function of package stages, with its aliases resolved.
func (t *goTypes) signature(name string) (sig templates.Signature, known bool) {
	if t.stages == nil {
		return sig, false
	}
	f, ok := t.stages.Scope().Lookup(name).(*types.Func)
	if !ok {
		return sig, false
	}
	params, ok1 := slotsOfTuple(f.Signature().Params())
	results, ok2 := slotsOfTuple(f.Signature().Results())
	return templates.Signature{Params: params, Results: results}, ok1 && ok2 && !f.Signature().Variadic()
}

func slotsOfTuple(list *types.Tuple) (slots []templates.Slot, ok bool) {
	for v := range list.Variables() {
		text, ok := textOfType(v.Type())
		if !ok {
			return nil, false
		}
		slots = append(slots, templates.Slot{Name: v.Name(), Type: text})
	}
	return slots, true
}

// textOfType is the text of a type in a [templates.Slot]; ok is false of one
// that no stage takes.
func textOfType(t types.Type) (text string, ok bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Name(), t.Kind() != types.Invalid
	case *types.Pointer:
		text, ok = textOfType(t.Elem())
		return "*" + text, ok
	case *types.Slice:
		text, ok = textOfType(t.Elem())
		return "[]" + text, ok
	case *types.Map:
		key, ok := textOfType(t.Key())
		value, ok2 := textOfType(t.Elem())
		return "map[" + key + "]" + value, ok && ok2
	case *types.Named:
		return textOfNamed(t)
	}
	return "", false
}

func textOfNamed(t *types.Named) (text string, ok bool) {
	text = t.Obj().Name()
	if p := t.Obj().Pkg(); p != nil { // error has none
		text = strconv.Quote(p.Path()) + "." + text
	}
	if t.TypeArgs().Len() == 1 {
		arg, ok := textOfType(t.TypeArgs().At(0))
		return text + "[" + arg + "]", ok
	}
	return text, t.TypeArgs().Len() == 0
}

// find looks for a Go type. Where there is none, problem says why, and names are
// the types that its package has.
func (t *goTypes) find(want *spec.Type) (problem string, names []string) {
	p := t.packages[want.Import]
	switch {
	case t.err != nil:
		return t.err.Error(), nil
	case p == nil || p.Types == nil || p.Types.Scope().Len() == 0 && len(p.Errors) > 0:
		return "package " + want.Import + " cannot be loaded" + firstError(p), nil
	}
	obj := p.Types.Scope().Lookup(want.Name)
	if _, ok := obj.(*types.TypeName); ok && obj.Exported() {
		return "", nil
	}
	for _, name := range p.Types.Scope().Names() {
		if o, ok := p.Types.Scope().Lookup(name).(*types.TypeName); ok && o.Exported() {
			names = append(names, name)
		}
	}
	if obj != nil {
		return want.Name + " is no type", names
	}
	return "its package declares no " + want.Name, names
}

func firstError(p *packages.Package) string {
	if p == nil || len(p.Errors) == 0 {
		return ""
	}
	message, _, _ := strings.Cut(p.Errors[0].Msg, "\n")
	return ": " + strings.TrimSuffix(message, "; to add it:")
}

// missingMethod is the method that a Go type lacks to travel as text; "" where
// it has both, or where there is no such type.
func (t *goTypes) missingMethod(want *spec.Type) string {
	p := t.packages[want.Import]
	if p == nil || p.Types == nil {
		return ""
	}
	obj, ok := p.Types.Scope().Lookup(want.Name).(*types.TypeName)
	if !ok {
		return ""
	}
	switch {
	case !hasMethod(obj.Type(), "MarshalText", "func() ([]byte, error)"):
		return "MarshalText on its value"
	case !hasMethod(types.NewPointer(obj.Type()), "UnmarshalText", "func([]byte) error"):
		return "UnmarshalText on its pointer"
	}
	return ""
}

// hasMethod reports whether a type has a method with a signature, whatever its
// parameters are called.
func hasMethod(t types.Type, name, signature string) bool {
	m := types.NewMethodSet(t).Lookup(nil, name)
	if m == nil {
		return false
	}
	sig := m.Obj().(*types.Func).Signature()
	plain := types.NewSignatureType(nil, nil, nil, unnamed(sig.Params()), unnamed(sig.Results()), sig.Variadic())
	return plain.String() == signature
}

func unnamed(list *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range list.Variables() {
		vars = append(vars, types.NewParam(v.Pos(), v.Pkg(), "", types.Unalias(v.Type())))
	}
	return types.NewTuple(vars...)
}
