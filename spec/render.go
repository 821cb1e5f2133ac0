package spec

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
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

// maxLine is how many characters of a line are shown.
const maxLine = 200

// underline prints the line of a span and marks it, with a note behind.
func underline(b *strings.Builder, s Span, mark rune, note string) {
	p := s.Source.Position(s.Start)
	line := s.Source.Line(p.Line)
	if p.Line == 1 {
		line = strings.TrimPrefix(line, byteOrderMark)
	}
	runes, before := window([]rune(line), min(p.Column-1, utf8.RuneCountInString(line)))
	fmt.Fprintf(b, "%5d | %s\n", p.Line, string(runes))
	width := utf8.RuneCount(s.Source.Text[s.Start:s.End])
	width = max(1, min(width, len(runes)-before))
	marked := runes[before:min(before+width, len(runes))]
	text := indent(runes[:before]) + strings.Repeat(string(mark), max(1, columns(marked))) + " " + note
	b.WriteString(strings.TrimRight("      | "+text, " ") + "\n")
}

// window cuts a long line around a column.
func window(line []rune, column int) (shown []rune, before int) {
	if len(line) <= maxLine {
		return line, column
	}
	start := max(0, min(column-maxLine/4, len(line)-maxLine))
	shown = slices.Clone(line[start:min(len(line), start+maxLine)])
	if start > 0 {
		shown[0] = '…'
	}
	return shown, column - start
}

// indent returns the white space that stands under characters: tabs stay tabs.
func indent(runes []rune) string {
	var b strings.Builder
	for _, r := range runes {
		if r == '\t' {
			b.WriteByte('\t')
			continue
		}
		b.WriteString(strings.Repeat(" ", columns([]rune{r})))
	}
	return b.String()
}

// columns is how many columns of a terminal characters take: two for those of
// East Asian scripts and for pictures, none for marks that stand over another.
func columns(runes []rune) int {
	n := 0
	for _, r := range runes {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
			r >= 0x3000 && r <= 0x303E, r >= 0xFF01 && r <= 0xFF60, r >= 0x1F300 && r <= 0x1FAFF:
			n += 2
		default:
			n++
		}
	}
	return n
}
