package http

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	nethttp "net/http"
	"net/url"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// call is a client without the types of its values.
type call struct {
	method  string
	client  *nethttp.Client
	url     target
	header  nethttp.Header // of every request
	headers []named
	query   []named
	body    bodyMaker // nil: the content of the value
	accept  []int
	limit   int64
	trusted bool // shows a certificate: follows to no other host
}

// named is a template with the name of its header or query parameter.
type named struct {
	name  string
	value *driver.Template
}

// bodyMaker makes a body of the texts of its fields.
type bodyMaker func(fields []string) ([]byte, error)

// message is one request, filled.
type message struct {
	url         *url.URL
	header      nethttp.Header
	body        []byte
	contentType string
	nothing     bool // there is nothing to send
}

const (
	defaultLimit    = 64 << 20         // of an answer
	defaultDeadline = 30 * time.Second // of a call whose context has none
)

func newCall(s *flow.Setup, place, method string, connection *Connection, answer string) *call {
	c := &call{
		method:  method,
		header:  connection.header.Clone(),
		limit:   defaultLimit,
		trusted: connection.hasCertificate(),
	}
	if method == "" {
		s.Errorf(place, "method is missing")
	}
	c.client = &nethttp.Client{Transport: connection.transport, CheckRedirect: c.redirect}
	if c.header.Get("User-Agent") == "" {
		c.header.Set("User-Agent", "flowc/"+s.Service())
	}
	if c.header.Get("Accept") == "" && answer != "" {
		c.header.Set("Accept", acceptable(answer))
	}
	return c
}

// acceptable returns the Accept header for a content type. It leaves the last
// word to the server: one that calls its JSON application/geo+json, or its
// text text/csv, must not answer 406.
func acceptable(contentType string) string {
	if kind, _, err := mime.ParseMediaType(contentType); err == nil {
		contentType = kind
	}
	return contentType + ", */*;q=0.5"
}

// fetch makes the request and returns the body of the answer.
func (c *call) fetch(ctx context.Context, m message) ([]byte, error) {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	response, err := c.do(ctx, cancel, m)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	data, err := readAnswer(response, c.limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name(m), err)
	}
	return data, nil
}

// deliver makes the request and drops the answer.
func (c *call) deliver(ctx context.Context, m message) error {
	ctx, cancel := withDeadline(ctx)
	defer cancel()
	response, err := c.do(ctx, cancel, m)
	if err != nil {
		return err
	}
	drain(response.Body, cancel)
	return nil
}

// do makes the request. The answer it returns has a status that is a success;
// the caller closes its body.
func (c *call) do(ctx context.Context, cancel context.CancelFunc, m message) (*nethttp.Response, error) {
	request, err := c.request(ctx, m)
	if err != nil {
		return nil, flow.Permanent(fmt.Errorf("%s: %w", c.name(m), err))
	}
	response, err := c.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.name(m), transportError(err))
	}
	if c.accepts(response.StatusCode) {
		return response, nil
	}
	defer time.AfterFunc(drainTime, cancel).Stop() // its text is worth no long wait
	err = statusError(response)
	drain(response.Body, cancel)
	return nil, refused(response, fmt.Errorf("%s: %w", c.name(m), err))
}

func (c *call) request(ctx context.Context, m message) (*nethttp.Request, error) {
	var body io.Reader
	if m.body != nil {
		body = bytes.NewReader(m.body)
	}
	request, err := nethttp.NewRequestWithContext(ctx, c.method, "http://x", body)
	if err != nil {
		return nil, err
	}
	request.URL, request.Header, request.Host = m.url, m.header, m.url.Host
	if host := m.header.Get("Host"); host != "" {
		request.Host = host
	}
	if m.contentType != "" && m.header.Get("Content-Type") == "" {
		m.header.Set("Content-Type", m.contentType)
	}
	return request, nil
}

// name says which request it was, without what may be secret.
func (c *call) name(m message) string {
	shown := url.URL{Scheme: m.url.Scheme, Host: m.url.Host, Path: m.url.Path, RawPath: m.url.RawPath}
	return c.method + " " + shown.String()
}

func withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, defaultDeadline, fmt.Errorf("no answer within %v", defaultDeadline))
}
