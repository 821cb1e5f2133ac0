package jsonschema

import (
	"reflect"
	"slices"

	"github.com/google/jsonschema-go/jsonschema"

	"github.com/flowc-dev/flowc/spec"
)

// stageSchema makes a schema one of stages, whose keys depend on their kind: a
// chain of ifs has the keys of each. The keys of all kinds stand beside it,
// since editors do not look into the chain for what they complete. Schemas say
// here that they allow other keys than theirs: Tombi takes those that do not for
// closed.
func stageSchema(s *jsonschema.Schema, goOptions []spec.Option, kinds []spec.Kind) {
	s.Type, s.AdditionalProperties = "object", always()
	s.Properties = map[string]*jsonschema.Schema{}
	addKeys(s, goOptions)
	for i := range kinds {
		addKeys(s, kinds[i].MeantOptions())
	}
	s.Properties["kind"] = kindSchema(goOptions[0], kinds)
	s.If = &jsonschema.Schema{Required: []string{"kind"}, AdditionalProperties: always()}
	s.Then = chainOf(kinds, s)
	s.Else = keysOf(goOptions, s)
}

// addKeys adds options to those of a table that may have any of several values
// for a key.
func addKeys(s *jsonschema.Schema, options []spec.Option) {
	for _, o := range options {
		one, old := optionSchema(o), s.Properties[o.Name]
		switch {
		case old == nil:
			s.Properties[o.Name] = one
			s.PropertyOrder = append(s.PropertyOrder, o.Name)
		case reflect.DeepEqual(old, one):
		case !severalValues(old):
			s.Properties[o.Name] = anyOf(old, one)
		case !slices.ContainsFunc(old.AnyOf, func(v *jsonschema.Schema) bool { return reflect.DeepEqual(v, one) }):
			old.AnyOf = append(old.AnyOf, one)
		}
	}
}

// severalValues reports whether a schema is one that addKeys made of several:
// those of options have a description.
func severalValues(s *jsonschema.Schema) bool { return s.Description == "" }

// kindSchema lists the names of the kinds.
func kindSchema(kind spec.Option, kinds []spec.Kind) *jsonschema.Schema {
	s := optionSchema(kind)
	for _, k := range kinds {
		s.Enum = append(s.Enum, k.Name)
	}
	return s
}

// chainOf describes a stage that has a kind: if it is this one, then it has
// these keys, else it is one of the others.
func chainOf(kinds []spec.Kind, all *jsonschema.Schema) *jsonschema.Schema {
	if len(kinds) == 0 {
		return always()
	}
	name := any(kinds[0].Name)
	return &jsonschema.Schema{
		Type: "object", AdditionalProperties: always(),
		If:   &jsonschema.Schema{AdditionalProperties: always(), Properties: map[string]*jsonschema.Schema{"kind": {Const: &name}}},
		Then: keysOf(kinds[0].MeantOptions(), all),
		Else: chainOf(kinds[1:], all),
	}
}

// keysOf closes a stage to other keys than its options. What a value may be
// stands here only where it depends on the kind.
func keysOf(options []spec.Option, all *jsonschema.Schema) *jsonschema.Schema {
	s := &jsonschema.Schema{}
	closeTable(s, options)
	for name := range s.Properties {
		if !severalValues(all.Properties[name]) {
			s.Properties[name] = always()
		}
	}
	return s
}
