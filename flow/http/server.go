package http

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// server is the server of one address, which its listeners share.
type server struct {
	address string
	stage   string // the first to listen here
	mux     *nethttp.ServeMux
	routes  []taken
	http    *nethttp.Server
	listen  func(ctx context.Context, network, address string) (net.Listener, error)
	bound   atomic.Pointer[string] // the real address; nil before Connect
	served  chan struct{}          // closed when Serve has returned; nil before Connect
}

// taken is a route that a stage has.
type taken struct {
	route
	stage string
}

// writeTime bounds how long a caller may take to read its answer.
const writeTime = time.Minute

// closeTime bounds how long answers that are being written keep the port from
// closing.
const closeTime = 3 * time.Second

// serverAt returns the server of an address.
func serverAt(s *flow.Setup, address string) *server {
	return driver.Share(s, "http "+address, func() *server {
		mux := nethttp.NewServeMux()
		v := &server{address: address, mux: mux, listen: new(net.ListenConfig).Listen}
		v.http = &nethttp.Server{
			Handler:           inJSON(mux),
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       time.Minute,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(s.Logger().Handler(), slog.LevelDebug),
		}
		driver.AddPart(s, driver.Part{Name: "listen " + address, Connect: v.connect, Close: v.close})
		return v
	})
}

// inJSON answers requests that no route takes as the routes answer errors: in
// JSON. The status and the headers that belong to it are those of mux: Allow, and
// Location where the path is not clean and nothing is at the clean one either.
func inJSON(mux *nethttp.ServeMux) nethttp.Handler {
	return nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		limitWrite(w, time.Time{}) // the limit of the answer before, if any
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		probe := &statusOnly{header: nethttp.Header{}}
		h.ServeHTTP(probe, r)
		for _, name := range []string{"Allow", "Location"} {
			if value := probe.header.Get(name); value != "" {
				w.Header().Set(name, value)
			}
		}
		failed(probe.status, strings.ToLower(nethttp.StatusText(probe.status))).write(w)
	})
}

// limitWrite sets when an answer must have been read.
func limitWrite(w nethttp.ResponseWriter, until time.Time) {
	_ = nethttp.NewResponseController(w).SetWriteDeadline(until) // not every writer of a test has one
}

// statusOnly takes the status and the header of an answer.
type statusOnly struct {
	header nethttp.Header
	status int
}

func (s *statusOnly) Header() nethttp.Header         { return s.header }
func (s *statusOnly) WriteHeader(status int)         { s.status = status }
func (s *statusOnly) Write(text []byte) (int, error) { return len(text), nil }

// handle gives a route to a stage. Only one stage can have it.
func (v *server) handle(stage string, r route, h nethttp.HandlerFunc) error {
	if v.stage == "" {
		v.stage = stage
	}
	for _, other := range v.routes {
		if other.pattern == r.pattern {
			return fmt.Errorf("path: stage %q takes %s %s at %s already", other.stage, r.method, r.path, v.address)
		}
		if conflict(other.pattern, r.pattern) {
			return fmt.Errorf("path: some requests fit both %s %s and %s of stage %q at %s, and neither path is a case of the other", r.method, r.path, other.path, other.stage, v.address)
		}
	}
	v.mux.HandleFunc(r.pattern, h)
	v.routes = append(v.routes, taken{r, stage})
	return nil
}

// conflict reports whether some request fits two patterns of which neither is
// the narrower. That they do not fit into one mux is net/http's only word for
// it.
func conflict(a, b string) (yes bool) {
	defer func() { yes = recover() != nil }()
	mux := nethttp.NewServeMux()
	mux.Handle(a, nethttp.NotFoundHandler())
	mux.Handle(b, nethttp.NotFoundHandler())
	return false
}

// actual returns the address that the port is open at.
func (v *server) actual() string {
	if a := v.bound.Load(); a != nil {
		return *a
	}
	return v.address
}

func (v *server) connect(ctx context.Context) error {
	listener, err := v.listen(ctx, "tcp", v.address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("stage %q: address %s is in use by another program; stop that, or change listen", v.stage, v.address)
	}
	if err != nil {
		return fmt.Errorf("stage %q: %w", v.stage, err)
	}
	bound := listener.Addr().String()
	v.bound.Store(&bound)
	v.served = make(chan struct{})
	go func() {
		defer close(v.served)
		_ = v.http.Serve(listener) // returns when close says so
	}()
	return nil
}

// close lets answers that are being written go out and closes the port. The
// listeners, which are closed before, have answered all that waited.
func (v *server) close(ctx context.Context) error {
	if v.served == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	err := v.http.Shutdown(ctx)
	if err != nil {
		err = v.http.Close() // callers who take their time are cut off
	}
	<-v.served
	return err
}
