package mqtt

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"

	"github.com/flowc-dev/flowc/flow/driver"
)

// window holds the messages between the broker and the pipeline: those that
// have arrived and wait, and those that are not acknowledged yet.
//
// MQTT has no negative acknowledgement and wants acknowledgements in the order
// of arrival (4.6), so a message is acknowledged when it and all before it are
// done. After a reconnect the broker sends what is not acknowledged again with
// its packet identifier and the DUP flag (4.4): such a message is recognised,
// is not delivered twice, and its first delivery acknowledges it.
type window struct {
	send func(*packets.Publish) error // sends the acknowledgement of a message
	room int                          // messages with QoS 0 that may wait

	mu        sync.Mutex
	connected bool
	waiting   []*message          // arrived, not delivered
	flight    []*message          // of this connection, not acknowledged; in order of arrival
	known     map[uint16]*message // not acknowledged, of any connection, by packet identifier
	failure   error               // what the next take returns
	arrived   chan struct{}       // has one element when take may have news
	freed     chan struct{}       // has one element when there may be room; or the connection is lost
}

// message is one that arrived.
type message struct {
	topic    string
	payload  []byte
	qos      byte
	id       uint16
	live     bool // it stands in flight: this connection's broker waits for its acknowledgement
	done     bool // the pipeline is through with it
	released bool // the pipeline gave it back: it is delivered again when it comes again
}

func newWindow(room int, send func(*packets.Publish) error) *window {
	return &window{
		send:    send,
		room:    room,
		known:   map[uint16]*message{},
		arrived: make(chan struct{}, 1),
		freed:   make(chan struct{}, 1),
	}
}

// connect starts a connection. present says whether the broker still has the
// session; without it the broker knows nothing of earlier messages, and their
// identifiers stand for others.
func (w *window) connect(present bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.connected = true
	if !present {
		clear(w.known)
	}
}

// disconnect ends a connection: nothing of it can be acknowledged any more.
func (w *window) disconnect() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.connected = false
	for _, m := range w.flight {
		m.live = false
	}
	w.flight = nil
	signal(w.freed)
}

// arrive takes a message. It blocks as long as too many messages with QoS 0
// wait, which the receive maximum does not bound (3.3.4); the others never
// block, because acknowledgements come the same way. It reports whether the
// message was dropped: with QoS 0, when the connection was lost meanwhile.
func (w *window) arrive(p *paho.Publish, stalled func()) (dropped bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if p.QoS == 0 && !w.awaitRoom(stalled) {
		return true
	}
	m := &message{topic: p.Topic, payload: p.Payload, qos: p.QoS, id: p.PacketID}
	if p.QoS > 0 && w.resent(m, p.Duplicate()) {
		return false
	}
	w.waiting = append(w.waiting, m)
	signal(w.arrived)
	return false
}

// resent puts a message in flight. It reports whether the message is known.
func (w *window) resent(m *message, duplicate bool) bool {
	if !w.connected {
		return true // it comes again with the next connection
	}
	old := w.known[m.id]
	if old != nil && duplicate && old.same(m) {
		if !old.live {
			old.live = true
			w.flight = append(w.flight, old)
			w.acknowledge()
		}
		return true
	}
	if old != nil && old.live { // the broker has given its identifier to another message
		old.live = false
		w.flight = slices.DeleteFunc(w.flight, func(m *message) bool { return m == old })
	}
	m.live = true
	w.known[m.id] = m
	w.flight = append(w.flight, m)
	return false
}

// same reports whether m is the message that arrived before. It is compared to
// the letter: a broker that used the identifier for another message would lose
// that one otherwise.
func (m *message) same(other *message) bool {
	return !m.released && m.topic == other.topic && bytes.Equal(m.payload, other.payload)
}

// take returns what waits, up to the limits of a batch; it blocks until
// something does.
func (w *window) take(ctx context.Context) ([]*message, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if batch, err := w.pending(); err != nil || len(batch) > 0 {
			return batch, err
		}
		select {
		case <-ctx.Done():
		case <-w.arrived:
		}
	}
}

// pending takes what waits.
func (w *window) pending() ([]*message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.failure; err != nil {
		w.failure = nil
		return nil, err
	}
	n, size := 0, 0
	for n < len(w.waiting) && n < driver.MaxBatch {
		size += len(w.waiting[n].payload)
		if n > 0 && size > driver.MaxBatchBytes {
			break
		}
		n++
	}
	batch := slices.Clone(w.waiting[:n])
	w.waiting = slices.Delete(w.waiting, 0, n)
	signal(w.freed)
	return batch, nil
}

// putBack makes messages wait again, before all others.
func (w *window) putBack(batch []*message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = slices.Insert(w.waiting, 0, batch...)
	signal(w.arrived)
}

// finish notes that the pipeline is through with messages and acknowledges
// what it may.
func (w *window) finish(batch []*message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range batch {
		m.done = true
	}
	w.acknowledge()
}

// acknowledge acknowledges the unbroken prefix that is done. An error of the
// connection needs no answer: the broker sends these messages again.
func (w *window) acknowledge() {
	n := 0
	for n < len(w.flight) && w.flight[n].done {
		m := w.flight[n]
		if w.known[m.id] == m {
			delete(w.known, m.id)
		}
		_ = w.send(&packets.Publish{QoS: m.qos, PacketID: m.id})
		n++
	}
	w.flight = slices.Delete(w.flight, 0, n)
}

// release gives messages back: they stay unacknowledged.
func (w *window) release(batch []*message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range batch {
		m.released = true
	}
}

// fail makes take return an error once.
func (w *window) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failure = err
	signal(w.arrived)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
