package driver

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/internal/setting"
)

// Template is a setting with {field} in it: the settings are resolved at
// start, the fields are filled for each value. "{{" is "{".
type Template struct {
	texts   []string // text before each field, and after the last
	fields  []string // the names of the fields
	escape  []Escape // of each field
	missing bool
}

// Fields returns the names of the fields, in the order in which Fill takes their
// values.
func (t *Template) Fields() []string { return slices.Clone(t.fields) }

// Missing reports whether a setting in it could not be resolved, which is noted.
func (t *Template) Missing() bool { return t.missing }

// Escape makes a field's text safe for the place where it is put.
type Escape func(string) (string, error)

// NewTemplate resolves a setting with {field} in it. escape is told the text
// before a field and returns how to escape it there. Fields count by position:
// generated code passes their values in the order in which they stand.
func NewTemplate(s *flow.Setup, place, option, raw string, escape func(before string) Escape) *Template {
	return newTemplate(s, place, option, raw, s.Core().Resolve, escape)
}

// NewURLTemplate is NewTemplate for a URL: settings in its user part are
// percent-encoded, fields as segments of the path or values of the query.
func NewURLTemplate(s *flow.Setup, place, option, raw string, escape func(before string) Escape) *Template {
	return newTemplate(s, place, option, raw, s.Core().ResolveURL, escape) // no field stands before the host
}

// resolver resolves parts of a setting; see run.Setup.
type resolver func(place, option string, parts []setting.Part) (text string, ok bool)

// newTemplate splits a template at its fields; first resolves the parts before
// the first of them.
func newTemplate(s *flow.Setup, place, option, raw string, first resolver, escape func(before string) Escape) *Template {
	t := &Template{}
	resolve := first
	rest := setting.ParseTemplate(raw)
	for {
		end := slices.IndexFunc(rest, func(p setting.Part) bool { return p.Kind == setting.Field })
		if end < 0 {
			break
		}
		t.add(resolve(place, option, rest[:end]))
		if problem := rest[end].Problem; problem != "" {
			s.Errorf(place, "%s: %s", option, problem)
			t.missing = true
		}
		t.fields = append(t.fields, rest[end].Value)
		t.escape = append(t.escape, escape(strings.Join(t.texts, "x")))
		rest, resolve = rest[end+1:], s.Core().Resolve
	}
	t.add(resolve(place, option, rest))
	return t
}

// add appends the next text; ok is false where it could not be resolved.
func (t *Template) add(text string, ok bool) {
	t.texts = append(t.texts, text)
	t.missing = t.missing || !ok
}

// Fill returns the text with these values in place of its fields. A value that
// may not stand there is a permanent error.
func (t *Template) Fill(values ...string) (string, error) {
	if len(values) != len(t.escape) {
		return "", fmt.Errorf("template takes %d values, not %d", len(t.escape), len(values))
	}
	var out strings.Builder
	for i, v := range values {
		safe, err := t.escape[i](v)
		if err != nil {
			return "", flow.Permanent(err)
		}
		out.WriteString(t.texts[i])
		out.WriteString(safe)
	}
	out.WriteString(t.texts[len(values)])
	return out.String(), nil
}

// InURL escapes a field of a URL: as a path segment before "?", as a query
// value after it.
func InURL(before string) Escape {
	if strings.Contains(before, "?") {
		return func(v string) (string, error) { return url.QueryEscape(v), nil }
	}
	begins := strings.HasSuffix(before, "/")
	return func(v string) (string, error) { return pathSegment(v, begins) }
}

// pathSegment escapes a value as one segment of a path, or a part of one. "."
// and ".." would change the path, and so would an empty segment: /orders/ is all
// orders.
func pathSegment(v string, begins bool) (string, error) {
	if v == "." || v == ".." || v == "" && begins {
		return "", fmt.Errorf("%q cannot stand in the path of a URL", v)
	}
	return url.PathEscape(v), nil
}

// InHeader refuses values that no header can hold: they would end its line.
func InHeader(string) Escape {
	return func(v string) (string, error) {
		if !setting.FitsHeader(v) {
			return "", errors.New("a header value cannot hold a line break or another control character")
		}
		return v, nil
	}
}

// InJSON escapes a value as the inside of a JSON string.
func InJSON(string) Escape {
	return func(v string) (string, error) {
		quoted, err := jsontext.AppendQuote(nil, v)
		if err != nil {
			return "", fmt.Errorf("a JSON string cannot hold it: %w", err)
		}
		return string(quoted[1 : len(quoted)-1]), nil
	}
}

// InTopic refuses values that would change the levels of an MQTT topic.
func InTopic(string) Escape {
	return func(v string) (string, error) {
		if v == "" || strings.ContainsAny(v, "/+#\x00") {
			return "", fmt.Errorf("%q cannot stand in a level of an MQTT topic: it is empty or holds / + # or NUL", v)
		}
		return v, nil
	}
}

// Verbatim puts a value as it is.
func Verbatim(string) Escape { return func(v string) (string, error) { return v, nil } }
