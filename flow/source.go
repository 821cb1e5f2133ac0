package flow

import "context"

// Source is a first stage that waits for its data.
type Source[T any] interface {
	// Receive blocks until at least one record is there and returns what is
	// pending, within the limits of a batch that package driver has. It returns io.EOF
	// when the source has ended for good, and the context's error when that
	// ends. The next Receive may come before the delivery is acknowledged.
	Receive(ctx context.Context) (Delivery[T], error)
}

// Ender is what a [Source] implements beside it that may end by itself, as one
// does that reads a file once: with -once such a source is read to its end.
type Ender interface{ Ends() bool }

// Delivery is one source batch: the unit of acknowledgement. Exactly one of
// Ack and Nack is called, once.
type Delivery[T any] struct {
	Batch Batch[T]
	// Ack tells the source that every record is stored, skipped or
	// dead-lettered. Sources acknowledge an unbroken prefix only.
	Ack func(context.Context) error
	// Nack gives the batch back: it stays unacknowledged. A source whose caller
	// waits answers with the error; the others deliver the batch again only
	// after a restart or a new connection.
	Nack func(error)
	// Refuse answers the caller of source record i with the error; the others
	// wait on for Ack or Nack. nil where records have no callers of their own.
	Refuse func(i int, err error)
	// Reply is what the source's caller gets for source record i; nil where
	// the source has no caller. Ack sends it.
	Reply func(i int, body []byte, contentType string)
	// Held is true where a caller waits for the outcome. Such a batch is not
	// tried again by the pipeline: its caller is told and tries again itself.
	Held bool
}
