package flow

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// secrets are the values that came from the environment and from files. They
// are never shown: all that a program writes for people passes through hide,
// but for tables that hold only names of the spec and numbers.
type secrets struct {
	mu     sync.Mutex
	values []string
	hider  *hider // hides the values; nil: to be made anew
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
			s.hider = nil
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
	if s.hider == nil {
		s.hider = newHider(s.values)
	}
	return s.hider.hide(text)
}

// hideInPlace is hide for a text that says where data lies. Its author left out
// the secrets already, and an address without a user or a query is none.
func (s *secrets) hideInPlace(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return newHider(slices.DeleteFunc(slices.Clone(s.values), isPlainAddress)).hide(text)
}

func isPlainAddress(value string) bool {
	return (schemeOf(value) != "" || strings.HasPrefix(value, "/")) && !strings.ContainsAny(value, "@?")
}

// hider hides values in texts.
type hider struct {
	long  *strings.Replacer
	short *regexp.Regexp // nil: there are none
}

// shortSecret is the length below which a value is hidden only where it stands
// as a word: "fail" is no part of "failed".
const shortSecret = 8

// newHider returns a hider of values in every form in which they may be
// written. Of two that start at one place the longer one is hidden.
func newHider(values []string) *hider {
	var long, short []string
	for _, form := range formsOf(values) {
		if len(form) >= shortSecret {
			long = append(long, form, hidden)
		} else {
			short = append(short, wordOf(form))
		}
	}
	h := &hider{long: strings.NewReplacer(long...)}
	if len(short) > 0 {
		h.short = regexp.MustCompile(strings.Join(short, "|"))
	}
	return h
}

func (h *hider) hide(text string) string {
	text = h.long.Replace(text)
	if h.short == nil {
		return text
	}
	return h.short.ReplaceAllString(text, hidden)
}

// formsOf returns the ways to write values: as they are, quoted, and as a part
// of a URL; the longest first.
func formsOf(values []string) []string {
	var forms []string
	for _, v := range values {
		quoted := strconv.Quote(v)
		forms = append(forms, v, url.PathEscape(v), url.QueryEscape(v), quoted[1:len(quoted)-1])
		if plain, err := url.PathUnescape(v); err == nil {
			forms = append(forms, plain)
		}
	}
	forms = slices.DeleteFunc(forms, func(form string) bool { return len(form) < shortestSecret })
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(forms)
}

// wordOf returns a pattern for a value that is no part of a longer word.
func wordOf(value string) string {
	pattern := regexp.QuoteMeta(value)
	if isWordByte(value[0]) {
		pattern = `\b` + pattern
	}
	if isWordByte(value[len(value)-1]) {
		pattern += `\b`
	}
	return pattern
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
