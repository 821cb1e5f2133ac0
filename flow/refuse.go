package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Refuse, returned as the error of a stage function, drops the value as [Skip]
// does, and has the caller of http.listen who waits for it answered with a
// status of 400 to 599 and the reason, as {"error": "no such order"}. Any other
// status counts as 422. Where nobody waits, the reason is logged.
func Refuse(status int, reason string) error { return &Refusal{Status: status, Reason: reason} }

// Refusal is the error that [Refuse] returns. It is a [Skip] to [errors.Is].
type Refusal struct {
	Status int
	Reason string
}

// Error says how the value was refused.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused with status %d: %s", r.Status, r.Reason)
}

// Unwrap returns [Skip].
func (r *Refusal) Unwrap() error { return Skip }

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
	var r *Refusal
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
		scopeOf(ctx).log(s.name).LogAttrs(ctx, slog.LevelWarn, "record refused", slog.Any("error", r.err))
	}
}
