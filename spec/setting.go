package spec

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
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
			return text, "is not closed"
		}
		part, text = text[:end+1], text[end+1:]
		if problem := variableProblem(part[2:end]); problem != "" {
			return part, problem
		}
	}
}

func variableProblem(body string) string {
	if path, ok := strings.CutPrefix(body, "file:"); ok {
		switch {
		case path == "":
			return "names no file"
		case leaves(path):
			return "leaves the working directory"
		}
		return ""
	}
	name, _, _ := strings.Cut(body, ":-")
	if !variablePattern.MatchString(name) {
		return "names no variable"
	}
	return ""
}

// leaves reports whether a relative path leaves the working directory.
func leaves(path string) bool {
	return !strings.HasPrefix(path, "/") && slices.Contains(strings.Split(path, "/"), "..")
}

// PathProblem judges the default of a setting that is the path of a file, and
// says what to write.
func PathProblem(text string) (problem, help string) {
	path, known := DefaultOf(text)
	switch {
	case !known:
	case path == "":
		return "the path is empty", "name the file"
	case strings.Contains(path, "\x00"):
		return "a path cannot hold the character NUL", "name the file otherwise"
	case strings.HasSuffix(path, "/"):
		return "the path is that of a folder", "add the name of a file"
	case leaves(path):
		return "the path leaves the working directory", "write a path without .. or an absolute one"
	}
	return "", ""
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

// durationOf returns the default of a duration; known is false where there is
// none, or where it is wrong, which is told elsewhere.
func durationOf(text string) (d time.Duration, known bool) {
	value, known := DefaultOf(text)
	d, err := time.ParseDuration(value)
	return d, known && err == nil
}

// zeroDuration reports whether the default of a duration is zero.
func zeroDuration(text string) bool {
	d, known := durationOf(text)
	return known && d == 0
}

var sizePattern = regexp.MustCompile(`^([0-9]+) ?(B|kB|KiB|MB|MiB|GB|GiB)$`)

// sizeUnits are the bytes of each unit.
var sizeUnits = map[string]int64{"B": 1, "kB": 1e3, "KiB": 1 << 10, "MB": 1e6, "MiB": 1 << 20, "GB": 1e9, "GiB": 1 << 30}

func sizeProblem(text string) string {
	value, known := DefaultOf(text)
	if !known {
		return ""
	}
	parts := sizePattern.FindStringSubmatch(value)
	if parts == nil {
		return quoted(value) + " is not a size"
	}
	n, err := strconv.ParseInt(parts[1], 10, 64)
	switch {
	case err != nil || n > math.MaxInt64/sizeUnits[parts[2]]:
		return quoted(value) + " is more than any machine holds"
	case n == 0:
		return "a size cannot be zero"
	}
	return ""
}

var ratePattern = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?/(ms|s|m|h)$`)

func rateProblem(text string) string {
	value, known := DefaultOf(text)
	switch {
	case known && !ratePattern.MatchString(value):
		return quoted(value) + " is not a rate"
	case known && strings.Trim(value[:strings.IndexByte(value, '/')], "0.") == "":
		return "a rate cannot be zero"
	}
	return ""
}

// URLProblem judges the default of a URL setting for an HTTP request: a scheme
// of those given, and a host. What stands in the names of its {field}s does not
// count.
func URLProblem(text string, schemes ...string) string {
	fields, _ := TemplateFields(text)
	for _, f := range fields {
		text = strings.Replace(text, "{"+f.Name+"}", "x", 1)
	}
	value, known := DefaultOf(plainUser(text))
	if !known {
		return ""
	}
	u, err := url.Parse(value)
	if err != nil {
		return "is malformed"
	}
	switch {
	case !slices.Contains(schemes, u.Scheme):
		return "must start with " + strings.Join(schemes, ":// or ") + "://"
	case u.Hostname() == "":
		return "has no host"
	case u.Fragment != "":
		return "has a part behind #, which is never sent"
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil {
		return "has a port above 65535"
	}
	return ""
}

var variablesIn = regexp.MustCompile(`\$\{[^}]*\}`)

// plainUser returns a URL with a name for each variable of its user part. What
// these hold is percent-encoded at start, so that it never changes where the
// URL leads.
func plainUser(text string) string {
	masked := variablesIn.ReplaceAllStringFunc(text, func(v string) string { return strings.Repeat("x", len(v)) })
	_, authority, _ := strings.Cut(masked, "://")
	start := len(masked) - len(authority)
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return text
	}
	user := text[start : start+at]
	return text[:start] + variablesIn.ReplaceAllString(user, "x") + text[start+at:]
}

// Origin returns the scheme and the host of the default of an HTTP URL: the
// server that it names. known is false where there is none to judge.
func Origin(text string) (origin string, known bool) {
	value, known := DefaultOf(plainUser(text))
	u, err := url.Parse(value)
	if !known || err != nil || u.Host == "" {
		return "", false
	}
	port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(strings.ToLower(u.Host), port), true
}

// TemplateField is a {field} of a template.
type TemplateField struct {
	Name   string
	Before string // the text before it, other fields left out
}

// maxFields is how many fields a template may hold.
const maxFields = 1000

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
			switch {
			case end < 0:
				return fields, "{ opens a field that is not closed"
			case end == 1:
				return fields, "{} names no field"
			case len(fields) == maxFields:
				return fields, fmt.Sprintf("it holds more than %d fields", maxFields)
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
