package flow

import (
	"context"
	"errors"
	"log/slog"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

type callersKey struct{}

// withCallers puts in the context how to answer the caller of a source record.
func withCallers(ctx context.Context, refuse func(i int, err error)) context.Context {
	if refuse == nil {
		return ctx
	}
	return context.WithValue(ctx, callersKey{}, refuse)
}

// refusedValue is a value that a stage has refused, by its position in a step.
type refusedValue struct {
	position int
	err      error
}

// noteRefusal adds a value to a list where a stage has refused it.
func noteRefusal(list []refusedValue, position int, err error) []refusedValue {
	var r *fail.Refusal
	if errors.As(err, &r) {
		list = append(list, refusedValue{position, err})
	}
	return list
}

// tell answers the callers of refused values. origin returns the source record
// that the value at a position came from.
func (s *Stage) tell(ctx context.Context, list []refusedValue, origin func(position int) int) {
	refuse, wait := ctx.Value(callersKey{}).(func(i int, err error))
	for _, r := range list {
		if wait {
			refuse(origin(r.position), r.err)
			continue
		}
		run.ScopeOf(ctx).Log(s.name).LogAttrs(ctx, slog.LevelWarn, "record refused", slog.Any("error", r.err))
	}
}
