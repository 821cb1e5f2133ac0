package spec

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Render prints diagnostics for people: the place, the message and its code,
// then the source line with the span underlined and the help beside it; with
// the colors of a terminal where they are wanted.
func (d Diagnostics) Render(w io.Writer, colored bool) error {
	r := &renderer{colored: colored}
	for _, x := range d {
		r.diagnostic(x)
	}
	_, err := io.WriteString(w, r.String())
	return err
}

type renderer struct {
	strings.Builder
	colored bool
}

// The colors of a terminal, as SGR parameters.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "34"
)

func (r *renderer) paint(color, text string) string {
	if !r.colored || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (r *renderer) diagnostic(d Diagnostic) {
	color := red
	if d.Severity == Warning {
		color = yellow
	}
	title := r.paint(color, d.Severity.String()) + ": " + r.paint(bold, d.Message) + " [" + d.Code + "]\n"
	if d.Span.IsZero() {
		r.WriteString(title)
		if d.Help != "" {
			fmt.Fprintf(r, "      help: %s\n", d.Help)
		}
		return
	}
	fmt.Fprintf(r, "%s: %s", d.Span, title)
	r.underline(d.Span, '^', color, d.Help)
	if d.Also != nil && !d.Also.Span.IsZero() {
		if d.Also.Span.Source != d.Span.Source {
			fmt.Fprintf(r, "  %s:\n", d.Also.Span)
		}
		r.underline(d.Also.Span, '-', blue, d.Also.Message)
	}
}

// maxLine is how many characters of a line are shown.
const maxLine = 200

// underline prints the line of a span and marks it, with a note behind.
func (r *renderer) underline(s Span, mark rune, color, note string) {
	n, start, end := s.Source.around(s.Start)
	runes, before := window(s.Source.Text[start:end], min(max(start, s.Start), end)-start)
	fmt.Fprintf(r, "%s %s\n", r.paint(blue, fmt.Sprintf("%5d |", n)), string(runes))
	width := len(firstRunes(s.Source.Text[s.Start:s.End], maxLine))
	width = max(1, min(width, len(runes)-before))
	marked := runes[before:min(before+width, len(runes))]
	marks := strings.Repeat(string(mark), max(1, columns(marked)))
	if note != "" {
		marks += " " + note
	}
	fmt.Fprintf(r, "%s %s%s\n", r.paint(blue, "      |"), indent(runes[:before]), r.paint(color, marks))
}

// window cuts a long line around a byte of it, and returns how many characters
// it shows before that. It looks at no more of the line than it shows: many
// things may be wrong with one long line.
func window(line []byte, at int) (shown []rune, before int) {
	behind := firstRunes(line[at:], maxLine)
	start := runesBack(line[:at], max(maxLine/4, maxLine-len(behind)))
	shown = []rune(string(line[start:at]))
	before = len(shown)
	shown = append(shown, behind...)
	if start > 0 {
		shown[0] = '…'
	}
	return shown[:min(len(shown), maxLine)], before
}

// firstRunes returns the first characters of a text, n at most.
func firstRunes(text []byte, n int) []rune {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRune(text[end:])
		end += size
	}
	return []rune(string(text[:end]))
}

// runesBack returns where the last n characters of a text start.
func runesBack(text []byte, n int) int {
	start := len(text)
	for ; n > 0 && start > 0; n-- {
		_, size := utf8.DecodeLastRune(text[:start])
		start -= size
	}
	return start
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
