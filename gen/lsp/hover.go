package lsp

import (
	"slices"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// hover answers what stands at a position: a name and what it is, a key and what
// it does, a kind.
func (s *server) hover(p placeParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return nil, nil
	}
	if o, ok := v.named(p.Position); ok {
		if text := v.describe(o.symbol); text != "" {
			return hover{markdown(text), v.within(o.span)}, nil
		}
	}
	at := v.place(p.Position)
	if text := v.explain(at); text != "" {
		return hover{markdown(text), v.lines.between(at.start, at.end)}, nil
	}
	return nil, nil
}

// explain says what the language says of a place.
func (v view) explain(at place) string {
	switch at.in {
	case inHeader:
		if len(at.path) == 0 {
			return tableDoc(at.word())
		}
		return v.keyDoc(append(at.path, at.word()))
	case inKey:
		return v.keyDoc(append(at.path, at.word()))
	case inValue:
		if len(at.path) == 3 && at.path[0] == "stage" && at.path[2] == "kind" {
			return kindNamed(at.word())
		}
		return v.keyDoc(at.path)
	}
	return ""
}

func (v view) keyDoc(path []string) string {
	if o, ok := v.optionAt(path); ok {
		return "**" + o.Name + "**: " + takes(o) + "\n\n" + optionDoc(o)
	}
	return ""
}

func tableDoc(name string) string {
	i := slices.IndexFunc(spec.Schemas(), func(s spec.Schema) bool { return s.Name == name && s.Header != "" })
	if i < 0 {
		return ""
	}
	s := spec.Schemas()[i]
	return "`" + s.Header + "`\n\n" + s.Summary
}

func kindNamed(name string) string {
	for _, p := range templates.KindPages() {
		if p.Name == name {
			return kindDoc(p)
		}
	}
	return ""
}
