package spec

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Settings: strings that may hold ${NAME}, ${NAME:-default} and ${file:/path}.
// They are resolved when the program starts; here their form is checked, and
// what their defaults say is judged.

var variablePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// settingProblem returns what is wrong with the ${…} of a text: the part and
// why.
func settingProblem(text string) (part, problem string) {
	for {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			return "", ""
		}
		text = text[at:]
		switch {
		case strings.HasPrefix(text, "$$"):
			text = text[2:]
			continue
		case !strings.HasPrefix(text, "${"):
			text = text[1:]
			continue
		}
		end := strings.IndexByte(text, '}')
		if end < 0 {
			return text, "${ is not closed"
		}
		part, text = text[:end+1], text[end+1:]
		if problem := variableProblem(part[2:end]); problem != "" {
			return part, problem
		}
	}
}

func variableProblem(body string) string {
	if path, ok := strings.CutPrefix(body, "file:"); ok {
		if path == "" {
			return "names no file"
		}
		return ""
	}
	name, _, _ := strings.Cut(body, ":-")
	if !variablePattern.MatchString(name) {
		return "is not ${NAME}, ${NAME:-default} or ${file:/path}"
	}
	return ""
}

// DefaultOf returns a setting with its variables replaced by their defaults.
// known is false where one has none.
func DefaultOf(text string) (value string, known bool) {
	var b strings.Builder
	known = true
	for text != "" {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			break
		}
		body, rest, closed := strings.Cut(strings.TrimPrefix(after, "{"), "}")
		switch {
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			text = after[1:]
		case strings.HasPrefix(after, "{") && closed:
			_, fallback, has := strings.Cut(body, ":-")
			known = known && has
			b.WriteString(fallback)
			text = rest
		default:
			b.WriteByte('$')
			text = after
		}
	}
	return b.String(), known
}

// hasVariable reports whether a text has a ${…}.
func hasVariable(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "$$", ""), "${")
}

// Scheme returns the scheme of a URL setting's default, or "".
func Scheme(text string) string {
	value, _ := DefaultOf(text)
	scheme, _, ok := strings.Cut(value, ":")
	if !ok {
		return ""
	}
	return scheme
}

func durationProblem(text string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	d, err := time.ParseDuration(value)
	switch {
	case err != nil:
		return quoted(value) + " is not a duration"
	case d < 0:
		return "a duration cannot be negative"
	}
	return ""
}

var sizePattern = regexp.MustCompile(`^[0-9]{1,12} ?(B|kB|KiB|MB|MiB|GB|GiB)$`)

func sizeProblem(text string) string {
	if value, known := DefaultOf(text); known && !sizePattern.MatchString(value) {
		return quoted(value) + " is not a size"
	}
	return ""
}

var ratePattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?/(ms|s|m|h)$`)

func rateProblem(text string) string {
	if value, known := DefaultOf(text); known && !ratePattern.MatchString(value) {
		return quoted(value) + " is not a rate"
	}
	return ""
}

// URLProblem judges the default of a URL setting for an HTTP request: a scheme
// of those given, and a host.
func URLProblem(text string, schemes ...string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil {
		return "is not a URL"
	}
	for _, s := range schemes {
		if u.Scheme == s {
			if u.Host == "" {
				return "has no host"
			}
			return ""
		}
	}
	return "must start with " + strings.Join(schemes, ":// or ") + "://"
}

// TemplateField is a {field} of a template.
type TemplateField struct {
	Name   string
	Before string // the text before it, other fields left out
}

// TemplateFields returns the fields of a template in order. "{{" is "{", and
// the braces of ${…} belong to the variable.
func TemplateFields(text string) (fields []TemplateField, problem string) {
	var before strings.Builder
	for i := 0; i < len(text); {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "$$"), strings.HasPrefix(rest, "{{"):
			before.WriteByte(rest[0])
			i += 2
		case strings.HasPrefix(rest, "${"):
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return fields, "" // settingProblem reports it
			}
			before.WriteString(rest[:end+1])
			i += end + 1
		case rest[0] == '{':
			end := strings.IndexByte(rest, '}')
			if end <= 1 {
				return fields, "{ opens a field that is not closed; write {{ for the sign itself"
			}
			fields = append(fields, TemplateField{rest[1:end], before.String()})
			i += end + 1
		default:
			before.WriteByte(rest[0])
			i++
		}
	}
	return fields, ""
}

// parseWhole reads a TOML whole number.
func parseWhole(text string) (int, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
	return int(n), err == nil && n >= 0 && n <= 1<<31-1
}
