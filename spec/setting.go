package spec

import (
	"strings"
	"time"

	"github.com/flowc-dev/flowc/internal/setting"
	"github.com/flowc-dev/flowc/internal/toml"
)

// Settings: strings that may hold ${NAME}, ${NAME:-default} and ${file:/path}.
// They are resolved when the program starts; here their form is checked, and
// what their defaults say is judged.

// settingProblem returns what is wrong with the ${…} of a text: the part, its
// offset and why.
func settingProblem(text string) (part string, at int, problem string) {
	for _, p := range setting.Parse(text) {
		if p.Problem != "" {
			return p.Raw, at, p.Problem
		}
		at += len(p.Raw)
	}
	return "", 0, ""
}

// PathProblem judges the default of a setting that is the path of a file, and
// says what to write.
func PathProblem(text string) (problem, help string) {
	path, known := DefaultOf(text)
	if !known {
		return "", ""
	}
	switch _, problem := setting.Path(path); problem {
	case setting.PathEmpty:
		return "the path is empty", "name the file"
	case setting.PathNUL:
		return "a path cannot hold the character NUL", "name the file otherwise"
	case setting.PathFolder:
		return "the path is that of a folder", "add the name of a file"
	case setting.PathOutside:
		return "the path leaves the working directory", "write a path without .. or an absolute one"
	}
	return "", ""
}

// DefaultOf returns a setting with its variables replaced by their defaults.
// known is false where one has none.
func DefaultOf(text string) (value string, known bool) { return setting.DefaultOf(setting.Parse(text)) }

// hasVariable reports whether a text has a ${…}.
func hasVariable(text string) bool { return setting.HasVariable(setting.Parse(text)) }

// Scheme returns the scheme of a URL setting's default, or "".
func Scheme(text string) string {
	value, _ := DefaultOf(text)
	return setting.Scheme(value)
}

func durationProblem(text string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	_, problem := setting.Duration(value)
	return numberProblem(problem, value, "duration")
}

// numberProblem says what is wrong with a number with a unit.
func numberProblem(problem setting.Problem, value, what string) string {
	switch problem {
	case setting.Fine:
		return ""
	case setting.Negative:
		return "a " + what + " cannot be negative"
	case setting.Zero:
		return "a " + what + " cannot be zero"
	case setting.TooLarge:
		return quoted(value) + " is more than any machine holds"
	}
	return quoted(value) + " is not a " + what
}

// DurationOf returns the default of a duration; known is false where there is
// none, or where it is wrong, which is told elsewhere.
func DurationOf(text string) (d time.Duration, known bool) {
	value, known := DefaultOf(text)
	d, problem := setting.Duration(value)
	return d, known && problem == setting.Fine
}

// zeroDuration reports whether the default of a duration is zero.
func zeroDuration(text string) bool {
	d, known := DurationOf(text)
	return known && d == 0
}

func sizeProblem(text string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	_, problem := setting.Size(value)
	return numberProblem(problem, value, "size")
}

func rateProblem(text string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	_, problem := setting.Rate(value)
	return numberProblem(problem, value, "rate")
}

// TemplateField is a {field} of a template.
type TemplateField struct {
	Name       string
	Before     string // the setting before it, other fields left out
	Start, End int    // its bytes, with the braces
}

// TemplateFields returns the fields of a template in order. "{{" is "{", and
// the braces of ${…} belong to the variable.
func TemplateFields(text string) (fields []TemplateField, problem string) {
	var before strings.Builder
	end := 0
	for _, p := range setting.ParseTemplate(text) {
		start := end
		end += len(p.Raw)
		switch {
		case p.Kind == setting.Field && p.Problem != "":
			return fields, p.Problem
		case p.Kind == setting.Field:
			fields = append(fields, TemplateField{p.Value, before.String(), start, end})
		case p.Raw == "{{":
			before.WriteByte('{')
		default:
			before.WriteString(p.Raw)
		}
	}
	return fields, ""
}

// OpenField returns the offset of the { of a field that a text begins and does
// not close.
func OpenField(text string) (at int, open bool) {
	for _, p := range setting.ParseTemplate(text) {
		if p.Kind == setting.Field && !strings.HasSuffix(p.Raw, "}") {
			return at, true
		}
		at += len(p.Raw)
	}
	return 0, false
}

// parseWhole reads a TOML whole number.
func parseWhole(text string) (int, bool) {
	n, ok := toml.Int(text)
	return int(n), ok && n >= 0 && n <= 1<<31-1
}
