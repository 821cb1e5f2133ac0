package lsp

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// changed has the services checked when it has been quiet for a while.
func (s *server) changed() {
	s.changes++
	s.timer.Reset(s.options.Quiet)
}

// check tells the editor what is wrong with the services of which a file is
// open. It asks Go, too, which takes time: requests are answered meanwhile, and
// what was changed meanwhile is checked by the next check.
func (s *server) check() {
	s.checking.Lock()
	defer s.checking.Unlock()
	s.ready.Lock()
	open, changes, state := s.open.clone(), s.changes, s.state
	s.ready.Unlock()
	if state != running {
		return
	}
	found := findings{open: open, byPath: map[string][]diagnostic{}}
	for _, dir := range open.services() {
		if err := found.diagnose(dir); err != nil {
			s.log.Printf("%s: %v", dir, err)
		}
	}
	s.ready.Lock()
	defer s.ready.Unlock()
	if s.state == running && s.changes == changes {
		s.tell(found)
	}
}

// tell shows what was found, and takes back what was and is no more.
func (s *server) tell(found findings) {
	for path, uri := range s.shown {
		if _, again := found.byPath[path]; !again || s.open.uri(path) != uri {
			s.publish(publishParams{URI: uri, Diagnostics: []diagnostic{}})
			delete(s.shown, path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(found.byPath)) {
		p := publishParams{URI: s.open.uri(path), Diagnostics: found.byPath[path]}
		if doc := s.open[path]; doc != nil {
			p.Version = &doc.version
		}
		s.publish(p)
		s.shown[path] = p.URI
	}
}

// services are the folders of the services of which a file is open.
func (d documents) services() []string {
	dirs := map[string]bool{}
	for path := range d {
		if dir, ok := d.service(path); ok {
			dirs[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// findings are what is wrong with the services of some documents.
type findings struct {
	open   documents
	byPath map[string][]diagnostic
}

// diagnose adds what is wrong with a service: of each of its files that is open
// a list, also an empty one.
func (f findings) diagnose(dir string) error {
	for path := range f.open {
		if of, ok := f.open.service(path); ok && of == dir {
			f.byPath[path] = []diagnostic{}
		}
	}
	diags, err := gen.DiagnoseWith(dir, f.open.read)
	for _, d := range diags {
		path := fileOf(dir, d.Span)
		f.byPath[path] = append(f.byPath[path], f.diagnostic(dir, d))
	}
	return err
}

func (f findings) diagnostic(dir string, d spec.Diagnostic) diagnostic {
	at := f.open.location(dir, d.Span).Range
	x := diagnostic{Range: at, Severity: severityError, Code: d.Code, Source: "flowc", Message: d.Message}
	if d.Severity == spec.Warning {
		x.Severity = severityWarning
	}
	if d.Help != "" {
		x.Message += "\n" + d.Help
	}
	if d.Also != nil {
		x.Related = []related{{f.open.location(dir, d.Also.Span), d.Also.Message}}
	}
	return x
}

// fileOf is the file of a place; what has no place is told of flow.toml.
func fileOf(dir string, span spec.Span) string {
	if span.IsZero() || span.Source.Name == "" {
		return filepath.Join(dir, gen.SpecName)
	}
	return filepath.Join(dir, filepath.FromSlash(span.Source.Name))
}

// location is a place as the protocol has it.
func (d documents) location(dir string, span spec.Span) Location {
	path := fileOf(dir, span)
	at := Location{URI: d.uri(path)}
	if !span.IsZero() {
		at.Range = d.lines(path, span.Source.Text).between(span.Start, span.End)
	}
	return at
}

func (s *server) publish(p publishParams) {
	if err := s.conn.Notify(context.Background(), "textDocument/publishDiagnostics", p); err != nil {
		s.log.Printf("diagnostics of %s: %v", p.URI, err)
	}
}
