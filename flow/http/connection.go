package http

import (
	"context"
	"crypto/tls"
	"net"
	nethttp "net/http"
	"net/url"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Connection is what stages that talk to one server share: a pool of TCP
// connections, TLS, credentials and headers.
type Connection struct {
	name      string   // empty: that of stages without a connection
	base      *url.URL // nil: none
	broken    bool     // its URL is wrong, which is noted
	header    nethttp.Header
	transport *nethttp.Transport
}

// NewConnection resolves the settings of a connection. All stages of the
// process that name it share it.
func NewConnection(s *flow.Setup, o flow.ConnectionOptions) *Connection {
	return driver.Share(s, "http connection."+o.Name, func() *Connection {
		place := "connection." + o.Name
		c := &Connection{name: o.Name, header: nethttp.Header{}}
		c.base = baseURL(s, place, o.URL)
		c.broken = c.base == nil && o.URL != ""
		c.addHeaders(s, place, o.Headers)
		c.addCredentials(s, place, o)
		c.transport = newTransport(s, c.tls(s, place, o.TLS))
		driver.AddPart(s, driver.Part{Name: place, Where: origin(c.base), Close: c.close})
		return c
	})
}

// plainConnection returns the connection of all stages that name none.
func plainConnection(s *flow.Setup) *Connection {
	return driver.Share(s, "http", func() *Connection {
		c := &Connection{header: nethttp.Header{}, transport: newTransport(s, nil)}
		driver.AddPart(s, driver.Part{Name: "http", Close: c.close})
		return c
	})
}

func (c *Connection) close(context.Context) error {
	c.transport.CloseIdleConnections()
	return nil
}

// hasCertificate reports whether the connection shows a certificate to any
// server that asks for one.
func (c *Connection) hasCertificate() bool {
	t := c.transport.TLSClientConfig
	return t != nil && len(t.Certificates) > 0
}

// baseURL resolves the URL of a connection.
func baseURL(s *flow.Setup, place, raw string) *url.URL {
	text := s.URL(place, "url", raw)
	if text == "" {
		return nil
	}
	u, err := parseURL(text)
	if err != nil {
		s.Errorf(place, "url: %w", err)
		return nil
	}
	return u
}

// tls reads the TLS files. Whoever names them expects that nothing is sent in
// the clear.
func (c *Connection) tls(s *flow.Setup, place string, files flow.TLSFiles) *tls.Config {
	config := driver.TLS(s, place, files)
	if config != nil && c.base != nil && c.base.Scheme == "http" {
		s.Errorf(place, "tls is set, but the url is not encrypted; write https://%s", c.base.Host)
	}
	return config
}

func (c *Connection) addHeaders(s *flow.Setup, place string, headers []flow.Header) {
	for _, h := range headers {
		value := s.String(place, "headers."+h.Name, h.Value)
		if err := checkHeader(h.Name, value); err != nil {
			s.Errorf(place, "headers: %w", err)
			continue
		}
		c.header.Set(h.Name, value)
	}
}

// addCredentials makes the Authorization header of a user, a token or the user
// part of the URL, which it takes out there.
func (c *Connection) addCredentials(s *flow.Setup, place string, o flow.ConnectionOptions) {
	if o.Token != "" && o.Username != "" {
		s.Errorf(place, "token and username exclude each other: a request has one of them")
		return
	}
	if c.base != nil && c.base.User != nil {
		c.header.Set("Authorization", basic(c.base.User))
		c.base.User = nil
	}
	auth := ""
	switch {
	case o.Token != "":
		auth = "Bearer " + s.NonEmpty(place, "token", o.Token)
	case o.Username != "":
		user := s.String(place, "username", o.Username)
		auth = basic(url.UserPassword(user, s.String(place, "password", o.Password)))
	default:
		return
	}
	if err := checkHeader("Authorization", auth); err != nil {
		s.Errorf(place, "token: %w", err)
		return
	}
	c.header.Set("Authorization", auth)
}

// hideProxies notes the addresses of proxies, which may hold a password: they
// are settings of every program, by their names.
func hideProxies(s *flow.Setup) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		if address, ok := s.Lookup(name); ok {
			s.Secret(address)
		}
	}
}

// newTransport returns a pool of TCP connections. How long a whole call may
// take is the stage's timeout, which may well be longer than any limit that
// would suit here for the time until the first line of the answer.
func newTransport(s *flow.Setup, config *tls.Config) *nethttp.Transport {
	hideProxies(s)
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &nethttp.Transport{
		Proxy:                  nethttp.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    10 * time.Second,
		ExpectContinueTimeout:  time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           driver.MaxBatch,
		MaxIdleConnsPerHost:    driver.MaxBatch, // as many calls as workers may make of a batch at a time
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
