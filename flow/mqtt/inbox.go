package mqtt

import (
	"context"
	"io"
	"sync"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho/session/state"
)

// inbox is the session of a subscriber (MQTT 5, 4.1). The client library asks
// its session to acknowledge a message as soon as it has handed it out; inbox
// leaves that to the window, which does so when the pipeline is through.
type inbox struct {
	*state.State
	window *window
	link   *link

	mu    sync.Mutex
	alive context.Context // ends with the connection
	lost  context.CancelFunc
}

func newInbox(l *link, room int) *inbox {
	b := &inbox{State: state.NewInMemory(), link: l}
	b.window = newWindow(room, b.State.Ack)
	b.alive, b.lost = context.WithCancel(context.Background())
	b.lost()
	return b
}

// ConAckReceived starts a connection.
func (b *inbox) ConAckReceived(w io.Writer, c *packets.Connect, a *packets.Connack) error {
	b.mu.Lock()
	b.lost()
	b.alive, b.lost = context.WithCancel(context.Background())
	b.mu.Unlock()
	b.window.connect(a.SessionPresent)
	return b.State.ConAckReceived(w, c, a)
}

// ConnectionLost ends a connection.
func (b *inbox) ConnectionLost(d *packets.Disconnect) error {
	b.mu.Lock()
	b.lost()
	b.mu.Unlock()
	b.window.disconnect()
	b.link.dropped(d)
	return b.State.ConnectionLost(d)
}

// Ack does nothing: see inbox.
func (b *inbox) Ack(*packets.Publish) error { return nil }

// connection returns a context that ends with the connection.
func (b *inbox) connection() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.alive
}
