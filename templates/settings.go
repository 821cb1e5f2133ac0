package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Settings of stages, connections and stores, as literals of the runtime.

// stageOptions is the flow.StageOptions of a stage: short where it has the
// settings that every built-in has.
func stageOptions(name string, p spec.Policy) *jen.Statement {
	if p == spec.BuiltinPolicy() {
		return jen.Id("builtin").Call(jen.Lit(name))
	}
	return policyLiteral(jen.Lit(name), p)
}

// builtinFunction emits the settings that every built-in has unless the spec
// says otherwise, if one of those given has them.
func (w *wiring) builtinFunction() {
	uses := func(p spec.Policy) bool { return p == spec.BuiltinPolicy() }
	if !slices.ContainsFunc(w.stages, func(s *spec.Stage) bool { return uses(s.Policy) }) &&
		!slices.ContainsFunc(w.saved, func(s *spec.Store) bool { return uses(s.Policy) }) {
		return
	}
	w.Line()
	w.Comment("// builtin are the settings of a built-in for which the spec has none of its own.")
	w.Func().Id("builtin").Params(jen.Id("name").String()).Add(fromFlow("StageOptions")).Block(
		jen.Return(policyLiteral(jen.Id("name"), spec.BuiltinPolicy())),
	)
}

func policyLiteral(name jen.Code, p spec.Policy) *jen.Statement {
	var retry, onError jen.Code
	if p.Attempts > 1 {
		retry = line(fromFlow("Retry"), field{"Attempts", jen.Lit(p.Attempts)}, field{"First", jen.Lit(p.First)}, field{"Max", jen.Lit(p.Max)})
	}
	if p.OnError == spec.OnErrorSkip {
		onError = fromFlow("SkipRecord")
	}
	return line(fromFlow("StageOptions"),
		field{"Name", name},
		field{"Timeout", text(p.Timeout)},
		field{"Retry", retry},
		field{"OnError", onError},
		field{"Workers", number(p.Workers)},
		field{"Rate", text(p.Rate)},
	)
}

// connection is the flow.ConnectionOptions of a connection.
func connection(c *spec.Connection) *jen.Statement {
	o := c.Options
	var tls jen.Code
	if o.Has("tls") {
		t := o.Sub("tls")
		tls = line(fromFlow("TLSFiles"), field{"CA", text(t.Text("ca"))}, field{"Cert", text(t.Text("cert"))}, field{"Key", text(t.Text("key"))})
	}
	return literal(fromFlow("ConnectionOptions"),
		field{"Name", jen.Lit(c.Name)},
		field{"URL", text(o.Text("url"))},
		field{"Username", text(o.Text("username"))},
		field{"Password", text(o.Text("password"))},
		field{"Token", text(o.Text("token"))},
		field{"TLS", tls},
		field{"Headers", headers(o.Pairs("headers"))},
	)
}

// openStore is the call that opens a store with the drivers of its schemes.
func (s *Service) openStore(store *spec.Store) *jen.Statement {
	record := s.record(store.Record.GoName)
	options := literal(fromFlow("StoreOptions").Types(record.Clone()),
		field{"Name", jen.Lit(store.Name)},
		field{"URL", jen.Lit(store.Options.Text("url"))},
		field{"Table", jen.Lit(store.Table)},
		field{"Key", texts(fieldNames(store.Key))},
		field{"Mode", fromFlow([...]string{"Append", "Upsert", "ReplaceAll"}[store.Mode])},
		field{"Version", versionOf(store)},
		field{"Stamp", s.stamp(store)},
		field{"Keep", s.keep(store)},
		field{"Schema", s.record("SchemaOf" + store.Record.GoName).Call()},
	)
	return fromFlow("OpenStore").Call(jen.Id("s"), options, s.drivers(store))
}

func versionOf(store *spec.Store) jen.Code {
	if store.Version == nil {
		return nil
	}
	return jen.Lit(store.Version.Name)
}

func fieldNames(fields []*spec.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

// stamp is the function that fills the stamp field.
func (s *Service) stamp(store *spec.Store) jen.Code {
	if store.Stamp == nil {
		return nil
	}
	return jen.Func().Params(jen.Id("r").Op("*").Add(s.record(store.Record.GoName)), jen.Id("at").Qual("time", "Time")).Block(
		jen.Id("r").Dot(store.Stamp.GoName).Op("=").Op("&").Id("at"),
	)
}

// keep is the flow.Keep of a store that removes old records.
func (s *Service) keep(store *spec.Store) jen.Code {
	age := store.Options.Text("keep")
	if age == "" || store.Stamp == nil {
		return nil
	}
	record := s.record(store.Record.GoName)
	stamp := jen.Func().Params(jen.Id("r").Op("*").Add(record.Clone())).Op("*").Qual("time", "Time").Block(
		jen.Return(jen.Id("r").Dot(store.Stamp.GoName)),
	)
	return line(fromFlow("Keep").Types(record.Clone()), field{"Age", jen.Lit(age)}, field{"Field", jen.Lit(store.Stamp.Name)}, field{"Stamp", stamp})
}

// drivers is the map of the drivers that the program links for a store.
func (s *Service) drivers(store *spec.Store) *jen.Statement {
	record := s.record(store.Record.GoName)
	return jen.Map(jen.String()).Add(fromFlow("Driver")).Types(record.Clone()).ValuesFunc(func(g *jen.Group) {
		for _, scheme := range store.Schemes {
			g.Lit(scheme).Op(":").Qual(driverPath(scheme), "Open").Types(record.Clone())
		}
	})
}

// driverPath is the package of a scheme's stores.
func driverPath(scheme string) string {
	if scheme == "json" { // a name that generated code has for encoding/json
		return flowPath + "/jsonfile"
	}
	return flowPath + "/" + scheme
}

// fieldOption is the option of built-ins that can send one field alone.
func fieldOption() spec.Option {
	return spec.Option{Name: "field", Type: spec.Name, Of: "field", Doc: "send that field only; a missing one sends nothing"}
}
