package templates

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// wiring emits flows/FLOW/pipelines.go: what the pipelines of a flow share, how
// it is opened, and a function for each pipeline.
type wiring struct {
	*Source
	flow        *spec.Flow
	stores      []*spec.Store // that are read or written
	saved       []*spec.Store // that stand in a list of stages
	connections []*spec.Connection
	stages      []*spec.Stage
}

// Wiring returns flows/FLOW/pipelines.go.
func (s *Service) Wiring(f *spec.Flow) ([]byte, error) {
	w := &wiring{Source: s.newSource(s.flow(f), packageName(f)), flow: f}
	w.gather()
	w.HeaderComment(Header)
	w.PackageComment(w.packageComment())
	w.guard()
	w.zones()
	w.flowFunction()
	w.pipelinesType()
	w.open()
	for _, p := range f.Pipelines {
		w.run(p)
	}
	source, err := w.bytes()
	return explainImport(source, zonesPath, "time zones, for machines that have no database of them"), err
}

// packageName is the Go package of a flow: its name without underscores.
func packageName(f *spec.Flow) string { return spec.FileName(f.Name) }

// gather collects what the flow's pipelines use, in the order of the spec.
func (w *wiring) gather() {
	g := w.service.Graph
	stages, saved := map[*spec.Stage]bool{}, map[*spec.Store]bool{}
	for _, p := range w.flow.Pipelines {
		p.Walk(func(place *spec.Place) {
			stages[place.Stage], saved[place.Store] = true, true
		})
	}
	w.stages = inOrder(g.Stages, func(s *spec.Stage) bool { return stages[s] })
	w.saved = inOrder(g.Stores, func(s *spec.Store) bool { return saved[s] })
	w.stores = inOrder(g.Stores, func(s *spec.Store) bool { return slices.Contains(s.Flows, w.flow) })
	w.connections = inOrder(g.Connections, func(c *spec.Connection) bool { return slices.Contains(c.Flows, w.flow) })
}

func inOrder[T any](all []T, used func(T) bool) []T {
	var list []T
	for _, x := range all {
		if used(x) {
			list = append(list, x)
		}
	}
	return list
}

func (w *wiring) packageComment() string {
	return commentText(fmt.Sprintf("Package %s wires the pipelines of flow %q of service %q:\n\n%s",
		packageName(w.flow), w.flow.Name, w.service.Graph.Service, outline(w.flow, "\t")))
}

// outline shows the pipelines of a flow, a line each.
func outline(f *spec.Flow, indent string) string {
	var b strings.Builder
	for _, p := range f.Pipelines {
		fmt.Fprintf(&b, "%s%s\n", indent, Describe(p))
	}
	return b.String()
}

// Describe says in a line when a pipeline runs, its stages and its promise.
func Describe(p *spec.Pipeline) string {
	return fmt.Sprintf("%s%s: %s (%s)", p.Name, when(p), sequence(p.Steps), p.Promise)
}

// mostShown is how many steps and branches of a pipeline a line shows.
const mostShown = 100

// sequence shows steps as a -> [b | c -> d] -> e, and the rest of many as "...".
func sequence(steps []spec.Step) string {
	left := mostShown
	return sequenceOf(steps, &left)
}

// sequenceOf shows as many steps as are left to show.
func sequenceOf(steps []spec.Step, left *int) string {
	return shown(steps, " -> ", left, func(s spec.Step) string {
		if s.Place != nil {
			return s.Place.Name()
		}
		return "[" + shown(s.Branches, " | ", left, func(b spec.Branch) string { return cmp.Or(sequenceOf(b.Steps, left), "[]") }) + "]"
	})
}

// shown joins what the items of a list show until nothing is left to show.
func shown[T any](list []T, between string, left *int, show func(T) string) string {
	var parts []string
	for _, x := range list {
		if *left <= 0 {
			parts = append(parts, "...")
			break
		}
		*left--
		parts = append(parts, show(x))
	}
	return strings.Join(parts, between)
}

// guard emits a line that stops compiling where the code does not fit the
// runtime that it is built with.
func (w *wiring) guard() {
	w.Comment("// This code needs a runtime that fits the flowc that generated it.")
	w.Const().Id("_").Op("=").Add(fromFlow("Generation2"))
}

// flowFunction emits Flow, which a main runs.
func (w *wiring) flowFunction() {
	w.Line()
	w.Commentf("// Flow is flow %q, for a program to run.", w.flow.Name)
	w.Func().Id("Flow").Params().Add(fromFlow("Flow")).Block(jen.Return(line(fromFlow("Flow"),
		field{"Name", jen.Lit(w.flow.Name)},
		field{"Host", text(w.flow.Host)},
		field{"Open", jen.Id("open")},
	)))
}

// pipelinesType emits the struct of what the pipelines share. A comment stands
// before each field, which keeps gofmt from aligning them: a new stage with a
// long name would change the lines of all others.
func (w *wiring) pipelinesType() {
	w.Line()
	w.Comment("// pipelines holds what the pipelines share: stores, and the stages with their settings.")
	w.Type().Id("pipelines").StructFunc(func(g *jen.Group) {
		for _, s := range w.stores {
			g.Add(comment("store." + s.Name))
			g.Id("store" + spec.GoName(s.Name)).Add(fromFlow("Store")).Types(w.service.record(s.Record.GoName))
		}
		for _, s := range w.saved {
			g.Add(comment("-> store." + s.Name))
			g.Id("save" + spec.GoName(s.Name)).Op("*").Add(fromFlow("Stage"))
		}
		for _, s := range w.stages {
			g.Add(comment(stageTitle(s)))
			g.Id("stage" + s.GoName).Add(w.stageType(s))
		}
	})
}

// stageTitle is a stage in a line: its name and doc, or its kind.
func stageTitle(s *spec.Stage) string {
	title := s.Name
	if !s.IsGo() {
		title += " (" + s.Kind.Name + ")"
	}
	if doc, _, _ := strings.Cut(s.Doc, "\n"); doc != "" {
		title += ": " + doc
	}
	return title
}

func (w *wiring) stageType(s *spec.Stage) *jen.Statement {
	if s.IsGo() {
		return jen.Op("*").Add(fromFlow("Stage"))
	}
	return kindOf(s).Type(w.service, s)
}

// open emits the function that makes pipelines and registers the runs.
func (w *wiring) open() {
	w.Line()
	w.Comment("// open resolves the settings of the flow and registers its pipelines; it connects to nothing.")
	w.Func().Id("open").Params(setup()).BlockFunc(func(g *jen.Group) {
		g.Id("p").Op(":=").Op("&").Id("pipelines").Values()
		if len(w.stores) > 0 {
			g.Id("p").Dot("openStores").Call(jen.Id("s"))
		}
		if len(w.stages) > 0 {
			g.Id("p").Dot("openStages").Call(jen.Id("s"))
		}
		for _, p := range w.flow.Pipelines {
			g.Add(w.register(p))
		}
	})
	w.openStores()
	w.openStages()
	w.builtinFunction()
}

// setup is the parameter of the functions that open.
func setup() *jen.Statement { return jen.Id("s").Op("*").Add(fromFlow("Setup")) }

func (w *wiring) openStores() {
	if len(w.stores) == 0 {
		return
	}
	w.Line()
	w.Func().Params(jen.Id("p").Op("*").Id("pipelines")).Id("openStores").Params(setup()).BlockFunc(func(g *jen.Group) {
		for _, s := range w.stores {
			g.Id("p").Dot("store" + spec.GoName(s.Name)).Op("=").Add(w.service.openStore(s))
		}
		for _, s := range w.saved {
			g.Id("p").Dot("save"+spec.GoName(s.Name)).Op("=").Add(fromFlow("NewStage")).Call(jen.Id("s"), stageOptions("store."+s.Name, s.Policy))
		}
	})
}

func (w *wiring) openStages() {
	if len(w.stages) == 0 {
		return
	}
	w.Line()
	w.Func().Params(jen.Id("p").Op("*").Id("pipelines")).Id("openStages").Params(setup()).BlockFunc(func(g *jen.Group) {
		for _, c := range w.connections {
			g.Id("connection"+spec.GoName(c.Name)).Op(":=").Qual(w.connectionPath(c), "NewConnection").Call(jen.Id("s"), connection(c))
		}
		for _, s := range w.stages {
			g.Id("p").Dot("stage" + s.GoName).Op("=").Add(w.openStage(s))
		}
	})
}

func (w *wiring) openStage(s *spec.Stage) *jen.Statement {
	if s.IsGo() {
		return fromFlow("NewStage").Call(jen.Id("s"), stageOptions(s.Name, s.Policy))
	}
	return kindOf(s).Open(w.service, s)
}

// connectionPath is the package of the connection's protocol: that of the
// stages which name it.
func (w *wiring) connectionPath(c *spec.Connection) string {
	for _, s := range w.stages {
		if s.Connection == c && strings.HasPrefix(s.Kind.Name, "mqtt.") {
			return mqttPath
		}
	}
	return httpPath
}

// register emits the line that hands a pipeline to the runtime.
func (w *wiring) register(p *spec.Pipeline) *jen.Statement {
	var again jen.Code
	if p.Continue {
		again = jen.True()
	}
	options := line(fromFlow("PipelineOptions"),
		field{"Name", jen.Lit(p.Name)},
		field{"Doc", jen.Lit(sequence(p.Steps))},
		field{"Continue", again},
	)
	run := jen.Id("p").Dot(runName(p))
	source := jen.Id("p")
	if st := p.First().Stage; st != nil {
		source = source.Dot("stage" + st.GoName)
	}
	switch {
	case p.Polls():
		return fromFlow("Poll").Call(jen.Id("s"), options, trigger(p), source, run)
	case p.Trigger != spec.Waiting:
		return fromFlow("Run").Call(jen.Id("s"), options, trigger(p), run)
	case p.Reply != nil:
		return fromFlow("Answer").Call(jen.Id("s"), options, source, w.service.payload(p.Reply), run)
	}
	return fromFlow("Receive").Call(jen.Id("s"), options, source, run)
}

func runName(p *spec.Pipeline) string { return "run" + spec.GoName(p.Name) }
