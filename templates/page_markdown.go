package templates

import (
	"fmt"
	"slices"
	"strings"
)

// generatedPage stands at the top of each page of docs/reference.
const generatedPage = "<!-- Generated from the tables of flowc. DO NOT EDIT. -->\n\n"

// References returns the files of docs/reference: an index, and a page for each
// table and each kind.
func References() []Text {
	tables, kinds := TablePages(), KindPages()
	files := []Text{{"README.md", []byte(referenceIndex(tables, kinds))}}
	for _, p := range append(tables, kinds...) {
		files = append(files, Text{p.Name + ".md", []byte(p.Markdown())})
	}
	return files
}

func referenceIndex(tables, kinds []Page) string {
	var b strings.Builder
	b.WriteString(generatedPage + "# Reference\n\nOptions, defaults and an example of each table and each built-in kind, as `flowc kinds NAME` prints them.\n")
	b.WriteString("[The language](../language.md) has all rules.\n\n## Tables\n\n| table | |\n|---|---|\n")
	for _, p := range tables {
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s%s |\n", p.title(), p.Name, p.Summary, markdownMark(p.NotBuilt))
	}
	b.WriteString("\n## Built-in kinds\n\n| kind | place | |\n|---|---|---|\n")
	for _, p := range kinds {
		fmt.Fprintf(&b, "| [`%s`](%s.md) | %s | %s%s |\n", p.Name, p.Name, strings.Join(p.Places, ", "), p.Summary, markdownMark(p.NotBuilt))
	}
	return b.String()
}

func markdownMark(notBuilt bool) string {
	if notBuilt {
		return " (*not built yet*)"
	}
	return ""
}

// Markdown returns the page for docs/reference.
func (p Page) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# `%s`\n\n%s\n", generatedPage, p.title(), p.Summary)
	if p.NotBuilt {
		b.WriteString("\n*Not built yet.*\n")
	}
	if len(p.Uses) > 0 {
		b.WriteString("\n| place | |\n|---|---|\n")
	}
	for _, u := range p.Uses {
		fmt.Fprintf(&b, "| %s | %s |\n", u.Where, cell(u.Does))
	}
	if list := slices.Concat(p.Delivery, p.Notes); len(list) > 0 {
		b.WriteString("\n- " + strings.Join(list, "\n- ") + "\n")
	}
	markdownRows(&b, "Options", p.Options)
	markdownRows(&b, "Options of every stage", p.OfEveryStage)
	p.markdownSchemes(&b)
	if p.Example != "" {
		fmt.Fprintf(&b, "\n## Example\n\n```toml\n%s\n```\n", p.Example)
	}
	fmt.Fprintf(&b, "\nAll of it: [the language](../language.md#%s). [All pages](README.md).\n", p.Section)
	return b.String()
}

func markdownRows(b *strings.Builder, title string, rows []Row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n| option | type | default | meaning |\n|---|---|---|---|\n", title)
	for _, r := range rows {
		kind, value := r.Type, ""
		if len(r.Choices) > 0 {
			kind = "`" + strings.Join(r.Choices, "`, `") + "`"
		}
		switch {
		case r.Required:
			value = " required"
		case r.Default != "":
			value = " `" + r.Default + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s |%s | %s%s |\n", r.Name, kind, value, cell(r.Doc), markdownMark(r.NotBuilt))
	}
}

func (p Page) markdownSchemes(b *strings.Builder) {
	if len(p.Schemes) == 0 {
		return
	}
	b.WriteString("\n## Schemes of url\n\n| scheme | modes | used by | |\n|---|---|---|---|\n")
	for _, s := range p.Schemes {
		fmt.Fprintf(b, "| `%s:` | %s | %s |%s |\n", s.Name, strings.Join(s.Modes, ", "), s.UsedBy, markdownMark(s.NotBuilt))
	}
}

// cell is a text within a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
