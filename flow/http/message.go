package http

import (
	"encoding/base64"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/setting"
)

func (c *call) addHeaders(s *flow.Setup, place string, headers []flow.Header) {
	for _, h := range headers {
		fields := 0
		value := driver.NewTemplate(s, place, "headers."+h.Name, h.Value, func(before string) driver.Escape {
			fields++
			return driver.InHeader(before)
		})
		text, err := value.Fill(slices.Repeat([]string{"x"}, fields)...)
		if err == nil {
			err = checkHeader(h.Name, text)
		}
		if err != nil {
			s.Errorf(place, "headers.%s: %w", h.Name, err)
			continue
		}
		c.headers = append(c.headers, named{h.Name, value})
	}
}

func (c *call) addQuery(s *flow.Setup, place string, query []flow.Header) {
	for _, q := range query {
		// The whole value is escaped when it is filled, its fixed text too.
		value := driver.NewTemplate(s, place, "query."+q.Name, q.Value, driver.Verbatim)
		c.query = append(c.query, named{q.Name, value})
	}
}

// textBody makes bodies of a template.
func textBody(t *driver.Template) bodyMaker {
	return func(fields []string) ([]byte, error) {
		text, err := t.Fill(fields...)
		return []byte(text), err
	}
}

// message fills the templates with the fields of one value.
func (c *call) message(v Values) (message, error) {
	m := message{header: c.header.Clone()}
	if err := c.fillURL(&m, v); err != nil {
		return m, flow.Permanent(fmt.Errorf("url: %w", err))
	}
	for i, h := range c.headers {
		value, err := h.value.Fill(at(v.Headers, i)...)
		if err == nil {
			err = checkHeader(h.name, value)
		}
		if err != nil {
			return m, flow.Permanent(fmt.Errorf("headers.%s: %w", h.name, err))
		}
		m.header.Set(h.name, value)
	}
	if c.body == nil {
		return m, nil
	}
	body, err := c.body(v.Body)
	if err != nil {
		return m, flow.Permanent(fmt.Errorf("body: %w", err))
	}
	m.body, m.contentType = body, "application/json"
	return m, nil
}

// fillURL makes the URL. A user part becomes a header, so that no error that
// names the URL can show it.
func (c *call) fillURL(m *message, v Values) error {
	text, err := c.url.fill(v.URL)
	if err != nil {
		return err
	}
	if m.url, err = parseURL(text); err != nil {
		return err
	}
	if m.url.User != nil {
		m.header.Set("Authorization", basic(m.url.User))
		m.url.User = nil
	}
	for i, q := range c.query {
		value, err := q.value.Fill(at(v.Query, i)...)
		if err != nil {
			return err
		}
		if m.url.RawQuery != "" {
			m.url.RawQuery += "&"
		}
		m.url.RawQuery += url.QueryEscape(q.name) + "=" + url.QueryEscape(value)
	}
	return nil
}

// at returns list i; nil where there are none.
func at(lists [][]string, i int) []string {
	if i < len(lists) {
		return lists[i]
	}
	return nil
}

// basic returns the Authorization header of a user.
func basic(user *url.Userinfo) string {
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}

// checkHeader refuses what would be no header, or would change where the
// message ends. It does not show the value.
func checkHeader(name, value string) error {
	switch nethttp.CanonicalHeaderKey(name) {
	case "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Upgrade", "Te":
		return fmt.Errorf("%s cannot be set: it follows from the request", name)
	}
	if !isToken(name) {
		return fmt.Errorf("%q is not the name of a header", name)
	}
	if !setting.FitsHeader(value) {
		return errors.New("a header value cannot hold a line break or another control character")
	}
	return nil
}

// isToken reports whether text is a name in the sense of HTTP.
func isToken(text string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	for _, r := range text {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		if !letter && !strings.ContainsRune(marks, r) {
			return false
		}
	}
	return text != ""
}
