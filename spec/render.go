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
	runes = visible(runes)
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

// visible shows control characters as their pictures, so that no text of a file
// reaches the terminal as a command; tabs stay tabs.
func visible(runes []rune) []rune {
	for i, r := range runes {
		switch {
		case r == '\t':
		case r < ' ':
			runes[i] = '\u2400' + r
		case unicode.IsControl(r):
			runes[i] = '\u2421'
		}
	}
	return runes
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

// Columns is how many columns of a terminal a text takes.
func Columns(text string) int { return columns([]rune(text)) }

// columns is how many columns of a terminal characters take: two for those of
// East Asian scripts and for pictures, none for marks that stand over another.
func columns(runes []rune) int {
	n := 0
	for _, r := range runes {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// wide are the characters that take two columns: those of East Asian scripts in
// their full width, and pictures that are shown as such by themselves (Unicode
// Standard Annex 11, and Emoji_Presentation).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115F, 1}, {0x231A, 0x231B, 1}, {0x23E9, 0x23EC, 1}, {0x23F0, 0x23F3, 3}, {0x25FD, 0x25FE, 1},
		{0x2614, 0x2615, 1}, {0x2648, 0x2653, 1}, {0x267F, 0x2693, 20}, {0x26A1, 0x26AA, 9}, {0x26AB, 0x26BD, 18},
		{0x26BE, 0x26C4, 6}, {0x26C5, 0x26CE, 9}, {0x26D4, 0x26EA, 22}, {0x26F2, 0x26F3, 1}, {0x26F5, 0x26FA, 5},
		{0x26FD, 0x2705, 8}, {0x270A, 0x270B, 1}, {0x2728, 0x274C, 36}, {0x274E, 0x2753, 5}, {0x2754, 0x2755, 1},
		{0x2757, 0x2795, 62}, {0x2796, 0x2797, 1}, {0x27B0, 0x27BF, 15}, {0x2B1B, 0x2B1C, 1}, {0x2B50, 0x2B55, 5},
		{0x2E80, 0x303E, 1}, {0x3041, 0xA4CF, 1}, {0xA960, 0xA97C, 1}, {0xAC00, 0xD7A3, 1}, {0xF900, 0xFAFF, 1},
		{0xFE30, 0xFE6B, 1}, {0xFF01, 0xFF60, 1}, {0xFFE0, 0xFFE6, 1},
	},
	R32: []unicode.Range32{{0x16FE0, 0x1B2FF, 1}, {0x1F300, 0x1F64F, 1}, {0x1F680, 0x1F6FF, 1}, {0x1F900, 0x1FAFF, 1}, {0x20000, 0x3FFFD, 1}},
}
