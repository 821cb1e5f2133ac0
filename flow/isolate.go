package flow

import (
	"context"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// isolate runs a delivery as one batch. Where that fails and each record has a
// caller of its own, it runs them one by one: a record that fails is refused to
// its caller and takes no other with it. Those that had got further in the
// first run are run again, as after any failed batch.
func isolate[T any](ctx context.Context, d Delivery[T], do func(context.Context, Batch[T]) error) error {
	ctx = withCallers(ctx, d.Refuse)
	err := do(ctx, d.Batch)
	if err == nil || d.Refuse == nil || len(d.Batch.Values) < 2 {
		return err
	}
	var refused error
	for i, v := range d.Batch.Values {
		if ctx.Err() != nil {
			return err
		}
		if one := do(ctx, Batch[T]{Values: []T{v}, origin: []int{i}}); one != nil {
			d.Refuse(i, one)
			refused = one
		}
	}
	if refused == nil {
		return nil
	}
	return run.Told(refused)
}
