package http

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/flow"
)

// FuzzURL makes sure that a value stays in its place: one segment, one value of
// the query.
func FuzzURL(f *testing.F) {
	for _, v := range []string{"a", "", ".", "..", "a/b", "a?b", "a&b=c", "a#b", "%2f", "é", "\x00", "a;b", "+ ", "\xff", "{x}", "@", ":"} {
		f.Add(v, v)
	}
	f.Fuzz(func(t *testing.T, field, setting string) {
		var c *call
		open(t, []string{"S=" + setting}, func(s *flow.Setup) {
			c = newCall(s, "call", "GET", plainConnection(s), "")
			c.url = newTarget(s, "call", "http://host/a/{x}/x{x}?q={x}&r=1", plainConnection(s))
			c.addQuery(s, "call", []flow.Header{{Name: "p&", Value: "${S}={x}"}})
		})
		m, err := c.message(Values{URL: []string{field, field, field}, Query: [][]string{{field}}})
		if err != nil {
			if field != "" && field != "." && field != ".." {
				t.Fatal(err)
			}
			return
		}
		u, err := url.ParseRequestURI(m.url.RequestURI())
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.Split(u.EscapedPath(), "/")
		query, err := url.ParseQuery(u.RawQuery)
		if err != nil || len(segments) != 4 || len(query) != 3 {
			t.Fatalf("%v: %q, %v", err, segments, query)
		}
		first, _ := url.PathUnescape(segments[2])
		second, _ := url.PathUnescape(segments[3])
		if m.url.Host != "host" || first != field || second != "x"+field || query.Get("q") != field || query.Get("r") != "1" || query.Get("p&") != setting+"="+field {
			t.Errorf("%s", u)
		}
	})
}

// FuzzHeader makes sure that a value cannot begin another header.
func FuzzHeader(f *testing.F) {
	for _, v := range []string{"a", "", "a\r\nX: y", "a\nb", "\t", "é", "\x7f", "\x00", " a "} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, value string) {
		err := checkHeader("X-A", value)
		if control := strings.IndexFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) >= 0; control != (err != nil) {
			t.Errorf("%q: %v", value, err)
		}
		if err != nil && utf8.ValidString(value) && len(value) > 3 {
			mustNotContain(t, err.Error(), value)
		}
	})
}
