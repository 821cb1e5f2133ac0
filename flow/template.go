package flow

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Template is a setting with {field} in it: the settings are resolved at
// start, the fields are filled for each value. "{{" is "{".
type Template struct {
	texts   []string // text before each field, and after the last
	escape  []Escape // of each field
	missing bool
}

// Missing reports whether a setting in it could not be resolved, which is noted.
func (t *Template) Missing() bool { return t.missing }

// Escape makes a field's text safe for the place where it is put.
type Escape func(string) (string, error)

// Template resolves a setting with {field} in it. escape is told the text
// before a field and returns how to escape it there. Fields count by position:
// generated code passes their values in the order in which they stand.
func (s *Setup) Template(place, option, raw string, escape func(before string) Escape) *Template {
	text := s.resolving(place, option)
	return newTemplate(raw, text, text, escape)
}

// URLTemplate is Template for a URL: settings in its user part are
// percent-encoded, fields as segments of the path or values of the query.
func (s *Setup) URLTemplate(place, option, raw string, escape func(before string) Escape) *Template {
	url := func(text string) (string, bool) { return s.resolveURL(place, option, text) }
	return newTemplate(raw, url, s.resolving(place, option), escape) // no field stands before the host
}

// resolving returns a function that resolves parts of a setting.
func (s *Setup) resolving(place, option string) func(string) (string, bool) {
	return func(text string) (string, bool) {
		return s.resolve(place, option, text, s.hideValue, asItIs)
	}
}

// newTemplate splits a template at its fields; first resolves the text before
// the first of them, rest all other texts.
func newTemplate(raw string, first, rest func(string) (string, bool), escape func(before string) Escape) *Template {
	t := &Template{}
	before, resolve := "", first
	for _, part := range splitFields(raw) {
		if part.field {
			t.texts = append(t.texts, before)
			t.escape = append(t.escape, escape(strings.Join(t.texts, "x")))
			before, resolve = "", rest
			continue
		}
		text, ok := resolve(part.text)
		before += text
		t.missing = t.missing || !ok
	}
	t.texts = append(t.texts, before)
	return t
}

type templatePart struct {
	text  string
	field bool
}

// splitFields splits a template at its fields. "${…}" is left in the text.
func splitFields(raw string) []templatePart {
	var parts []templatePart
	var text strings.Builder
	for i := 0; i < len(raw); i++ {
		switch {
		case strings.HasPrefix(raw[i:], "$$"):
			text.WriteString("$$")
			i++
		case strings.HasPrefix(raw[i:], "${"):
			end := strings.IndexByte(raw[i:], '}')
			if end < 0 {
				end = len(raw) - i - 1
			}
			text.WriteString(raw[i : i+end+1])
			i += end
		case strings.HasPrefix(raw[i:], "{{"):
			text.WriteByte('{')
			i++
		case raw[i] == '{' && strings.IndexByte(raw[i:], '}') > 0:
			parts = append(parts, templatePart{text: text.String()}, templatePart{field: true})
			text.Reset()
			i += strings.IndexByte(raw[i:], '}')
		default:
			text.WriteByte(raw[i])
		}
	}
	return append(parts, templatePart{text: text.String()})
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
			return "", Permanent(err)
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

// InHeader refuses values that would end a header line.
func InHeader(string) Escape {
	return func(v string) (string, error) {
		if strings.ContainsAny(v, "\r\n\x00") {
			return "", errors.New("a header value cannot hold a line break or NUL")
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

// Texts of field values, for templates and for fields that are sent bare.

// BoolText returns "true" or "false".
func BoolText(v bool) string { return strconv.FormatBool(v) }

// IntText returns the decimal digits of a whole number.
func IntText[T ~int | ~int32 | ~int64](v T) string { return strconv.FormatInt(int64(v), 10) }

// UintText returns the decimal digits of a whole number.
func UintText[T ~uint32 | ~uint64](v T) string { return strconv.FormatUint(uint64(v), 10) }

// FloatText returns the shortest decimal text that reads back as v.
func FloatText[T ~float32 | ~float64](v T) string {
	return strconv.FormatFloat(float64(v), 'f', -1, floatBits[T]())
}

// TimeText returns a time as RFC 3339.
func TimeText(v time.Time) string { return inMinutes(v).Format(time.RFC3339Nano) }

// BytesText returns bytes as base64.
func BytesText(v []byte) string { return base64.StdEncoding.EncodeToString(v) }
