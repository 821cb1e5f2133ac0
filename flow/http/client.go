package http

import (
	"context"
	"fmt"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// ClientOptions describe a stage that makes requests, as the spec has it.
type ClientOptions[T, U any] struct {
	Stage      flow.StageOptions
	Method     string        // GET, POST, PUT, PATCH, DELETE
	Connection *Connection   // nil: none; else its URL stands where URL is empty, its headers, credentials and TLS are used
	URL        string        // template: ${NAME} and {field}
	Headers    []flow.Header // values are templates
	Query      []flow.Header // name, and template of the value; appended to the URL's query, escaped
	Body       string        // template of a body, {field} escaped as the inside of JSON strings; empty: JSON
	JSON       Object        // a body as a JSON object; nil: Content
	Accept     []int         // statuses that are a success; empty: 2xx
	Limit      string        // size of an answer; empty: 64MiB
	// Fill returns the texts of the {field}s; nil: there are none.
	Fill func(T) Values
	// Content is what is sent where there is neither Body nor JSON; nil: no
	// body.
	Content record.Content[T]
	// Answer is how an answer is read by Get and Ask.
	Answer record.Payload[U]
}

// Values are the texts of a value's fields for the templates of a client, in
// the order in which they stand there: one list a header and one a query entry,
// nil where that has no fields.
type Values struct {
	URL     []string
	Headers [][]string
	Query   [][]string
	Body    []string
}

// Client makes a request for each value. It is safe for concurrent use.
type Client[T, U any] struct {
	*flow.Stage

	call    *call
	fill    func(T) Values
	content record.Content[T]
	answer  record.Payload[U]
}

// NewClient resolves the settings of a stage that makes requests.
func NewClient[T, U any](s *flow.Setup, o ClientOptions[T, U]) *Client[T, U] {
	place := o.Stage.Place()
	connection := o.Connection
	if connection == nil {
		connection = plainConnection(s)
	}
	c := newCall(s, place, o.Method, connection, o.Answer.ContentType)
	c.url = newTarget(s, place, o.URL, connection)
	c.addHeaders(s, place, o.Headers)
	c.addQuery(s, place, o.Query)
	switch {
	case o.Body != "":
		c.body = textBody(driver.NewTemplate(s, place, "body", o.Body, driver.InJSON))
	case o.JSON != nil:
		c.body = newJSONBody(s, place, o.JSON).fill
	}
	c.accept = o.Accept
	if limit := s.Size(place, "limit", o.Limit); limit > 0 {
		c.limit = limit
	}
	driver.AddPart(s, driver.Part{Name: place, Where: c.url.origin})
	return &Client[T, U]{Stage: flow.NewStage(s, o.Stage).Sending(), call: c, fill: o.Fill, content: o.Content, answer: o.Answer}
}

// Get makes the request of a first stage, which nothing arrives at: it has no
// body but Body.
func (c *Client[T, U]) Get(ctx context.Context) (U, error) {
	m, err := c.call.message(Values{})
	if err != nil {
		var none U
		return none, err
	}
	return c.fetch(ctx, m)
}

// Ask makes the request for v and returns the decoded answer. Where v has
// nothing to send (its field is missing) it is skipped.
func (c *Client[T, U]) Ask(ctx context.Context, v T) (U, error) {
	m, err := c.message(v)
	if err == nil && m.nothing {
		err = flow.Skip
	}
	if err != nil {
		var none U
		return none, err
	}
	return c.fetch(ctx, m)
}

// fetch makes the request and returns the decoded answer.
func (c *Client[T, U]) fetch(ctx context.Context, m message) (answer U, err error) {
	var none U
	data, err := c.call.fetch(ctx, m)
	if err != nil {
		return none, err
	}
	if err := c.answer.Unmarshal(data, &answer); err != nil {
		return none, flow.Permanent(fmt.Errorf("%s: %w", c.call.name(m), unreadable(data, err)))
	}
	return answer, nil
}

// Send makes the request for v and drops the answer. Where v has nothing to
// send (its field is missing) it does nothing.
func (c *Client[T, U]) Send(ctx context.Context, v T) error {
	m, err := c.message(v)
	if err != nil || m.nothing {
		return err
	}
	return c.call.deliver(ctx, m)
}

// message gathers what is sent for v.
func (c *Client[T, U]) message(v T) (message, error) {
	var values Values
	if c.fill != nil {
		values = c.fill(v)
	}
	m, err := c.call.message(values)
	if err != nil || c.call.body != nil || c.content == nil {
		return m, err
	}
	body, contentType, send, err := c.content(v)
	m.body, m.contentType, m.nothing = body, contentType, !send
	return m, flow.Permanent(err)
}
