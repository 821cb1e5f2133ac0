package http

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/setting"
)

// target is the URL of a client's requests.
type target struct {
	base   string // that the template continues: of the connection; empty: the template is whole
	path   *driver.Template
	origin string // scheme and host, for people
}

// newTarget resolves the URL of a client and checks what is known of it at
// start: all but the values of its fields, which stand behind the host.
func newTarget(s *flow.Setup, place, raw string, connection *Connection) target {
	t := target{base: connection.baseFor(s, place, raw)}
	fields, head := 0, ""
	t.path = driver.NewURLTemplate(s, place, "url", raw, func(before string) driver.Escape {
		if fields == 0 {
			head = before
		}
		fields++
		return driver.InURL(before)
	})
	text, err := t.fill(slices.Repeat([]string{"x"}, fields))
	if fields == 0 {
		head = text
	}
	continues := raw == "" || raw[0] == '/'
	if t.path.Missing() || err != nil || continues && connection.broken {
		return t // which is noted already
	}
	if fields > 0 && t.base == "" && !pastHost(head) {
		s.Errorf(place, "url: a {field} can stand in the path and in the query only")
		return t
	}
	if text == "" && raw != "" {
		s.Errorf(place, "url: the setting is empty")
		return t
	}
	t.check(s, place, text, connection)
	return t
}

// baseFor returns what a URL of a stage continues: the connection's URL, where
// the stage has none or only a path.
func (c *Connection) baseFor(s *flow.Setup, place, raw string) string {
	if c.base == nil || raw != "" && raw[0] != '/' {
		return ""
	}
	if raw != "" && (c.base.RawQuery != "" || c.base.ForceQuery) {
		s.Errorf(place, "url: the URL of connection %q has a query, which no path can follow", c.name)
	}
	base := c.base.String()
	if raw != "" {
		base = strings.TrimSuffix(base, "/")
	}
	return base
}

// check reports what is wrong with the URL before anything is sent there.
func (t *target) check(s *flow.Setup, place, text string, connection *Connection) {
	u, err := parseURL(text)
	switch {
	case text == "":
		s.Errorf(place, "url: neither the stage nor its connection has one")
	case err != nil:
		s.Errorf(place, "url: %w", err)
	case connection.base != nil && origin(u) != origin(connection.base):
		s.Errorf(place, "url: %s is not the server of connection %q (%s), whose credentials it would get", origin(u), connection.name, origin(connection.base))
	default:
		t.origin = origin(u)
	}
}

// fill returns the URL of one request.
func (t *target) fill(values []string) (string, error) {
	path, err := t.path.Fill(values...)
	return t.base + path, err
}

// pastHost reports whether text that is the start of a URL goes beyond its
// host.
func pastHost(text string) bool {
	_, rest, ok := strings.Cut(text, "://")
	return ok && strings.ContainsAny(rest, "/?")
}

// parseURL reads a URL that requests go to. Its errors do not show the text,
// which may hold a password.
func parseURL(text string) (*url.URL, error) {
	u, problem := setting.HTTP(text)
	switch {
	case problem == setting.URLForm, problem == setting.URLScheme && u.Scheme == "":
		return nil, errors.New(`not a URL such as "https://example.com/path"`)
	case problem == setting.URLScheme:
		return nil, errors.New("its scheme is not http or https")
	case problem == setting.URLHost:
		return nil, errors.New("the host is missing")
	case problem == setting.URLFragment:
		return nil, errors.New("what follows # is never sent; write %23 for the character")
	case problem == setting.URLPort:
		return nil, errors.New("its port is above 65535")
	}
	u.RawQuery = sendable(u.RawQuery)
	return u, nil
}

// sendable escapes what no query can hold as it is: a space or a line break
// would end the request's first line.
func sendable(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// origin returns the scheme and the host of a URL: what is trusted when a part
// of it is.
func origin(u *url.URL) string {
	if u == nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}
