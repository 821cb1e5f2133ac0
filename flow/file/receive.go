package file

import (
	"context"
	"errors"
	"fmt"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Receive returns the next records of the file, in order, at most
// [driver.MaxBatch] and [driver.MaxBatchBytes]. With follow it blocks until there
// are some; without, it returns io.EOF at the end.
//
// A record that cannot be decoded is the stage's on_error: it is done, or
// Receive returns the error, and the next Receive finds the record again. Those
// before it are delivered first.
//
// With follow, Ack makes the position behind the unbroken prefix of acknowledged
// deliveries durable. Without, it does nothing.
func (r *Reader[T]) Receive(ctx context.Context) (flow.Delivery[T], error) {
	for {
		if err := ctx.Err(); err != nil {
			return flow.Delivery[T]{}, err
		}
		values, idle, err := r.gather(ctx)
		if len(values) > 0 { // an error is found again
			return r.deliver(values), nil
		}
		if r.follow != nil && r.follow.passed() { // over what is done: blank lines, refused records
			err = errors.Join(err, r.follow.handOn()())
		}
		if err == nil && idle {
			err = r.follow.wait(ctx)
		}
		if err != nil {
			return flow.Delivery[T]{}, err
		}
	}
}

func (r *Reader[T]) deliver(values []T) flow.Delivery[T] {
	done := func() error { return nil }
	if r.follow != nil {
		done = r.follow.handOn()
	}
	return flow.Delivery[T]{
		Batch: flow.Batch[T]{Values: values},
		Ack:   func(context.Context) error { return done() },
		Nack:  func(error) {}, // its piece stays open in the ledger
	}
}

// gather reads what is there, up to the limits of a batch. idle says that it
// has reached the end of what is there.
func (r *Reader[T]) gather(ctx context.Context) (values []T, idle bool, err error) {
	size := 0
	for range driver.MaxBatch {
		rec, ok, err := r.next(len(values) == 0)
		if size += rec.size; !ok || size > driver.MaxBatchBytes && len(values) > 0 {
			return values, !ok, err
		}
		var v T
		is, err := r.read(rec, &v)
		switch {
		case is:
			values = append(values, v)
		case err == nil:
		case len(values) > 0:
			return values, false, nil
		default:
			if err := r.refuse(ctx, rec, err); err != nil {
				return nil, false, err
			}
		}
		r.input().take(rec)
	}
	return values, false, nil
}

// next returns the next record. ok is false where there is none at the moment;
// only with turn it looks further than to the end of the file.
func (r *Reader[T]) next(turn bool) (rec rawRecord, ok bool, err error) {
	for {
		if in := r.input(); in != nil {
			if rec, ok := in.peek(); ok {
				err := r.format.enter(in)
				return rec, err == nil, err
			}
		}
		n, err := r.fill()
		more := n > 0
		if !more && err == nil && turn {
			more, err = r.turn()
		}
		if !more || err != nil {
			return rawRecord{}, false, err
		}
	}
}

// read decodes a record. It returns false where it is none, or cannot be
// decoded; the error says where it stands.
func (r *Reader[T]) read(rec rawRecord, v *T) (bool, error) {
	is, err := r.format.read(rec, v)
	if err != nil {
		return false, fmt.Errorf("%s:%d: %w%s", r.input().Name(), r.input().line, err, rec.span())
	}
	return is, nil
}

// refuse applies on_error to a record that cannot be decoded. The end of the
// context is not the record's fault.
func (r *Reader[T]) refuse(ctx context.Context, rec rawRecord, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return r.Refuse(ctx, cutEnd(rec.text), err)
}

// input returns the file that is read; nil where there is none at the moment.
func (r *Reader[T]) input() *input {
	if r.follow != nil {
		return r.follow.in
	}
	return r.in
}

// fill reads on in the file. It returns 0 at its end.
func (r *Reader[T]) fill() (int, error) {
	if r.follow != nil {
		return r.follow.fill()
	}
	return r.in.fill()
}

// turn looks further at the end of the file. It returns false where there is no
// more at the moment, and io.EOF where there is no more at all.
func (r *Reader[T]) turn() (bool, error) {
	if r.follow != nil {
		return r.follow.turn()
	}
	return r.in.finish()
}
