package lsp

import (
	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/spec/format"
	"github.com/flowc-dev/flowc/templates"
)

// formatting answers with the canonical form of a document, as flowc fmt writes
// it; with nothing where it is no TOML, or of no service.
func (s *server) formatting(p documentParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return nil, nil
	}
	text := v.lines.text
	file, diags := spec.Parse(gen.SpecName, text)
	if diags.HasErrors() {
		return nil, nil
	}
	after, err := format.File(file, templates.Specs(templates.Kinds()))
	if err != nil {
		return nil, err
	}
	edits := []textEdit{}
	if string(after) != string(text) {
		edits = append(edits, textEdit{v.lines.between(0, len(text)), string(after)})
	}
	return edits, nil
}
