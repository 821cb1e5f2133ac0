package setting

import "strings"

// maxFields is how many fields a template may hold.
const maxFields = 1000

// ParseTemplate splits a text that may hold {field} besides ${…}. "{{" is "{",
// and the braces of ${…} belong to the variable. A field that is none stays a
// part, with its problem.
func ParseTemplate(text string) []Part { return parse(text, true) }

// field returns the part that "{" begins.
func field(text string) Part {
	end := strings.IndexByte(text, '}')
	switch {
	case end < 0:
		return Part{Kind: Field, Raw: text, Problem: "{ opens a field that is not closed"}
	case end == 1:
		return Part{Kind: Field, Raw: text[:2], Problem: "{} names no field"}
	}
	return Part{Kind: Field, Raw: text[:end+1], Value: text[1:end]}
}
