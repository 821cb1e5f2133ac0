package templates

import (
	"slices"
	"time"

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
			Check: func(st *spec.Stage, report spec.Report) {
				checkWhere(st, report)
				checkNew(st, report)
			},
			CheckFields: checkLoadFields,
			CheckAll:    checkKept,
		},
		Uses: Uses{
			First: "Loads all records of the store, or those of where, at each run of the trigger; with new those that were saved since the last time.",
			Later: "Loads all, or those of where, for each value that arrives; the list goes on instead of the value.",
		},
		Variants: []string{"new = true"},
		Notes: []string{
			"It gives a list of the store's records, in the order in which they were first saved; with new in the order of their last saves.",
			"With new, how far it has come is kept in the store itself, by service and stage, and moves on when a run is through. The store is " + spec.NewSchemes() + ". What is more than 10000 records follows in further runs, at once.",
			"Values are compared as values of the field's type: numbers as numbers, times as instants. A value that is one {field} and nothing else must have a type that fits; any other is a text, which is read as a value of the field.",
		},
		Example: "[stage.history]\nkind  = \"store.load\"\nstore = \"readings\"\nwhere = { sensor = \"{name}\" }",
		Type:    loadType,
		Open:    openLoad,
		Call:    "Load", Ask: "LoadFor",
	}
}

// checkNew refuses new of a store that cannot tell what is new, with any of its
// schemes.
func checkNew(st *spec.Stage, report spec.Report) {
	if !st.New || st.Store == nil {
		return
	}
	for _, scheme := range st.Store.Schemes {
		x := spec.StoreSchemeOf(scheme)
		if slices.Contains(x.Modes, st.Store.Mode) && !slices.Contains(x.New, st.Store.Mode) {
			report(errNewOfScheme(st.Options.Entry("new").KeySpan, st.Store, x))
		}
	}
}

func checkLoadFields(p *spec.Place, t *spec.Type, report spec.Report) {
	if p.Stage.New {
		report(errNewLater(p.Stage.Options.Entry("new").KeySpan, p.Span))
	}
	checkConditions(p.Stage, t, report)
}

// checkKept refuses pipelines that ask for what is new so rarely that keep has
// removed some of it each time.
func checkKept(stages []*spec.Stage, report spec.Report) {
	for _, st := range stages {
		if !st.New || st.Store == nil || !st.Store.Options.Has("keep") {
			continue
		}
		keep := st.Store.Options.Entry("keep").Value
		for _, p := range st.Places {
			every := p.Pipeline.Options.Entry("every")
			if every == nil || p.Pipeline.First() != p {
				continue
			}
			age, period := durationOf(keep), durationOf(every.Value)
			if age > 0 && age <= period {
				report(errKeptTooShort(keep.Span, every.Value.Span, st.Store, p.Pipeline))
			}
		}
	}
}

// durationOf is the default of a duration; 0 where there is none.
func durationOf(v *spec.Value) time.Duration {
	d, known := spec.DurationOf(v.Text)
	if !known {
		return 0
	}
	return d
}

func errNewOfScheme(at spec.Span, s *spec.Store, x *spec.StoreScheme) spec.Diagnostic {
	what := "a " + x.Name + ": store cannot tell what is new"
	if len(x.New) > 0 {
		what = "a " + x.Name + ": store in mode " + s.Mode.String() + " cannot tell what is new"
	}
	return spec.NewError("FLOW036", at, "drop new, or let the store be "+spec.NewSchemes(), "%s", what).WithNote(s.Span, "the store")
}

func errNewLater(at, later spec.Span) spec.Diagnostic {
	return spec.NewError("FLOW124", at, "drop new: what is loaded depends on what arrives", "new is for a stage in first place").WithNote(later, "here it stands later")
}

func errKeptTooShort(keep, every spec.Span, s *spec.Store, p *spec.Pipeline) spec.Diagnostic {
	return spec.NewError("FLOW121", keep, "keep them for several of its periods", "store %q keeps its records no longer than pipeline %q waits between two runs, so some would be gone before they were new to it", s.Name, p.Name).WithNote(every, "its period")
}

// loadType is *load.Loader[T, U]: T is what it takes, U the record of its store;
// with new it is *load.Follower[U].
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

// conditions is the []load.Condition of a stage's where; nil where it has none.
func (s *Service) conditions(st *spec.Stage) jen.Code {
	list := conditionsOf(st)
	if len(list) == 0 {
		return nil
	}
	return jen.Index().Add(fromLoad("Condition")).Types(s.takes(st)).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, c := range list {
			g.Add(line(jen.Null(), s.condition(st, c)...))
		}
	})
}

// condition has a value of what arrives, or a text and how it is read.
func (s *Service) condition(st *spec.Stage, c condition) []field {
	name, want := field{"Field", jen.Lit(c.field.Name)}, c.field.Type.Required()
	arrives := jen.Func().Params(jen.Id("v").Add(s.takes(st)))
	if c.from != nil {
		value := s.whereValue(want, c.from.Type, jen.Id("v").Dot(c.from.GoName))
		return []field{name, {"Value", arrives.Add(fromRecord("Value")).Block(jen.Return(value))}}
	}
	var fill jen.Code
	if len(st.Params) == 1 && st.Params[0].Kind == spec.RecordOf {
		if texts := fieldTexts(st.Params[0].Record, c.text); texts != nil {
			fill = arrives.Index().String().Block(jen.Return(texts))
		}
	}
	return []field{name, {"Text", jen.Lit(c.text)}, {"Fill", fill}, {"Parse", s.parse(want)}}
}

// whereValue is a value of what arrives as a store holds those of the field
// that it is compared with: a record.Value. Numbers are compared as numbers.
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

// parse is a func(string) record.Value that reads a text as a value of t.
func (s *Service) parse(t *spec.Type) *jen.Statement {
	switch {
	case t.Kind == spec.GoType:
		return fromRecord("ParseText").Types(s.goType(t))
	case t.Name == "string":
		return fromRecord("StringValue")
	}
	return s.basic("Parse", t)
}
