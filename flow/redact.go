package flow

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// secrets are the values that came from the environment and from files. They
// are never shown: all that a program writes for people passes through hide,
// but for tables that hold only names of the spec and numbers.
type secrets struct {
	mu       sync.Mutex
	values   []string
	replacer *strings.Replacer // hides the values; nil: to be made anew
}

// hidden stands in place of a secret.
const hidden = "***"

// shortestSecret is the length below which a value is not hidden: it would
// blank out half of every line.
const shortestSecret = 4

// add notes a value, and the password in it where it is a URL.
func (s *secrets) add(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range []string{value, passwordIn(value)} {
		if len(v) >= shortestSecret && !slices.Contains(s.values, v) {
			s.values = append(s.values, v)
			s.replacer = nil
		}
	}
}

// passwordIn returns the password of a URL, as it stands there.
func passwordIn(value string) string {
	_, rest, _ := strings.Cut(value, "://")
	authority, _, _ := strings.Cut(rest, "/")
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return ""
	}
	_, password, _ := strings.Cut(authority[:at], ":")
	return password
}

// hide returns a text without the secrets.
func (s *secrets) hide(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.replacer == nil {
		s.replacer = replacerOf(s.values)
	}
	return s.replacer.Replace(text)
}

// hideInPlace is hide for a text that says where data lies. Its author left out
// the secrets already, and an address without a user or a query is none.
func (s *secrets) hideInPlace(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return replacerOf(slices.DeleteFunc(slices.Clone(s.values), isPlainAddress)).Replace(text)
}

func isPlainAddress(value string) bool {
	return (schemeOf(value) != "" || strings.HasPrefix(value, "/")) && !strings.ContainsAny(value, "@?")
}

// replacerOf returns a replacer of values in every form in which they may be
// written. Of two that start at one place the longer one is replaced.
func replacerOf(values []string) *strings.Replacer {
	var forms []string
	for _, v := range values {
		quoted := strconv.Quote(v)
		forms = append(forms, v, url.PathEscape(v), url.QueryEscape(v), quoted[1:len(quoted)-1])
		if plain, err := url.PathUnescape(v); err == nil {
			forms = append(forms, plain)
		}
	}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range forms {
		if len(form) >= shortestSecret {
			pairs = append(pairs, form, hidden)
		}
	}
	return strings.NewReplacer(pairs...)
}
