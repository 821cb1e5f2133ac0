package templates

import (
	"fmt"
	"slices"
	"strings"
)

// lineWidth is the width of a terminal that nothing is known of.
const lineWidth = 80

// Text returns the page for a terminal.
func (p Page) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", p.title(), mark(p.NotBuilt))
	write(&b, 2, 2, p.Summary)
	if len(p.Uses)+len(p.Notes) > 0 {
		b.WriteString("\n")
	}
	for _, u := range p.Uses {
		write(&b, 2, 4, u.Where+": "+u.Does)
	}
	for _, s := range slices.Concat(p.Delivery, p.Notes) {
		write(&b, 2, 4, "- "+s)
	}
	writeRows(&b, "Options", p.Options)
	writeRows(&b, "Options of every stage, with the defaults of built-ins", p.OfEveryStage)
	p.writeSchemes(&b)
	if p.Example != "" {
		b.WriteString("\nExample:\n" + indented(p.Example))
	}
	fmt.Fprintf(&b, "\nAll of it: docs/language.md#%s\n", p.Section)
	return b.String()
}

// indented returns a text with its lines indented, but for empty ones.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			line = "  " + line
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// title is how the page's subject stands in a spec.
func (p Page) title() string {
	if p.Header == "" {
		return p.Name
	}
	return p.Header
}

// mark marks what flowc cannot generate.
func mark(notBuilt bool) string {
	if notBuilt {
		return " (not built yet)"
	}
	return ""
}

// write writes a text in lines that fit the terminal: the first is indented by
// first, the others by rest.
func write(b *strings.Builder, first, rest int, text string) {
	line := strings.Repeat(" ", first)
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && len([]rune(line))+1+len([]rune(word)) > lineWidth {
			b.WriteString(line + "\n")
			line, empty = strings.Repeat(" ", rest), true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}

// nameWidth is that of the column of names.
const nameWidth = 16

func writeRows(b *strings.Builder, title string, rows []Row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	for _, r := range rows {
		fmt.Fprintf(b, "  %-*s%s\n", nameWidth, r.Name, r.kind())
		write(b, 2+nameWidth, 2+nameWidth, r.Doc)
	}
}

// kind says what an option takes and what it is by default.
func (r Row) kind() string {
	text := r.Type
	if len(r.Choices) > 0 {
		text = strings.Join(r.Choices, ", ")
	}
	switch {
	case r.Required:
		text += "; required"
	case r.Default != "":
		text += "; default " + r.Default
	}
	return text + mark(r.NotBuilt)
}

func (p Page) writeSchemes(b *strings.Builder) {
	if len(p.Schemes) == 0 {
		return
	}
	b.WriteString("\nSchemes of url, their modes, and who may use one such store:\n")
	for _, s := range p.Schemes {
		fmt.Fprintf(b, "  %-*s%s; %s%s\n", nameWidth, s.Name+":", strings.Join(s.Modes, ", "), s.UsedBy, mark(s.NotBuilt))
	}
}

// Overview returns the list of pages for a terminal.
func Overview(pages []Page) string {
	var b strings.Builder
	for _, p := range pages {
		const placesWidth = 13
		name := fmt.Sprintf("  %-*s%-*s", nameWidth, p.Name, placesWidth, strings.Join(p.Places, ", "))
		var text strings.Builder
		write(&text, len(name), len(name), p.Summary+mark(p.NotBuilt))
		b.WriteString(name + text.String()[len(name):])
	}
	return b.String()
}
