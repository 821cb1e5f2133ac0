// Package secret finds values in a text, however they are written there (quoted,
// in a URL, in base64), and hides them.
package secret

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/flowc-dev/flowc/internal/setting"
)

// Set holds the values that came from the environment and from files. They are
// never shown: all that a program writes for people passes through Hide, but for
// tables that hold only names of the spec and numbers. The zero Set is empty; it
// is safe for concurrent use.
type Set struct {
	mu     sync.Mutex
	values []secret
	names  map[string]bool // of the spec: they are no secrets
	hider  *hider          // hides the values; nil: to be made anew
}

// secret is a value that is not shown, or a part of one.
type secret struct {
	text string
	// address says that the value is the address of something, without a user
	// and a query: where data lies it may be shown.
	address bool
}

// hidden stands in place of a secret.
const hidden = "***"

// shortestSecret is the length below which a value is not hidden: it would
// blank out half of every line.
const shortestSecret = 4

// Add notes a value; where it is a URL, what is secret in it by itself, and all
// of it only where that is not all that is secret.
func (s *Set) Add(value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts, all := partsOf(value)
	if !all {
		s.note(secret{value, isPlainAddress(value)})
	}
	for _, part := range parts {
		s.note(secret{part, false})
	}
}

func (s *Set) note(v secret) {
	if len(v.text) >= shortestSecret && !slices.Contains(s.values, v) {
		s.values = append(s.values, v)
		s.hider = nil
	}
}

// AddName notes a name of the spec. A value that is one is not hidden: it would
// make the places of errors unreadable, and says nothing that the spec does not.
func (s *Set) AddName(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.names[name] {
		if s.names == nil {
			s.names = map[string]bool{}
		}
		s.names[name] = true
		s.hider = nil
	}
}

// longPart is the length from which a part of a URL is a secret by itself. Such
// a part may be a common word: "require", "admin".
const longPart = 8

// partsOf returns what is secret of a URL where the rest of it is not shown
// beside it: its password, its path, and the values of its query. Whoever
// answers a request may quote them. all says that the rest is a scheme and a
// server, which may be shown.
func partsOf(value string) (parts []string, all bool) {
	_, rest, ok := strings.Cut(value, "://")
	if !ok {
		return nil, false
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	rest = rest[len(authority):]
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		_, password, _ := strings.Cut(authority[:at], ":")
		parts = append(parts, password, authority[:at])
	}
	path, query, _ := strings.Cut(rest, "?")
	all = authority != "" && IsServer(authority) && !strings.ContainsAny(rest, "?#") && (len(path) <= len("/") || len(path) >= longPart)
	long := []string{path, query}
	for pair := range strings.SplitSeq(query, "&") {
		_, v, _ := strings.Cut(pair, "=")
		long = append(long, v)
	}
	return append(parts, slices.DeleteFunc(long, func(part string) bool { return len(part) < longPart })...), all
}

var server = regexp.MustCompile(`^([0-9A-Za-z._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?$`)

// IsServer reports whether a text is a host, a port, or both.
func IsServer(text string) bool { return server.MatchString(text) }

// Hide returns a text without the secrets.
func (s *Set) Hide(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hider == nil {
		s.hider = newHider(s.texts(func(secret) bool { return true }))
	}
	return s.hider.hide(text)
}

// HideInPlace is Hide for a text that says where data lies. Its author left out
// the secrets already, and a plain address is none there.
func (s *Set) HideInPlace(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return newHider(s.texts(func(v secret) bool { return !v.address })).hide(text)
}

// texts returns the secrets that fit.
func (s *Set) texts(fits func(secret) bool) []string {
	var list []string
	for _, v := range s.values {
		if fits(v) && !s.names[v.text] {
			list = append(list, v.text)
		}
	}
	return list
}

// isPlainAddress reports whether a value is a URL or an absolute path, without a
// user and a query.
func isPlainAddress(value string) bool {
	return (setting.Scheme(value) != "" || strings.HasPrefix(value, "/")) && !strings.ContainsAny(value, "@?")
}
