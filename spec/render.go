package spec

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Render prints diagnostics for people: the place, the message and its code,
// then the source line with the span underlined and the help beside it.
func (d Diagnostics) Render(w io.Writer) error {
	var b strings.Builder
	for _, x := range d {
		x.render(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d Diagnostic) render(b *strings.Builder) {
	if d.Span.IsZero() {
		fmt.Fprintf(b, "%s: %s [%s]\n", d.Severity, d.Message, d.Code)
		if d.Help != "" {
			fmt.Fprintf(b, "      help: %s\n", d.Help)
		}
		return
	}
	fmt.Fprintf(b, "%s: %s: %s [%s]\n", d.Span, d.Severity, d.Message, d.Code)
	underline(b, d.Span, '^', d.Help)
	if d.Also != nil {
		if d.Also.Span.Source != d.Span.Source {
			fmt.Fprintf(b, "  %s:\n", d.Also.Span.Source.Name)
		}
		underline(b, d.Also.Span, '-', d.Also.Message)
	}
}

// underline prints the line of a span and marks it, with a note behind.
func underline(b *strings.Builder, s Span, mark rune, note string) {
	p := s.Source.Position(s.Start)
	line := s.Source.Line(p.Line)
	if p.Line == 1 {
		line = strings.TrimPrefix(line, byteOrderMark)
	}
	fmt.Fprintf(b, "%5d | %s\n", p.Line, line)
	width := utf8.RuneCount(s.Source.Text[s.Start:s.End])
	width = max(1, min(width, utf8.RuneCountInString(line)-p.Column+1))
	fmt.Fprintf(b, "      | %s%s %s", indent(line, p.Column-1), strings.Repeat(string(mark), width), note)
	trimRight(b)
	b.WriteByte('\n')
}

// indent returns the white space that stands under the first n characters of a
// line: tabs stay tabs.
func indent(line string, n int) string {
	var b strings.Builder
	for _, r := range line {
		if n == 0 {
			break
		}
		n--
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func trimRight(b *strings.Builder) {
	text := strings.TrimRight(b.String(), " ")
	b.Reset()
	b.WriteString(text)
}
