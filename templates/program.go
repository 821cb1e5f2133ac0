package templates

import (
	"fmt"
	"path"

	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// ServiceMain returns cmd/SERVICE/main.go: the one entry point, which runs all
// flows or those named.
func (s *Service) ServiceMain() ([]byte, error) {
	doc := fmt.Sprintf("Command %s runs service %q: all of its flows, or those named as arguments.\n\n%s",
		s.Graph.Service, s.Graph.Service, s.outline())
	return s.program(s.Graph.Service, doc, s.Graph.Flows)
}

// FlowMain returns cmd/SERVICE-FLOW/main.go: one flow as a program.
func (s *Service) FlowMain(f *spec.Flow) ([]byte, error) {
	name := s.Graph.Service + "-" + f.Name
	doc := fmt.Sprintf("Command %s runs flow %q of service %q:\n\n%s", name, f.Name, s.Graph.Service, outline(f, "\t"))
	return s.program(name, doc, []*spec.Flow{f})
}

// outline shows the flows of the service and their pipelines.
func (s *Service) outline() string {
	text := ""
	for _, f := range s.Graph.Flows {
		host := ""
		if f.Host != "" {
			host = " on " + f.Host
		}
		text += "\tflow " + f.Name + host + "\n" + outline(f, "\t\t")
	}
	return text
}

func (s *Service) program(name, doc string, flows []*spec.Flow) ([]byte, error) {
	f := s.newSource(path.Join(s.Path, "cmd", name), "main")
	f.HeaderComment(Header)
	f.PackageComment(commentText(doc))
	for _, x := range flows {
		f.importFlow(x)
	}
	f.Func().Id("main").Params().Block(
		jen.Qual("os", "Exit").Call(fromFlow("Main").Call(literal(fromFlow("Program"),
			field{"Service", jen.Lit(s.Graph.Service)},
			field{"Flows", flowList(s, flows)},
		))),
	)
	return f.bytes()
}

// importFlow names the import of a flow's package: "os" would hide the real one.
func (f *Source) importFlow(x *spec.Flow) {
	name := packageName(x)
	if name == "os" {
		f.ImportAlias(f.service.flow(x), "osflow")
		return
	}
	f.ImportName(f.service.flow(x), name)
}

func flowList(s *Service, flows []*spec.Flow) *jen.Statement {
	return jen.Index().Add(fromFlow("Flow")).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
		for _, x := range flows {
			g.Qual(s.flow(x), "Flow").Call()
		}
	})
}
