package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
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
	secret secrets
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
	Close func(context.Context) error
}

// Service returns the name of the service.
func (s *Setup) Service() string { return s.process.service }

// Flow returns the name of the flow that is being opened.
func (s *Setup) Flow() string { return s.flow }

// Logger returns the logger of the flow, for what happens outside of a
// pipeline: a connection that was lost and is back.
func (s *Setup) Logger() *slog.Logger { return s.process.logger.With("flow", s.flow) }

// Part registers a part of the flow.
func (s *Setup) Part(p Part) { s.process.parts = append(s.process.parts, p) }

// Errorf notes that a setting is wrong: place is a stage, store, connection or
// pipeline ("store.reports"). All of them are reported at once.
func (s *Setup) Errorf(place, format string, args ...any) {
	s.process.errs = append(s.process.errs, fmt.Errorf("%s: %w", place, fmt.Errorf(format, args...)))
}

// Share returns what open makes, made once a process: flows that run in one
// process share a store or a connection by its name ("store.reports").
func Share[T any](s *Setup, name string, open func() T) T {
	if v, ok := s.process.shared[name]; ok {
		return v.(T)
	}
	v := open()
	s.process.shared[name] = v
	return v
}

// OpenStore opens a store with the driver of its URL's scheme. Flows of one
// process share it.
func OpenStore[T any](s *Setup, o StoreOptions[T], drivers map[string]Driver[T]) Store[T] {
	place := "store." + o.Name
	return Share(s, place, func() Store[T] {
		url := s.URL(place, "url", o.URL)
		scheme, known := schemeOf(url), keysOf(drivers)
		if scheme == "" {
			return nil // the setting could not be resolved, which is noted already
		}
		open, ok := drivers[scheme]
		if !ok {
			s.Errorf(place, "url: scheme %q is not compiled in; this program has %s (add it to drivers in flow.toml)", scheme, known)
			return nil
		}
		return open(s, o, url)
	})
}

// connect opens all parts in order. It reports all that fail, and closes what
// it opened if any did.
func (p *process) connect(ctx context.Context) error {
	var errs []error
	opened := 0
	for _, part := range p.parts {
		if part.Connect != nil {
			if err := part.Connect(ctx); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", part.Name, err))
			}
		}
		opened++
	}
	if len(errs) > 0 {
		errs = append(errs, p.close(ctx))
	}
	return errors.Join(errs...)
}

// close closes all parts in reverse order.
func (p *process) close(ctx context.Context) error {
	var errs []error
	for i := len(p.parts) - 1; i >= 0; i-- {
		if part := p.parts[i]; part.Close != nil {
			if err := part.Close(ctx); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", part.Name, err))
			}
		}
	}
	return errors.Join(errs...)
}

// secrets are the values that came from the environment and from files: they
// are never shown.
type secrets struct {
	mu     sync.Mutex
	values []string
}
