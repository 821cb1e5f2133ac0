package http

import (
	"cmp"
	"context"
	"log/slog"
	nethttp "net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// ListenOptions describe a stage that takes requests, as the spec has it.
type ListenOptions[T any] struct {
	Stage  flow.StageOptions
	Listen string // ":8027", "0.0.0.0:80"; without a host: 127.0.0.1
	Path   string // "/sensors/{sensor}" fills that field; empty: "/"
	Method string // empty: POST; GET takes HEAD too
	Limit  string // size of a body; empty: 1MiB
	Token  string // bearer token that callers show; a setting
	Open   bool   // another address than loopback needs Token or Open
	Body   bool   // false: the value is made of query and path alone
	// Decode reads the body with the fields of query and path put in.
	Decode record.Payload[T]
	// Fields are the fields of T's record that query and path may fill.
	Fields []record.Field
}

// Listener is a source whose callers wait until their records are
// acknowledged.
type Listener[T any] struct {
	*flow.Stage

	server  *server
	method  string
	path    string // as the spec has it
	inPath  []record.Field
	inQuery []record.Field // the others
	body    bool
	limit   int64
	decode  record.Payload[T]
	token   token
	guard   *nethttp.CrossOriginProtection // nil: none
	log     *slog.Logger

	reading   atomic.Int64 // requests whose body is being read
	queue     *queue[T]
	closed    chan struct{}
	closeOnce sync.Once
}

const (
	defaultBody = 1 << 20
	patience    = time.Minute // how long a request waits to be taken
)

// Listen resolves the settings of a stage that takes requests. Its port is
// opened when the parts of the service are connected; requests that come before
// the pipeline runs wait.
func Listen[T any](s *flow.Setup, o ListenOptions[T]) *Listener[T] {
	place := o.Stage.Place()
	l := &Listener[T]{
		Stage:  flow.NewStage(s, o.Stage),
		body:   o.Body,
		limit:  defaultBody,
		decode: o.Decode,
		token:  newToken(s.NonEmpty(place, "token", o.Token)),
		log:    s.Logger().With("stage", o.Stage.Name),
		queue:  newQueue[T](),
		closed: make(chan struct{}),
	}
	if limit := s.Size(place, "limit", o.Limit); limit > 0 {
		l.limit = limit
	}
	if o.Token == "" && !o.Open {
		l.guard = nethttp.NewCrossOriginProtection()
	}
	l.serve(s, place, o)
	return l
}

// serve adds the listener to the server of its address.
func (l *Listener[T]) serve(s *flow.Setup, place string, o ListenOptions[T]) {
	address, atOK := l.address(s, place, o)
	path := driver.NewTemplate(s, place, "path", cmp.Or(o.Path, "/"), driver.Verbatim)
	if path.Missing() {
		return // which is noted
	}
	r, err := parseRoute(o.Method, path, o.Fields)
	if err != nil {
		s.Errorf(place, "%w", err)
	}
	if !atOK || err != nil {
		return
	}
	l.method, l.path, l.inPath = r.method, r.path, r.fields
	l.inQuery = slices.DeleteFunc(slices.Clone(o.Fields), func(f record.Field) bool { return slices.Contains(r.fields, f) })
	l.server = serverAt(s, address)
	if err := l.server.handle(o.Stage.Name, r, l.handle); err != nil {
		s.Errorf(place, "%w", err)
	}
	driver.AddPart(s, driver.Part{Name: place, Where: "http://" + address + o.Path, Close: l.close})
}

// address resolves the address to listen at; ok is false where it is missing or
// wrong, which is noted.
func (l *Listener[T]) address(s *flow.Setup, place string, o ListenOptions[T]) (address string, ok bool) {
	s.Address(place, "listen", o.Listen, func(text string) (err error) {
		address, err = parseAddress(text, o.Token != "" || o.Open)
		return err
	})
	return address, address != ""
}

// URL returns where the listener is reached. With port 0 it is known once the
// service is connected.
func (l *Listener[T]) URL() string { return "http://" + l.server.actual() + l.path }

// close answers all that still wait: their records are not acknowledged.
func (l *Listener[T]) close(context.Context) error {
	l.closeOnce.Do(func() {
		refuseAll(l.queue.stop(), nil)
		close(l.closed)
	})
	return nil
}
