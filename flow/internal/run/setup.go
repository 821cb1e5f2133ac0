package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/secret"
)

// Flow is a flow as generated code describes it.
type Flow struct {
	Name string
	Host string // the host it runs on; empty: that of all flows without one
	// Open resolves the settings of the flow and registers its stores,
	// connections and pipelines. It connects to nothing.
	Open func(*Setup)
}

// Setup is what a flow is opened with: it resolves settings, gathers all that
// is wrong with them, and holds the parts to connect and the pipelines to run.
type Setup struct {
	flow      string
	process   *process
	pipelines []*pipeline
}

// process is what the flows of one process share.
type process struct {
	service string
	lookup  func(string) (string, bool) // of the environment
	logger  *slog.Logger

	parts  []Part
	shared map[string]any
	errs   []error
	secret secret.Set

	connected []Part
}

// newProcess returns a process in which no flow has been opened yet.
func newProcess(service string, lookup func(string) (string, bool)) *process {
	p := &process{
		service: service,
		lookup:  lookup,
		logger:  slog.New(slog.DiscardHandler),
		shared:  map[string]any{},
	}
	p.secret.AddName(service)
	return p
}

// Part is something that is opened before the pipelines run and closed after
// them: a store, a connection, a listener.
type Part struct {
	Name string // "store.reports", "connection.broker", "answer"
	// Where says where the part's data lies or whom it talks to, for people;
	// without secrets. Empty: not shown.
	Where string
	// Connect opens the part; nil: nothing to do. Parts are connected in the
	// order in which they were registered.
	Connect func(context.Context) error
	// Close frees the part; nil: nothing to do. Parts are closed in reverse.
	// What was not connected is not closed.
	Close func(context.Context) error
	// Host starts what several processes of one machine must share, such as an
	// embedded broker: with -processes the parent calls it, once for each part,
	// instead of Connect. Its children find env ("NAME=value") through
	// [Setup.Lookup]. nil: each process connects by itself.
	Host func(ctx context.Context) (env []string, stop func(), err error)
}

// Service returns the name of the service.
func (s *Setup) Service() string { return s.process.service }

// Flow returns the name of the flow that is being opened.
func (s *Setup) Flow() string { return s.flow }

// Logger returns the logger of the flow, for what happens outside of a
// pipeline: a connection that was lost and is back.
func (s *Setup) Logger() *slog.Logger { return s.process.logger.With("flow", s.flow) }

// Lookup returns an environment variable. Settings of the user's go through
// [Setup.String] and [Setup.URL] instead, which hide their values.
func (s *Setup) Lookup(name string) (string, bool) { return s.process.lookup(name) }

// Secret notes a text that is shown as little as the values of settings are:
// one that a library reads from the environment by itself.
func (s *Setup) Secret(text string) { s.process.secret.Add(text) }

// AddName notes the name of a part of the spec ("reports", "store.reports").
func (s *Setup) AddName(name string) {
	s.process.secret.AddName(name)
	s.process.secret.AddName(name[strings.LastIndexByte(name, '.')+1:])
}

// Part registers a part of the flow.
func (s *Setup) Part(p Part) {
	s.AddName(p.Name)
	s.process.parts = append(s.process.parts, p)
}

// Errorf notes that a setting is wrong: place is a stage, store, connection or
// pipeline ("store.reports"). All of them are reported at once.
func (s *Setup) Errorf(place, format string, args ...any) {
	s.process.errs = append(s.process.errs, fmt.Errorf("%s: %w", place, fmt.Errorf(format, args...)))
}

// Err returns all that is wrong with the settings so far, as one error.
func (s *Setup) Err() error { return errors.Join(s.process.errs...) }

// Share returns what open makes, made once a process: flows that run in one
// process share a store or a connection by its name ("store.reports").
func Share[T any](s *Setup, name string, open func() T) T {
	if v, ok := s.process.shared[name]; ok {
		t, _ := v.(T) // a store that could not be opened is nil
		return t
	}
	v := open()
	s.process.shared[name] = v
	return v
}

// connect opens all parts in order. It reports all that fail, and closes what
// it opened if any did, or if ctx ended before all were open.
func (p *process) connect(ctx context.Context) (failed, cut error) {
	failed, cut = p.connectEach(ctx, func(Part, error) {})
	if failed != nil || cut != nil {
		failed = errors.Join(failed, p.close(context.WithoutCancel(ctx)))
	}
	return failed, cut
}

// connectEach opens all parts in order and reports how each went. The end of
// ctx ends it: cut says at what. That is no failure of the part.
func (p *process) connectEach(ctx context.Context, report func(Part, error)) (failed, cut error) {
	var errs []error
	for _, part := range p.parts {
		if ctx.Err() != nil {
			return errors.Join(errs...), fmt.Errorf("%s: %w", part.Name, context.Cause(ctx))
		}
		done := p.sayWhenSlow(part.Name)
		err := part.open(ctx)
		done()
		report(part, err)
		if err == nil {
			p.connected = append(p.connected, part)
			continue
		}
		err = fmt.Errorf("%s: %w", part.Name, err)
		if ctx.Err() != nil {
			return errors.Join(errs...), err
		}
		if len(errs) > 0 && errors.Is(err, fail.ErrNotOpen) {
			continue // what it needs has said why
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...), nil
}

// How long a part may take to connect before the log says that it is awaited,
// and how often it says so.
const (
	slowConnect = 2 * time.Second
	stillSlow   = 10 * time.Second
)

// sayWhenSlow logs that a part is being connected, until done has returned.
func (p *process) sayWhenSlow(part string) (done func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var saying sync.WaitGroup
	saying.Go(func() {
		start := time.Now()
		for wait := slowConnect; Sleep(ctx, wait) == nil; wait = stillSlow {
			p.logger.Info("connecting", "part", part, "for", time.Since(start).Round(time.Second))
		}
	})
	return func() { cancel(); saying.Wait() }
}

// open connects a part; a panic of its Connect is an error of that part.
func (p Part) open(ctx context.Context) (err error) {
	if p.Connect == nil {
		return nil
	}
	defer fail.Catch(&err)
	return p.Connect(ctx)
}

// close closes what is connected, in reverse order.
func (p *process) close(ctx context.Context) error {
	var errs []error
	for _, part := range slices.Backward(p.connected) {
		if part.Close == nil {
			continue
		}
		if err := part.Close(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", part.Name, err))
		}
	}
	p.connected = nil
	return errors.Join(errs...)
}
