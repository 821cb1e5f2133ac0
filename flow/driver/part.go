package driver

import (
	"context"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

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
	// [flow.Setup.Lookup]. nil: each process connects by itself.
	Host func(ctx context.Context) (env []string, stop func(), err error)
}

// AddPart registers a part of the flow.
func AddPart(s *flow.Setup, p Part) { s.Core().Part(run.Part(p)) }

// Share returns what open makes, made once a process: flows that run in one
// process share a store or a connection by its name ("store.reports").
func Share[T any](s *flow.Setup, name string, open func() T) T {
	return run.Share(s.Core(), name, open)
}
