package spec

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// Source is a spec file: its name as people should see it, and its text.
type Source struct {
	Name  string
	Text  []byte
	lines []int // offset of the first byte of each line
	chars []int // how many characters stand before each block of bytes
}

// block is how many bytes are counted at most to find a column: a line may be as
// long as the file, and full of errors.
const block = 1 << 12

// NewSource prepares a text for positions.
func NewSource(name string, text []byte) *Source {
	s := &Source{Name: name, Text: text, lines: []int{0}}
	chars := 0
	for i, b := range text {
		if i%block == 0 {
			s.chars = append(s.chars, chars)
		}
		if startsCharacter(b) {
			chars++
		}
		if b == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// startsCharacter reports whether a byte is the first of a character.
func startsCharacter(b byte) bool { return b&0xC0 != 0x80 }

// before counts the characters before an offset.
func (s *Source) before(offset int) int {
	if len(s.chars) == 0 {
		return 0
	}
	last := min(offset/block, len(s.chars)-1)
	n := s.chars[last]
	for _, b := range s.Text[last*block : offset] {
		if startsCharacter(b) {
			n++
		}
	}
	return n
}

// Position is a place in a source: line and column count from 1, columns count
// characters.
type Position struct {
	Line, Column int
}

// Position returns the place of a byte offset. A byte order mark is not a
// character.
func (s *Source) Position(offset int) Position {
	n, start, end := s.around(offset)
	return Position{n, s.before(min(max(start, offset), end)) - s.before(start) + 1}
}

// around returns the line that an offset stands on: its number (1 is the first),
// and where its text starts, behind a byte order mark, and ends.
func (s *Source) around(offset int) (n, start, end int) {
	n = sort.Search(len(s.lines), func(i int) bool { return s.lines[i] > offset })
	start, end = s.lines[n-1], len(s.Text)
	if n < len(s.lines) {
		end = s.lines[n]
	}
	if n == 1 && bytes.HasPrefix(s.Text, []byte(tomlscan.ByteOrderMark)) {
		start = len(tomlscan.ByteOrderMark)
	}
	return n, start, start + len(bytes.TrimRight(s.Text[start:end], "\r\n"))
}

// Offset returns the byte offset of a place whose column counts bytes from 1, as
// Go does.
func (s *Source) Offset(line, column int) int {
	return min(s.lines[min(line, len(s.lines))-1]+column-1, len(s.Text))
}

// Span is a range of bytes in a source.
type Span struct {
	Source     *Source
	Start, End int
}

// IsZero reports whether the span stands for no place.
func (s Span) IsZero() bool { return s.Source == nil }

// String returns "flow.toml:12:3".
func (s Span) String() string {
	if s.IsZero() {
		return ""
	}
	p := s.Source.Position(s.Start)
	return fmt.Sprintf("%s:%d:%d", s.Source.Name, p.Line, p.Column)
}

// Severity tells errors from warnings.
type Severity int

// An error stops generation, a warning does not.
const (
	Error Severity = iota
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one thing that is wrong, or likely to be, and what to do.
type Diagnostic struct {
	Severity Severity
	Code     string // "FLOW031": the page of flowc explain
	Span     Span
	Message  string // lower case, one line
	Help     string // what to write instead; may be empty
	Also     *Note  // a second place, where two disagree
}

// Note is a second place of a diagnostic.
type Note struct {
	Span    Span
	Message string
}

// Diagnostics are all that is wrong.
type Diagnostics []Diagnostic

// HasErrors reports whether one of them is an error.
func (d Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(d, func(x Diagnostic) bool { return x.Severity == Error })
}

// Sort orders them by file, place and message, and drops repeats.
func (d *Diagnostics) Sort() {
	slices.SortStableFunc(*d, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(sourceName(a.Span), sourceName(b.Span)),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Message, b.Message),
		)
	})
	*d = slices.CompactFunc(*d, func(a, b Diagnostic) bool { return a.Span == b.Span && a.Message == b.Message })
}

func sourceName(s Span) string {
	if s.Source == nil {
		return ""
	}
	return s.Source.Name
}
