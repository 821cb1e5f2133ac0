package setting

import (
	"net/url"
	"strconv"
	"strings"
)

// URLProblem is what is wrong with a URL.
type URLProblem int

// The problems of URLs.
const (
	URLFine     URLProblem = iota
	URLForm                // it is no URL
	URLScheme              // its scheme is another one, or missing
	URLHost                // it has no host
	URLFragment            // it has a part behind #
	URLPort                // its port is above 65535
	URLPath                // it has a path
)

// Scheme returns what stands before the first colon of a URL, in lower case: the
// case of a scheme means nothing (RFC 3986, 3.1). It is "" where there is no
// colon.
func Scheme(text string) string {
	scheme, _, found := strings.Cut(text, ":")
	if !found {
		return ""
	}
	return strings.ToLower(scheme)
}

// HTTP reads a URL that HTTP requests go to.
func HTTP(text string) (*url.URL, URLProblem) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, URLForm
	case u.Scheme != "http" && u.Scheme != "https":
		return u, URLScheme
	case u.Hostname() == "":
		return u, URLHost
	case u.Fragment != "":
		return u, URLFragment
	}
	if _, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && err != nil {
		return u, URLPort
	}
	return u, URLFine
}

// DefaultOfURL is DefaultOf for a URL whose user part is percent-encoded, as the
// runtime does it. Fields are "x", and so are variables of the user part that
// have no default: what they hold never changes where the URL leads.
func DefaultOfURL(parts []Part) (text string, known bool) {
	var b strings.Builder
	known = true
	for i, p := range parts {
		switch user := InUserPart(b.String(), parts[i:]); {
		case p.Kind == Text:
			b.WriteString(p.Value)
		case p.Kind == Field, user && !p.HasDefault:
			b.WriteByte('x')
		case user:
			b.WriteString(UserPart(p.Default))
		default:
			known = known && p.HasDefault
			b.WriteString(p.Default)
		}
	}
	return b.String(), known
}

// InUserPart reports whether text that follows before stands between "//" and
// "@" of a URL, of which the parts rest follow.
func InUserPart(before string, rest []Part) bool {
	_, authority, ok := strings.Cut(before, "//")
	if !ok || strings.ContainsAny(authority, "/?#@") {
		return false
	}
	for _, p := range rest {
		if p.Kind != Text {
			continue
		}
		if at := strings.IndexAny(p.Value, "/?#@"); at >= 0 {
			return p.Value[at] == '@'
		}
	}
	return false
}

// UserPart percent-encodes all characters that RFC 3986 reserves, more than the
// user part needs: not all readers of URLs agree on which these are.
func UserPart(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
