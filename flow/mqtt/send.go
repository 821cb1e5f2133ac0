package mqtt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Pauses while the broker has no room for a message.
const (
	firstPause = 2 * time.Millisecond
	maxPause   = 500 * time.Millisecond
)

// errAgain means that a message must be sent again: its connection or session
// was lost before it was acknowledged.
var errAgain = errors.New("send again")

// publish sends a message until it is acknowledged, refused, or the context
// ends.
func (o *outbox) publish(ctx context.Context, m *paho.Publish) error {
	for pause := firstPause; ; pause = min(2*pause, maxPause) {
		if err := o.link.manager.AwaitConnection(ctx); err != nil {
			return fmt.Errorf("no connection to the MQTT broker at %s: %w (%w)", o.link.connection.address.host(), o.link.lastError(), err)
		}
		answer, err := o.once(ctx, *m)
		switch {
		case err == nil && accepted(answer.ReasonCode):
			return nil
		case err == nil:
			err = publishError(answer)
			if answer.ReasonCode != reasonQuotaExceeded { // else the broker's subscribers are behind
				return err
			}
		case !errors.Is(err, errAgain):
			return err
		}
		if driver.Sleep(ctx, pause) != nil {
			return err
		}
	}
}

// accepted reports whether a reason code says that the broker has the message.
// It has where nobody subscribes (0x10, 3.4.2.1), and where it does not know the
// identifier any more that a new connection asks for again: the answer that it
// was through with the message was lost (3.7.2.1, 4.3.3).
func accepted(code byte) bool { return code < 0x80 || code == reasonIdentifierNotFound }

// once sends a message once and returns the broker's answer.
func (o *outbox) once(ctx context.Context, m paho.Publish) (*paho.PublishResponse, error) {
	current, limit := o.current()
	if size := overhead + len(m.Topic) + len(m.Properties.ContentType) + len(m.Payload); limit > 0 && size > limit {
		return nil, flow.Permanent(fmt.Errorf("the message has about %d bytes, the broker takes %d at most", size, limit))
	}
	sending, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(current, func() { cancel(context.Cause(current)) })()
	answer, err := o.link.manager.Publish(sending, &m)
	if answer != nil {
		return answer, nil
	}
	return nil, o.interrupted(ctx, sending, err)
}

// interrupted says what it means that a message was not answered.
func (o *outbox) interrupted(ctx, sending context.Context, err error) error {
	switch cause := context.Cause(sending); {
	case ctx.Err() != nil:
		o.abandon()
		return fmt.Errorf("the MQTT broker at %s has not acknowledged the message: %w", o.link.connection.address.host(), ctx.Err())
	case errors.Is(cause, errSessionLost):
		return errAgain
	case cause != nil:
		return cause
	case errors.Is(err, autopaho.ConnectionDownError), errors.Is(err, session.ErrNoConnection):
		return errAgain
	case errors.Is(err, paho.ErrInvalidArguments): // the broker has no such QoS, or no retain
		return flow.Permanent(err)
	}
	return err
}
