package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

func storeLoad() Kind {
	return Kind{
		Kind: spec.Kind{
			Name: "store.load", Summary: "Loads records of a store.",
			First: true, Later: true, Loads: true,
			Source: func(o spec.Options) spec.SourceClass {
				if o.Bool("new") {
					return spec.Replayable
				}
				return spec.Fresh
			},
			Options: []spec.Option{
				{Name: "store", Type: spec.Name, Of: "store", Required: true, Doc: "store to load from"},
				{Name: "where", Type: spec.Pairs, Doc: "fields and the values they must have; may hold {field}"},
				{Name: "new", Type: spec.Flag, Doc: "only what was saved since the last time; in first place"},
			},
		},
		Uses: Uses{
			First: "Loads all records of the store, or those of where, at each run of the trigger; with new those that were saved since the last time.",
			Later: "Loads all, or those of where, for each value that arrives; the list goes on instead of the value.",
		},
		Variants: []string{"new = true"},
		Notes: []string{
			"It gives a list of the store's records, in the order in which they were first saved; with new in the order of their last saves.",
			"With new, how far it has come is kept in the store itself, by service and stage, and moves on when a run is through. The store is sqlite:, or jsonl: in mode append. What is more than 10000 records follows in further runs, at once.",
			"Values are compared as values of the field's type: numbers as numbers, times as instants. A value that is one {field} and nothing else must have a type that fits; any other is a text, which is read as a value of the field.",
		},
		Example: "[stage.history]\nkind  = \"store.load\"\nstore = \"readings\"\nwhere = { sensor = \"{name}\" }",
		Type:    loadType,
		Open:    openLoad,
		Call:    "Load", Ask: "LoadFor",
	}
}

// loadType is *flow.Loader[T, U]: T is what it takes, U the record of its store;
// with new it is *flow.Follower[U].
func loadType(s *Service, st *spec.Stage) *jen.Statement {
	if st.New {
		return jen.Op("*").Add(fromLoad("Follower")).Types(s.record(st.Store.Record.GoName))
	}
	return jen.Op("*").Add(fromLoad("Loader")).Types(s.takes(st), s.record(st.Store.Record.GoName))
}

func openLoad(s *Service, st *spec.Stage) *jen.Statement {
	if st.New {
		return openFollow(s, st)
	}
	record := st.Store.Record.GoName
	options := fromLoad("LoadOptions").Types(s.takes(st), s.record(record))
	return fromLoad("NewLoader").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Store", jen.Id("p").Dot("store" + spec.GoName(st.Store.Name))},
		field{"Schema", s.record("SchemaOf" + record).Call()},
		field{"Where", s.conditions(st)},
	))
}

func openFollow(s *Service, st *spec.Stage) *jen.Statement {
	options := fromLoad("FollowOptions").Types(s.record(st.Store.Record.GoName))
	return fromLoad("NewFollower").Call(jen.Id("s"), literal(options,
		field{"Stage", stageOptions(st.Name, st.Policy)},
		field{"Store", jen.Id("p").Dot("store" + spec.GoName(st.Store.Name))},
		field{"Where", s.conditions(st)},
		field{"Others", texts(st.Followers)},
	))
}

// conditions is the []flow.Condition of a stage's where; nil where it has none.
func (s *Service) conditions(st *spec.Stage) jen.Code {
	if len(st.Where) == 0 {
		return nil
	}
	return jen.Index().Add(fromLoad("Condition")).Types(s.takes(st)).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, c := range st.Where {
			g.Add(line(jen.Null(), s.condition(st, c)...))
		}
	})
}

// condition has a value of what arrives, or a text and how it is read.
func (s *Service) condition(st *spec.Stage, c spec.Condition) []field {
	name, want := field{"Field", jen.Lit(c.Field.Name)}, c.Field.Type.Required()
	arrives := jen.Func().Params(jen.Id("v").Add(s.takes(st)))
	if c.From != nil {
		value := s.whereValue(want, c.From.Type, jen.Id("v").Dot(c.From.GoName))
		return []field{name, {"Value", arrives.Add(fromRecord("Value")).Block(jen.Return(value))}}
	}
	var fill jen.Code
	if len(st.Params) == 1 && st.Params[0].Kind == spec.RecordOf {
		if texts := fieldTexts(st.Params[0].Record, c.Text); texts != nil {
			fill = arrives.Index().String().Block(jen.Return(texts))
		}
	}
	return []field{name, {"Text", jen.Lit(c.Text)}, {"Fill", fill}, {"Parse", s.parse(want)}}
}

// whereValue is a value of what arrives as a store holds those of the field
// that it is compared with: a flow.Value. Numbers are compared as numbers.
func (s *Service) whereValue(want, have *spec.Type, value *jen.Statement) *jen.Statement {
	if want.Kind == spec.GoType {
		return fromRecord("TextValue").Call(value)
	}
	wants, _ := basicCodec(want.Name)
	has, _ := basicCodec(have.Name)
	switch {
	case wants == "Float" && want.Name != have.Name:
		return fromRecord("FloatValue").Call(s.goType(want).Call(value))
	case wants != "Float" && has == "Float":
		return fromRecord("WholeValue").Call(value)
	case has == "Unix":
		has = "Time"
	}
	return fromRecord(has + "Value").Call(value)
}

// parse is a func(string) flow.Value that reads a text as a value of t.
func (s *Service) parse(t *spec.Type) *jen.Statement {
	switch {
	case t.Kind == spec.GoType:
		return fromRecord("ParseText").Types(s.goType(t))
	case t.Name == "string":
		return fromRecord("StringValue")
	}
	return s.basic("Parse", t)
}
