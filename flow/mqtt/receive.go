package mqtt

import (
	"context"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

// Receive blocks until a message is there and returns what has arrived, in
// order, at most [driver.MaxBatch] messages and [driver.MaxBatchBytes].
//
// A payload that cannot be decoded is the stage's on_error: it is done, or
// Receive returns the error and nothing of the batch is acknowledged; the next
// Receive finds it again.
//
// Ack of a delivery never fails. Where its connection is gone, the broker sends
// the messages again; they are acknowledged then and not delivered twice, as
// long as the process lives and the broker has kept the session.
func (s *Subscription[T]) Receive(ctx context.Context) (flow.Delivery[T], error) {
	w := s.inbox.window
	for {
		batch, err := w.take(ctx)
		if err != nil {
			return flow.Delivery[T]{}, err
		}
		values, err := s.records(ctx, batch)
		if err != nil {
			w.putBack(batch)
			return flow.Delivery[T]{}, err
		}
		if len(values) == 0 {
			w.finish(batch)
			continue
		}
		return flow.Delivery[T]{
			Batch: flow.Batch[T]{Values: values},
			Ack: func(context.Context) error {
				w.finish(batch)
				return nil
			},
			Nack: func(error) { w.release(batch) },
		}, nil
	}
}

// records decodes messages, less those that are refused.
func (s *Subscription[T]) records(ctx context.Context, batch []*message) ([]T, error) {
	values := make([]T, 0, len(batch))
	for _, m := range batch {
		fields, ok := s.filter.match(m.topic)
		if !ok {
			s.tellStrange(m)
			continue
		}
		var v T
		if err := s.record(m, fields, &v); err != nil {
			if err := s.refuse(ctx, m, err); err != nil {
				return nil, err
			}
			continue
		}
		values = append(values, v)
	}
	return values, nil
}

func (s *Subscription[T]) record(m *message, fields []record.TextField, v *T) error {
	payload, err := record.MergeFields(m.payload, fields)
	if err != nil {
		return err
	}
	return s.decode.Unmarshal(payload, v)
}

// refuse applies on_error to a message that cannot be decoded. The end of the
// context is not the message's fault.
func (s *Subscription[T]) refuse(ctx context.Context, m *message, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.Refuse(ctx, m.payload, err)
}

// tellStrange logs, once, a message that the filter does not match: the session
// still holds a subscription that the stage had before its topic was changed.
// Such a message counts as done.
func (s *Subscription[T]) tellStrange(m *message) {
	s.strange.Do(func() {
		s.link.logger.Warn("dropping messages of an earlier topic of this stage, which the broker's session still subscribes to",
			"stage", s.Name(), "topic", s.filter.text, "arrived", m.topic)
	})
}
