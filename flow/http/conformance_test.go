package http

import (
	"context"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/record"
)

func TestSinkConformance(t *testing.T) {
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			conformance.Sink(t, conformance.SinkSuite{New: func(t *testing.T) conformance.SinkFixture {
				return newReceiver(t, method).fixture()
			}})
		})
	}
}

// receiver is a web server that can go away and come back. It is reached over
// pipes: a port that it gave up could be another's when it comes back.
type receiver struct {
	method string
	server *nethttp.Server
	done   chan struct{}
	pipes  atomic.Pointer[pipes] // of the server

	mu  sync.Mutex
	got []conformance.Message
}

func newReceiver(t *testing.T, method string) *receiver {
	r := &receiver{method: method}
	r.start()
	t.Cleanup(r.stop)
	return r
}

func (r *receiver) start() {
	p := newPipes()
	r.pipes.Store(p)
	r.server, r.done = &nethttp.Server{Handler: r}, make(chan struct{})
	go func() {
		defer close(r.done)
		_ = r.server.Serve(p)
	}()
}

func (r *receiver) stop() {
	_ = r.server.Close()
	<-r.done
}

func (r *receiver) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return r.pipes.Load().dial(ctx, network, address)
}

func (r *receiver) ServeHTTP(w nethttp.ResponseWriter, request *nethttp.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil || request.Method != r.method {
		w.WriteHeader(nethttp.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, conformance.Message{Address: request.URL.EscapedPath(), Body: body, ContentType: request.Header.Get("Content-Type")})
}

func (r *receiver) received() []conformance.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got[:len(r.got):len(r.got)]
}

func (r *receiver) fixture() conformance.SinkFixture {
	return conformance.SinkFixture{
		Env: map[string]string{"URL": "http://server"},
		Open: func(s *flow.Setup, stage flow.StageOptions, content record.Content[conformance.Item]) func(context.Context, conformance.Item) error {
			c := NewClient(s, ClientOptions[conformance.Item, struct{}]{
				Stage: stage, Method: r.method, URL: "${URL}/items/{text}/new", Content: content,
				Fill: func(v conformance.Item) Values { return Values{URL: []string{v.Text}} },
			})
			dialBy(c.call, r.dial)
			return c.Send
		},
		Received: r.received,
		Inside: func(path string) bool {
			return strings.HasPrefix(path, "/items/") && strings.HasSuffix(path, "/new") && strings.Count(path, "/") == 3
		},
		Stop: r.stop, Start: r.start,
	}
}
