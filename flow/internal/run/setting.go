package run

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/secret"
	"github.com/flowc-dev/flowc/internal/setting"
)

// A setting is a string of the spec that may hold ${NAME}, ${NAME:-default}
// and ${file:/path}; "$$" is a dollar sign. It is resolved when the program
// starts.

// String resolves a setting. What is missing is noted for place and option,
// and the result is empty.
func (s *Setup) String(place, option, raw string) string {
	text, _ := s.Resolve(place, option, setting.Parse(raw))
	return text
}

// hideValue notes a value that is never shown, wherever it stands.
func (s *Setup) hideValue(_ string, _ []setting.Part, value string) { s.process.secret.Add(value) }

func asItIs(_ string, _ []setting.Part, value string) string { return value }

// NonEmpty is String for a setting that cannot be empty: where a value of it
// is, that is noted too. The result is empty only where something was noted, or
// where raw is.
func (s *Setup) NonEmpty(place, option, raw string) string {
	text, ok := s.Resolve(place, option, setting.Parse(raw))
	return s.nonEmpty(place, option, raw, text, ok)
}

// URL is NonEmpty for a URL: values in its user part are percent-encoded, so
// that a user name or a password may hold any character.
func (s *Setup) URL(place, option, raw string) string {
	text, ok := s.ResolveURL(place, option, setting.Parse(raw))
	return s.nonEmpty(place, option, raw, text, ok)
}

func (s *Setup) nonEmpty(place, option, raw, text string, ok bool) string {
	if ok && text == "" && raw != "" {
		s.Errorf(place, "%s: the setting is empty", option)
	}
	return text
}

// Resolve puts the parts of a setting together. Values of the environment and of
// files in it are never shown. ok is false where one is missing, which is noted.
func (s *Setup) Resolve(place, option string, parts []setting.Part) (text string, ok bool) {
	return s.resolve(place, option, parts, s.hideValue, asItIs)
}

// ResolveURL is Resolve for a URL: values in its user part are percent-encoded,
// and that of its server may be shown.
func (s *Setup) ResolveURL(place, option string, parts []setting.Part) (text string, ok bool) {
	hide := func(before string, from []setting.Part, value string) {
		if !inServer(before, from) || !secret.IsServer(value) {
			s.process.secret.Add(value)
		}
	}
	return s.resolve(place, option, parts, hide, func(before string, from []setting.Part, value string) string {
		if setting.InUserPart(before, from) {
			return setting.UserPart(value)
		}
		return value
	})
}

// Address is NonEmpty for an address to listen at, which is no secret: people
// need it. Where judge says that it is wrong, that is noted, and its values are
// not shown.
func (s *Setup) Address(place, option, raw string, judge func(text string) error) {
	var values []string
	note := func(_ string, _ []setting.Part, value string) { values = append(values, value) }
	text, ok := s.resolve(place, option, setting.Parse(raw), note, asItIs)
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
	show := func(string, []setting.Part, string) {}
	text, ok = s.resolve(place, option, setting.Parse(raw), show, asItIs)
	return text, ok && raw != ""
}

// inServer reports whether text that follows before stands in the host or the
// port of a URL, of which the parts rest follow.
func inServer(before string, rest []setting.Part) bool {
	_, authority, ok := strings.Cut(before, "//")
	return ok && !strings.ContainsAny(authority, "/?#") && !setting.InUserPart(before, rest)
}

// From names the variables that a setting comes from; its value may be a secret,
// their names are not.
func From(raw string) string {
	var names []string
	for _, p := range setting.Parse(raw) {
		switch p.Kind {
		case setting.Variable:
			names = append(names, p.Value)
		case setting.File:
			names = append(names, "file:"+p.Value)
		}
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
	d, problem := setting.Duration(text)
	switch problem {
	case setting.Fine:
	case setting.Negative:
		s.Errorf(place, "%s%s: a duration cannot be negative", option, From(raw))
	default:
		s.Errorf(place, "%s%s: not a duration such as \"30s\", \"5m\" or \"720h\" (there are no days)", option, From(raw))
	}
	return d
}

// Positive is Duration for one that is given and is longer than nothing; zero
// says what it is where it is not.
func (s *Setup) Positive(place, option, raw, zero string) time.Duration {
	noted := len(s.process.errs)
	d := s.Duration(place, option, raw)
	if d == 0 && len(s.process.errs) == noted {
		s.Errorf(place, "%s%s: %s", option, From(raw), zero)
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
	n, problem := setting.Size(text)
	switch problem {
	case setting.Fine:
	case setting.Zero:
		s.Errorf(place, "%s%s: a size cannot be zero", option, From(raw))
	default:
		s.Errorf(place, "%s%s: not a size such as \"64MiB\"", option, From(raw))
	}
	return n
}

// resolve puts the parts of a setting together; ok is false where one of them is
// missing or wrong, which is noted. outside gets the values that come from the
// environment and from files, encode all of them; both get the text before the
// value too, and the parts from that of the value on.
func (s *Setup) resolve(place, option string, parts []setting.Part, outside func(before string, from []setting.Part, value string), encode func(before string, from []setting.Part, value string) string) (text string, ok bool) {
	var out strings.Builder
	ok = true
	for i, p := range parts {
		if p.Kind == setting.Text && p.Problem == "" {
			out.WriteString(p.Value)
			continue
		}
		value, given, err := s.process.value(p)
		if err != nil {
			s.Errorf(place, "%s: %w", option, err)
			ok = false
		}
		if given {
			outside(out.String(), parts[i:], value)
		}
		out.WriteString(encode(out.String(), parts[i:], value))
	}
	if !ok {
		return "", false
	}
	return out.String(), true
}

// value returns the value of a part. given says that it comes from the
// environment or from a file.
func (p *process) value(part setting.Part) (value string, given bool, err error) {
	switch {
	case part.Kind == setting.File:
		content, err := ReadLocal(part.Value)
		if err != nil {
			return "", false, fmt.Errorf("cannot read the file of ${file:…}: %w", err)
		}
		return strings.TrimRight(string(content), "\r\n"), true, nil
	case part.Problem != "":
		return "", false, errors.New("${…} " + part.Problem)
	}
	value, set := p.lookup(part.Value)
	switch {
	case set && (value != "" || !part.HasDefault):
		return value, true, nil
	case part.HasDefault:
		return part.Default, false, nil
	}
	return "", false, fmt.Errorf("environment variable %s is not set", part.Value)
}
