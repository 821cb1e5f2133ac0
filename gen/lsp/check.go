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
func (s *server) changed() { s.timer.Reset(s.options.Quiet) }

// check tells the editor what is wrong with the services of which a file is
// open, and takes back what was and is no more.
func (s *server) check() {
	s.ready.Lock()
	defer s.ready.Unlock()
	if s.state != running {
		return
	}
	found := map[string][]diagnostic{} // by path
	for _, dir := range s.services() {
		s.diagnose(dir, found)
	}
	for path, uri := range s.shown {
		if _, again := found[path]; !again {
			s.publish(publishParams{URI: uri, Diagnostics: []diagnostic{}})
			delete(s.shown, path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		p := publishParams{URI: s.open.uri(path), Diagnostics: found[path]}
		if doc := s.open[path]; doc != nil {
			p.Version = &doc.version
		}
		s.publish(p)
		s.shown[path] = p.URI
	}
}

// services are the folders of the services of which a file is open.
func (s *server) services() []string {
	dirs := map[string]bool{}
	for path := range s.open {
		if dir, ok := s.open.service(path); ok {
			dirs[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}

// diagnose adds what is wrong with a service: of each of its files that is open
// a list, also an empty one.
func (s *server) diagnose(dir string, found map[string][]diagnostic) {
	for path := range s.open {
		if of, ok := s.open.service(path); ok && of == dir {
			found[path] = []diagnostic{}
		}
	}
	_, diags := gen.LoadWith(dir, s.open.read)
	for _, d := range diags {
		at := s.location(dir, d.Span)
		path := s.fileOf(dir, d.Span)
		found[path] = append(found[path], s.diagnostic(dir, d, at.Range))
	}
}

func (s *server) diagnostic(dir string, d spec.Diagnostic, at Range) diagnostic {
	x := diagnostic{Range: at, Severity: severityError, Code: d.Code, Source: "flowc", Message: d.Message}
	if d.Severity == spec.Warning {
		x.Severity = severityWarning
	}
	if d.Help != "" {
		x.Message += "\n" + d.Help
	}
	if d.Also != nil {
		x.Related = []related{{s.location(dir, d.Also.Span), d.Also.Message}}
	}
	return x
}

// fileOf is the file of a place; what has no place is told of flow.toml.
func (s *server) fileOf(dir string, span spec.Span) string {
	if span.IsZero() || span.Source.Name == "" {
		return filepath.Join(dir, gen.SpecName)
	}
	return filepath.Join(dir, filepath.FromSlash(span.Source.Name))
}

// location is a place as the protocol has it.
func (s *server) location(dir string, span spec.Span) Location {
	path := s.fileOf(dir, span)
	at := Location{URI: s.open.uri(path)}
	if !span.IsZero() {
		at.Range = s.open.lines(path, span.Source.Text).between(span.Start, span.End)
	}
	return at
}

func (s *server) publish(p publishParams) {
	if err := s.conn.Notify(context.Background(), "textDocument/publishDiagnostics", p); err != nil {
		s.log.Printf("diagnostics of %s: %v", p.URI, err)
	}
}
