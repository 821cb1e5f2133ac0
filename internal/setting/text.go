package setting

import (
	"fmt"
	"regexp"
	"strings"
)

// Kind says what a part of a text is.
type Kind int

// The kinds of parts.
const (
	Text     Kind = iota // itself, or the sign that "$$" or "{{" stands for
	Variable             // ${NAME} or ${NAME:-default}
	File                 // ${file:/path}
	Field                // {field} of a template
)

// Part is a piece of a text. The Raw of all parts, one after the other, is the
// text again.
type Part struct {
	Kind Kind
	Raw  string // as it stands in the text
	// Value is what a Text stands for, or the name of a Variable or a Field, or
	// the path of a File.
	Value      string
	Default    string // of a Variable
	HasDefault bool
	Problem    string // why it is no such part, for people; empty: it is
}

// Parse splits a text with ${…} in it. A part with a problem stays a part: one
// that is not closed is the Text of all the rest.
func Parse(text string) []Part { return parse(text, false) }

// parse splits a text, at each {field} too where it is a template. What follows
// the last field that a template may hold is one part, with its problem: a text
// may be made of a million braces.
func parse(text string, template bool) []Part {
	var parts []Part
	for fields := 0; text != ""; {
		part := next(text, template)
		if part.Kind == Field {
			fields++
		}
		if fields > maxFields {
			part = Part{Kind: Field, Raw: text, Problem: fmt.Sprintf("it holds more than %d fields", maxFields)}
		}
		parts = append(parts, part)
		text = text[len(part.Raw):]
	}
	return parts
}

// next returns the first part of a text that is not empty.
func next(text string, template bool) Part {
	switch {
	case strings.HasPrefix(text, "${"):
		return variable(text)
	case strings.HasPrefix(text, "$$"), template && strings.HasPrefix(text, "{{"):
		return Part{Raw: text[:2], Value: text[:1]}
	case template && text[0] == '{':
		return field(text)
	}
	end := 1 // a lone "$" stands for itself
	for end < len(text) && text[end] != '$' && (!template || text[end] != '{') {
		end++
	}
	return Part{Raw: text[:end], Value: text[:end]}
}

// variable returns the part that "${" begins.
func variable(text string) Part {
	end := strings.IndexByte(text, '}')
	if end < 0 {
		return Part{Raw: text, Value: text, Problem: "is not closed"}
	}
	raw, body := text[:end+1], text[len("${"):end]
	if path, ok := strings.CutPrefix(body, "file:"); ok {
		return Part{Kind: File, Raw: raw, Value: path, Problem: fileProblem(path)}
	}
	part := Part{Kind: Variable, Raw: raw}
	part.Value, part.Default, part.HasDefault = strings.Cut(body, ":-")
	if !variableName.MatchString(part.Value) {
		part.Problem = "names no variable"
	}
	return part
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// fileProblem returns what is wrong with the path of a ${file:…}.
func fileProblem(path string) string {
	switch _, problem := Path(path); problem {
	case PathFine:
		return ""
	case PathOutside:
		return "leaves the working directory"
	}
	return "names no file"
}

// DefaultOf returns what parts without fields are where the environment is
// empty. known is false where a variable has no default, or where a file is
// read.
func DefaultOf(parts []Part) (text string, known bool) {
	var b strings.Builder
	known = true
	for _, p := range parts {
		switch p.Kind {
		case Variable, File:
			known = known && p.HasDefault
			b.WriteString(p.Default)
		default:
			b.WriteString(p.Value)
		}
	}
	return b.String(), known
}

// HasVariable reports whether one of the parts comes from outside of the spec.
func HasVariable(parts []Part) bool {
	for _, p := range parts {
		if p.Kind == Variable || p.Kind == File {
			return true
		}
	}
	return false
}
