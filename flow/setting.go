package flow

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/secret"
)

// A setting is a string of the spec that may hold ${NAME}, ${NAME:-default}
// and ${file:/path}; "$$" is a dollar sign. It is resolved when the program
// starts.

// String resolves a setting. What is missing is noted for place and option,
// and the result is empty.
func (s *Setup) String(place, option, raw string) string {
	text, _ := s.resolve(place, option, raw, s.hideValue, asItIs)
	return text
}

// hideValue notes a value that is never shown, wherever it stands.
func (s *Setup) hideValue(_, value string) { s.process.secret.Add(value) }

func asItIs(_, value string) string { return value }

// NonEmpty is String for a setting that cannot be empty: where a value of it
// is, that is noted too. The result is empty only where something was noted, or
// where raw is.
func (s *Setup) NonEmpty(place, option, raw string) string {
	text, ok := s.resolve(place, option, raw, s.hideValue, asItIs)
	return s.nonEmpty(place, option, raw, text, ok)
}

// URL is NonEmpty for a URL: values in its user part are percent-encoded, so
// that a user name or a password may hold any character.
func (s *Setup) URL(place, option, raw string) string {
	text, ok := s.resolveURL(place, option, raw)
	return s.nonEmpty(place, option, raw, text, ok)
}

func (s *Setup) nonEmpty(place, option, raw, text string, ok bool) string {
	if ok && text == "" && raw != "" {
		s.Errorf(place, "%s: the setting is empty", option)
	}
	return text
}

func (s *Setup) resolveURL(place, option, raw string) (text string, ok bool) {
	hide := func(before, value string) {
		if !inServer(before, raw) || !secret.IsServer(value) {
			s.hideValue(before, value)
		}
	}
	return s.resolve(place, option, raw, hide, func(before, value string) string {
		if inUserPart(before, raw) {
			return userPart(value)
		}
		return value
	})
}

// Address is NonEmpty for an address to listen at, which is no secret: people
// need it. Where judge says that it is wrong, that is noted, and its values are
// not shown.
func (s *Setup) Address(place, option, raw string, judge func(text string) error) {
	var values []string
	text, ok := s.resolve(place, option, raw, func(_, value string) { values = append(values, value) }, asItIs)
	text = s.nonEmpty(place, option, raw, text, ok)
	if text == "" && raw != "" {
		return
	}
	if err := judge(text); err != nil {
		for _, v := range values {
			s.process.secret.Add(v)
		}
		s.Errorf(place, "%s: %w", option, err)
	}
}

// public resolves a setting whose value is no secret where it is right: a number
// with a unit, a schedule. The error of one that is wrong does not show it. ok
// is false where there is none, and where one is missing, which is noted.
func (s *Setup) public(place, option, raw string) (text string, ok bool) {
	text, ok = s.resolve(place, option, raw, func(string, string) {}, asItIs)
	return text, ok && raw != ""
}

// userPart percent-encodes all characters that RFC 3986 reserves, more than the
// user part needs: not all readers of URLs agree on which these are.
func userPart(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// inServer reports whether text that follows before stands in the host or the
// port of the URL raw.
func inServer(before, raw string) bool {
	_, authority, ok := strings.Cut(before, "//")
	return ok && !strings.ContainsAny(authority, "/?#") && !inUserPart(before, raw)
}

// inUserPart reports whether text that follows before stands between "//" and
// "@" of the URL raw.
func inUserPart(before, raw string) bool {
	_, authority, ok := strings.Cut(before, "//")
	if !ok || strings.ContainsAny(authority, "/?#@") {
		return false
	}
	_, rest, _ := strings.Cut(raw, "//")
	rest = variables.ReplaceAllString(rest, "x")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return strings.Contains(rest, "@")
}

// variables are the ${…} of a setting.
var variables = regexp.MustCompile(`\$\{[^}]*\}`)

// from names the variables that a setting comes from; its value may be a secret,
// their names are not.
func from(raw string) string {
	var names []string
	for _, v := range variables.FindAllString(raw, -1) {
		name, _, _ := strings.Cut(v[2:len(v)-1], ":-")
		names = append(names, name)
	}
	if len(names) == 0 {
		return ""
	}
	return " (from " + strings.Join(names, ", ") + ")"
}

// Duration resolves a setting that is a duration; 0 where the spec has none.
func (s *Setup) Duration(place, option, raw string) time.Duration {
	text, ok := s.public(place, option, raw)
	if !ok {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil:
		s.Errorf(place, "%s%s: not a duration such as \"30s\", \"5m\" or \"720h\" (there are no days)", option, from(raw))
	case d < 0:
		s.Errorf(place, "%s%s: a duration cannot be negative", option, from(raw))
	}
	return max(d, 0)
}

// positive is Duration for one that is given and is longer than nothing; zero
// says what it is where it is not.
func (s *Setup) positive(place, option, raw, zero string) time.Duration {
	noted := len(s.process.errs)
	d := s.Duration(place, option, raw)
	if d == 0 && len(s.process.errs) == noted {
		s.Errorf(place, "%s%s: %s", option, from(raw), zero)
	}
	return d
}

// Size resolves a setting that is a size in bytes such as "64MiB"; 0 where the
// spec has none, or one that is wrong.
func (s *Setup) Size(place, option, raw string) int64 {
	text, ok := s.public(place, option, raw)
	if !ok {
		return 0
	}
	n, err := ParseSize(text)
	switch {
	case err != nil:
		s.Errorf(place, "%s%s: not a size such as \"64MiB\"", option, from(raw))
	case n == 0:
		s.Errorf(place, "%s%s: a size cannot be zero", option, from(raw))
	}
	return n
}

// ParseSize reads a size in bytes: a whole number with a unit B, KiB, MiB, GiB,
// kB, MB or GB.
func ParseSize(text string) (int64, error) {
	wrong := fmt.Errorf("%q is not a size such as \"64MiB\"", text)
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.bytes {
			return 0, wrong
		}
		return n * u.bytes, nil
	}
	return 0, wrong
}

// sizeUnits stands in an order in which no unit is the end of a later one.
var sizeUnits = []struct {
	name  string
	bytes int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1},
}

// resolve replaces the variables of a setting; ok is false where one is missing,
// which is noted. outside gets the values that come from the environment and
// from files, encode all of them, each with the text before it.
func (s *Setup) resolve(place, option, raw string, outside func(before, value string), encode func(before, value string) string) (text string, ok bool) {
	var out strings.Builder
	failed := false
	for rest := raw; rest != ""; {
		text, after, found := strings.Cut(rest, "$")
		out.WriteString(text)
		if !found {
			break
		}
		if tail, ok := strings.CutPrefix(after, "$"); ok {
			out.WriteByte('$')
			rest = tail
			continue
		}
		name, tail, ok := variable(after)
		if !ok {
			out.WriteByte('$')
			rest = after
			continue
		}
		value, err := s.process.value(name, func(value string) { outside(out.String(), value) })
		if err != nil {
			s.Errorf(place, "%s: %w", option, err)
			failed = true
		}
		out.WriteString(encode(out.String(), value))
		rest = tail
	}
	if failed {
		return "", false
	}
	return out.String(), true
}

// variable splits "{NAME:-default}rest".
func variable(text string) (name, rest string, ok bool) {
	body, ok := strings.CutPrefix(text, "{")
	if !ok {
		return "", "", false
	}
	return strings.Cut(body, "}")
}

// value returns the value of what stands between "${" and "}".
func (p *process) value(variable string, outside func(string)) (string, error) {
	if path, ok := strings.CutPrefix(variable, "file:"); ok {
		content, err := readLocal(path)
		if err != nil {
			return "", fmt.Errorf("cannot read the file of ${file:…}: %w", err)
		}
		value := strings.TrimRight(string(content), "\r\n")
		outside(value)
		return value, nil
	}
	name, fallback, hasDefault := strings.Cut(variable, ":-")
	value, ok := p.lookup(name)
	switch {
	case ok && (value != "" || !hasDefault):
		outside(value)
		return value, nil
	case hasDefault:
		return fallback, nil
	}
	return "", fmt.Errorf("environment variable %s is not set", name)
}

// schemeOf returns the scheme of a URL such as "sqlite:data/http.db".
func schemeOf(url string) string {
	scheme, _, ok := strings.Cut(url, ":")
	if !ok {
		return ""
	}
	return strings.ToLower(scheme)
}

// keysOf lists the keys of a map for people.
func keysOf[V any](m map[string]V) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return strings.Join(keys, ", ")
}
