package mqtt

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/setting"
)

// Connection is what stages that talk to one broker share: its address, TLS and
// credentials.
type Connection struct {
	name    string
	service string
	logger  *slog.Logger
	header  http.Header // of the handshake of ws and wss

	address *address // nil until an embedded broker has its port
	timeout time.Duration
	down    error // why a first client did not reach the broker: the next ones do not wait as long again
}

// firstTimeout is how long the first connection may take, as a broker that is
// started together with the service needs a moment.
const firstTimeout = 10 * time.Second

// NewConnection resolves the settings of a connection. All stages of the
// process that name it share it.
func NewConnection(s *flow.Setup, o flow.ConnectionOptions) *Connection {
	return driver.Share(s, "connection."+o.Name, func() *Connection {
		c := &Connection{
			name:    o.Name,
			service: s.Service(),
			logger:  s.Logger().With("connection", o.Name),
			header:  http.Header{},
			timeout: firstTimeout,
		}
		c.resolve(s, o)
		return c
	})
}

// place is how errors of settings name the connection.
func (c *Connection) place() string { return "connection." + c.name }

// resolve resolves the address and registers the connection.
func (c *Connection) resolve(s *flow.Setup, o flow.ConnectionOptions) {
	for _, h := range o.Headers {
		value := s.String(c.place(), "headers."+h.Name, h.Value)
		if !setting.FitsHeader(value) {
			s.Errorf(c.place(), "headers.%s: a header value cannot hold a line break or another control character", h.Name)
		}
		c.header.Add(h.Name, value)
	}
	text := s.URL(c.place(), "url", o.URL)
	if o.URL == "" {
		s.Errorf(c.place(), "url: missing; write mqtt://host:1883 or %s", embedded)
	}
	if text == embedded {
		c.embed(s, o)
		return
	}
	c.address = newAddress(s, c.place(), text, o)
	if c.address != nil {
		driver.AddPart(s, driver.Part{Name: c.place(), Where: c.where()})
	}
}

// embed registers a broker inside this process; where a parent process runs it
// already, the connection leads there.
func (c *Connection) embed(s *flow.Setup, o flow.ConnectionOptions) {
	if text, ok := s.Lookup(c.variable()); ok {
		c.address = newAddress(s, c.place(), text, flow.ConnectionOptions{})
		driver.AddPart(s, driver.Part{Name: c.place(), Where: embedded})
		return
	}
	if o.TLS != (flow.TLSFiles{}) || o.Username != "" || o.Token != "" {
		s.Errorf(c.place(), "an embedded broker takes neither tls nor credentials: it listens on the loopback interface only")
	}
	var b *broker
	driver.AddPart(s, driver.Part{
		Name:  c.place(),
		Where: embedded,
		Connect: func(context.Context) (err error) {
			if b, err = startBroker(c.logger); err == nil {
				c.address = &address{url: b.url()}
			}
			return err
		},
		Close: func(context.Context) error { return b.close() },
		Host:  c.host,
	})
}

// host runs the broker for the child processes of this one.
func (c *Connection) host(context.Context) (env []string, stop func(), err error) {
	b, err := startBroker(c.logger)
	if err != nil {
		return nil, nil, err
	}
	return []string{c.variable() + "=" + b.url().String()}, func() { _ = b.close() }, nil
}

// variable is the environment variable by which a parent process tells its
// children where the embedded broker listens.
func (c *Connection) variable() string { return "FLOWC_MQTT_" + strings.ToUpper(c.name) }

// where returns the address for stages to show; empty for an embedded broker,
// which has none yet when they are opened.
func (c *Connection) where() string {
	if c.address == nil {
		return ""
	}
	return (&url.URL{Scheme: c.address.url.Scheme, Host: c.address.url.Host}).String()
}
