package lsp

import (
	"fmt"
	"strings"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// What the editor shows of options, kinds and names, as Markdown.

// takes says what an option takes.
func takes(o spec.Option) string {
	if len(o.Choices) > 0 {
		return strings.Join(o.Choices, ", ")
	}
	return o.Takes()
}

// optionDoc says what an option does and what it is by default.
func optionDoc(o spec.Option) string {
	text := o.Doc
	if d := o.Implied(); d != "" {
		text += "\n\nDefault: `" + d + "`"
	}
	if o.NotBuilt {
		text += "\n\nNot built yet."
	}
	return text
}

// kindDoc says what a built-in kind does.
func kindDoc(p templates.Page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**: %s\n", p.Name, p.Summary)
	if p.NotBuilt {
		b.WriteString("\nNot built yet.\n")
	}
	for _, u := range p.Uses {
		fmt.Fprintf(&b, "\n- %s: %s", u.Where, u.Does)
	}
	for _, d := range p.Delivery {
		fmt.Fprintf(&b, "\n- %s", d)
	}
	return b.String()
}

func typeText(t *spec.Type) string {
	if t == nil {
		return ""
	}
	return t.String()
}

// brief says in a few words what a name stands for.
func (s *snapshot) brief(x symbol) string {
	switch x.kind {
	case "stage":
		if kind := s.kindOf(x.name); kind != "" {
			return kind
		}
		return "Go function " + spec.GoName(x.name)
	case "store", "topic":
		return s.text(x.kind, x.name, "record")
	case "connection":
		return s.text(x.kind, x.name, "url")
	}
	return ""
}

// describe says what a name stands for; nothing of one that is not declared.
func (s *snapshot) describe(x symbol) string {
	if x.kind == fieldKind {
		return s.describeField(x.name)
	}
	if s.table(x.kind, x.name) == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** %s", x.kind, x.name)
	if brief := s.brief(x); brief != "" {
		fmt.Fprintf(&b, ": %s", brief)
	}
	b.WriteString("\n")
	switch x.kind {
	case "record":
		s.describeRecord(&b, x.name)
	case "stage":
		s.describeStage(&b, x.name)
	case "store":
		s.describeStore(&b, x.name)
	case "pipeline":
		s.describePipeline(&b, x.name)
	}
	return b.String()
}

func (s *snapshot) describeField(name string) string {
	record, field, _ := strings.Cut(name, ".")
	if rec := s.records[record]; rec != nil {
		if f := rec.Field(field); f != nil {
			return fmt.Sprintf("**field** %s: `%s`\n\nof record %s, in Go `%s`", f.Name, typeText(f.Type), rec.Name, f.GoName)
		}
	}
	return ""
}

func (s *snapshot) describeRecord(b *strings.Builder, name string) {
	rec := s.records[name]
	if rec == nil {
		return
	}
	b.WriteString("\n```toml\n")
	for _, f := range rec.Fields {
		fmt.Fprintf(b, "%s = %s\n", keyText(f.Name), quoted(typeText(f.Type)))
	}
	b.WriteString("```\n")
}

// describeStage shows what arrives at a stage and what it gives, as derived from
// its places, and the signature of its function.
func (s *snapshot) describeStage(b *strings.Builder, name string) {
	st := s.stages[name]
	if st == nil {
		return
	}
	if st.Doc != "" {
		fmt.Fprintf(b, "\n%s\n", st.Doc)
	}
	for _, p := range st.Places {
		fmt.Fprintf(b, "\n- in pipeline %s: takes %s, gives %s", p.Pipeline.Name, arrival(p.In), arrival(p.Out))
		if p.Form == spec.ByItem {
			b.WriteString(", item by item")
		}
	}
	b.WriteString("\n")
	if st.IsGo() && s.sound && len(st.Places) > 0 {
		if _, importPath, err := gen.FindModule(s.dir); err == nil {
			fmt.Fprintf(b, "\n```go\n%s\n```\n", templates.NewService(s.graph, importPath).Declaration(st))
		}
	}
}

// arrival names the types of values: "Reading", "nothing".
func arrival(a spec.Arrival) string {
	var list []string
	for _, t := range a.Types {
		list = append(list, "`"+typeText(t)+"`")
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

func (s *snapshot) describeStore(b *strings.Builder, name string) {
	st := s.stores[name]
	if st == nil {
		return
	}
	var key []string
	for _, f := range st.Key {
		key = append(key, f.Name)
	}
	fmt.Fprintf(b, "\n- url: `%s`\n- mode: %s", s.text("store", name, "url"), st.Mode)
	if len(key) > 0 {
		fmt.Fprintf(b, "\n- key: %s", strings.Join(key, ", "))
	}
	b.WriteString("\n")
}

// describePipeline shows the pipeline and what it promises.
func (s *snapshot) describePipeline(b *strings.Builder, name string) {
	if p := s.pipelines[name]; p != nil && s.sound {
		fmt.Fprintf(b, "\n%s\n\n- source: %s\n- why: %s\n", templates.Describe(p), p.Source, p.Why)
		if p.Proviso != "" {
			fmt.Fprintf(b, "- %s\n", p.Proviso)
		}
	}
}
