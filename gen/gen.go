package gen

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// Generate returns the files of a service, sorted by path. It touches no disk:
// user holds the stage functions that the user has. An error is a bug of flowc.
func Generate(g *spec.Graph, importPath string, user Functions) ([]File, error) {
	return generate(templates.NewService(g, importPath), user)
}

func generate(service *templates.Service, user Functions) ([]File, error) {
	e, g := &emission{service: service}, service.Graph
	e.add("records/records.go", Flowc, e.service.Records)
	for _, f := range g.Flows {
		e.add(path.Join("flows", f.Name, "pipelines.go"), Flowc, func() ([]byte, error) { return e.service.Wiring(f) })
	}
	e.add(path.Join("cmd", g.Service, "main.go"), Flowc, e.service.ServiceMain)
	if len(g.Flows) > 1 {
		for _, f := range g.Flows {
			e.add(path.Join("cmd", g.Service+"-"+f.Name, "main.go"), Flowc, func() ([]byte, error) { return e.service.FlowMain(f) })
		}
	}
	for _, st := range userStages(g) {
		if _, exists := user[st.GoName]; !exists {
			e.add(StageFile(st), User, func() ([]byte, error) { return e.service.Stub(st) })
		}
	}
	if e.err != nil {
		return nil, e.err
	}
	e.files = append(e.files, sumFile(e.files, signatures(e.service, g)))
	slices.SortFunc(e.files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return e.files, nil
}

// emission gathers files, and the first error.
type emission struct {
	service *templates.Service
	files   []File
	err     error
}

func (e *emission) add(name string, owner Owner, emit func() ([]byte, error)) {
	if e.err != nil {
		return
	}
	content, err := emit()
	if err != nil {
		e.err = fmt.Errorf("flowc has a bug: %s does not format; please report it with your flow.toml: %w", name, err)
		return
	}
	e.files = append(e.files, File{Path: name, Content: content, Owner: owner})
}

// userStages are the stages that are Go functions and stand in a pipeline.
func userStages(g *spec.Graph) []*spec.Stage {
	var list []*spec.Stage
	for _, st := range g.Stages {
		if st.IsGo() && len(st.Places) > 0 {
			list = append(list, st)
		}
	}
	return list
}

// StageFile is the file that the stub of a stage is written to.
func StageFile(st *spec.Stage) string { return "stages/" + spec.FileName(st.Name) + ".go" }

// signatures are the functions that the stages need, as flow.sum holds them.
func signatures(s *templates.Service, g *spec.Graph) []string {
	var list []string
	short := shortNames(s.RecordsPath())
	for _, st := range userStages(g) {
		list = append(list, writeSignature(st.GoName, s.Signature(st), short))
	}
	return list
}
