package http

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flowc-dev/flowc/flow"
)

// pipes is a network within the process. In a bubble of synctest no clock but
// the test's runs in it.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	closeOnce   sync.Once
	dials       atomic.Int64
}

func newPipes() *pipes { return &pipes{connections: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.closeOnce.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func (p *pipes) listen(context.Context, string, string) (net.Listener, error) { return p, nil }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	p.dials.Add(1)
	mine, theirs := net.Pipe()
	select {
	case p.connections <- theirs:
		return mine, nil
	case <-p.closed:
		return nil, errors.New("connection refused")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// transport returns a transport over the network; the test closes it.
func (p *pipes) transport(t *testing.T) *nethttp.Transport {
	transport := &nethttp.Transport{DialContext: p.dial}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// pipedClient returns a client of a server that handle makes, over pipes.
func pipedClient(t *testing.T, o ClientOptions[string, string], handle nethttp.HandlerFunc) (*Client[string, string], *pipes) {
	t.Helper()
	p := newPipes()
	server := &nethttp.Server{Handler: handle}
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(p) })
	t.Cleanup(group.Wait)
	t.Cleanup(func() { _ = server.Close() })
	o.URL = "http://server/"
	c := textClient(t, o)
	dialBy(c.call, p.dial)
	return c, p
}

// dialBy lets the requests of a client go over another network.
func dialBy(c *call, dial func(ctx context.Context, network, address string) (net.Conn, error)) {
	transport := c.client.Transport.(*nethttp.Transport)
	transport.Proxy, transport.DialContext = nil, dial
}

// pipedListener returns a listener that is reached over pipes.
func pipedListener(t *testing.T, o ListenOptions[reading]) (*Listener[reading], *pipes, func()) {
	t.Helper()
	p := newPipes()
	var l *Listener[reading]
	closeAll := open(t, nil, func(s *flow.Setup) {
		l = Listen(s, o)
		l.server.listen = p.listen
	})
	return l, p, closeAll
}

// call makes a request over pipes that may take any time.
func (p *pipes) call(t *testing.T, transport *nethttp.Transport, method, path, body string) reply {
	t.Helper()
	c := caller{t, &nethttp.Client{Transport: transport}}
	return c.do(method, "http://server"+path, body)
}

// raw is a caller who writes what he likes.
type raw struct {
	net.Conn
	heard *bytes.Buffer
	done  chan struct{} // closed when the other side has closed
}

// rawCaller dials and listens to what comes back.
func rawCaller(t *testing.T, p *pipes) *raw {
	t.Helper()
	connection, err := p.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	r := &raw{connection, &bytes.Buffer{}, make(chan struct{})}
	go func() {
		defer close(r.done)
		_, _ = io.Copy(r.heard, connection)
	}()
	t.Cleanup(func() {
		_ = connection.Close()
		<-r.done
	})
	return r
}

// say writes text; where the other side does not listen any more, it is lost.
func (r *raw) say(text string) { _, _ = io.Copy(r.Conn, strings.NewReader(text)) }
