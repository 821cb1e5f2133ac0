package http

import (
	"context"
	"errors"
	"io"

	"github.com/flowc-dev/flowc/flow"
)

// Receive returns the requests that wait, as soon as there is one. When its
// context is cancelled the pipeline stops: all that wait, and all that come
// until the next Receive, are answered 503.
func (l *Listener[T]) Receive(ctx context.Context) (flow.Delivery[T], error) {
	if l.isClosed() {
		return flow.Delivery[T]{}, io.EOF
	}
	if ctx.Err() == nil {
		l.queue.resume()
	}
	for ctx.Err() == nil {
		if taken := l.queue.take(); len(taken) > 0 {
			return delivery(taken), nil
		}
		select {
		case <-ctx.Done():
		case <-l.queue.ready:
		case <-l.closed:
			return flow.Delivery[T]{}, io.EOF
		}
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		refuseAll(l.queue.stop(), nil)
	}
	return flow.Delivery[T]{}, ctx.Err()
}

func (l *Listener[T]) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// delivery makes a source batch of requests. A caller that has gone away
// meanwhile does not take its record back.
func delivery[T any](taken []*request[T]) flow.Delivery[T] {
	values := make([]T, len(taken))
	for i, r := range taken {
		values[i] = r.value
	}
	return flow.Delivery[T]{
		Batch: flow.Batch[T]{Values: values},
		Held:  true,
		Ack: func(context.Context) error {
			for _, r := range taken {
				r.settle(r.reply)
			}
			return nil
		},
		Nack:   func(err error) { refuseAll(taken, err) },
		Refuse: func(i int, err error) { taken[i].settle(outcome(err)) },
		Reply: func(i int, body []byte, contentType string) {
			taken[i].reply = replied(body, contentType)
		},
	}
}

func refuseAll[T any](requests []*request[T], err error) {
	for _, r := range requests {
		r.settle(outcome(err))
	}
}
