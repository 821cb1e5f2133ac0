package mqtt

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session/state"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// outbox is the client by which all publishers of a connection publish, and
// its session: a message that was sent when the connection was lost is sent
// again with the next one, with its identifier, so that QoS 2 stays exactly
// once (MQTT 5, 4.3.3, 4.4).
type outbox struct {
	*state.State
	link     *link
	clientID string

	mu      sync.Mutex
	session context.Context // ends with the session: what was in flight is not sent again
	end     context.CancelCauseFunc
	spoilt  bool // the next connection starts without the session
	limit   int  // of a packet, in bytes; 0: none
}

const (
	// publishSession is how long the broker keeps the state of messages that
	// are in flight when a connection is lost.
	publishSession = 10 * time.Minute
	// forever leaves the end of a publish to its context.
	forever = 1000 * time.Hour
	// overhead is more than a PUBLISH packet holds beside topic, content type
	// and payload.
	overhead = 32
)

// errSessionLost means that the broker may not have a message that was sent.
var errSessionLost = errors.New("the broker has lost the session")

// shareOutbox returns the client of a connection's publishers.
func shareOutbox(s *flow.Setup, c *Connection) *outbox {
	name := c.place() + ".publish"
	return driver.Share(s, name, func() *outbox {
		o := &outbox{
			State:    state.NewInMemory(),
			link:     newLink(c),
			clientID: "flowc-" + s.Service() + "-" + c.name + "-publish-" + rand.Text(),
		}
		o.session, o.end = context.WithCancelCause(context.Background())
		driver.AddPart(s, driver.Part{Name: name, Where: c.where(), Connect: o.connect, Close: o.close})
		return o
	})
}

func (o *outbox) connect(ctx context.Context) error { return o.link.start(ctx, o.config()) }

func (o *outbox) close(ctx context.Context) error {
	o.end(errors.New("the connection is closed"))
	return o.link.close(ctx)
}

func (o *outbox) config() autopaho.ClientConfig {
	config := o.link.config(o.clientID)
	config.CleanStartOnInitialConnection = true
	config.SessionExpiryInterval = uint32(publishSession / time.Second)
	config.Session = o
	config.PacketTimeout = forever
	config.ConnectPacketBuilder = o.connectPacket
	// There is no use for the session once this process has no message left.
	config.DisconnectPacketBuilder = func() *paho.Disconnect {
		return &paho.Disconnect{Properties: &paho.DisconnectProperties{SessionExpiryInterval: paho.Uint32(0)}}
	}
	return config
}

// connectPacket starts anew where a message has spoilt the session.
func (o *outbox) connectPacket(c *paho.Connect, _ *url.URL) (*paho.Connect, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c.CleanStart = c.CleanStart || o.spoilt
	c.Properties.ReceiveMaximum = paho.Uint16(1) // nothing is received
	return c, nil
}

// ConAckReceived starts a connection. Without its session the broker knows
// nothing of the messages in flight.
func (o *outbox) ConAckReceived(w io.Writer, c *packets.Connect, a *packets.Connack) error {
	o.mu.Lock()
	o.limit = 0
	if a.Properties != nil && a.Properties.MaximumPacketSize != nil {
		o.limit = int(*a.Properties.MaximumPacketSize)
	}
	if !a.SessionPresent {
		o.end(errSessionLost)
		o.session, o.end = context.WithCancelCause(context.Background())
		o.spoilt = false
	}
	o.mu.Unlock()
	return o.State.ConAckReceived(w, c, a)
}

// ConnectionLost ends a connection. Where a message was the reason, those in
// flight fail: it is one of them.
func (o *outbox) ConnectionLost(d *packets.Disconnect) error {
	if d != nil && spoils(d.ReasonCode) {
		o.mu.Lock()
		o.spoilt = true
		o.end(fmt.Errorf("the broker closed the connection while messages were in flight: %w", reasonError(d.ReasonCode, "")))
		o.mu.Unlock()
	}
	o.link.dropped(d)
	return o.State.ConnectionLost(d)
}

// abandon notes that a message was given up before it was acknowledged. The
// session would send it again with each connection, for good where it is the
// reason that the broker ends them: so the next one starts anew.
func (o *outbox) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.spoilt = true
}

// current returns a context that ends with the session, and the largest packet
// the broker takes.
func (o *outbox) current() (session context.Context, limit int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.session, o.limit
}
