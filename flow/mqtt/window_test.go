package mqtt

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
)

// tester drives a window by hand.
type tester struct {
	*window
	t     *testing.T
	acked []uint16
}

func newTester(t *testing.T) *tester {
	w := &tester{t: t}
	w.window = newWindow(3, func(p *packets.Publish) error {
		w.acked = append(w.acked, p.PacketID)
		return nil
	})
	w.connect(false)
	return w
}

func (w *tester) message(id uint16, duplicate bool) {
	w.arrive(paho.PublishFromPacketPublish(&packets.Publish{
		Topic: "a", QoS: 1, PacketID: id, Duplicate: duplicate, Payload: fmt.Appendf(nil, "%d", id), Properties: &packets.Properties{},
	}), func() {})
}

func (w *tester) taken(want ...uint16) []*message {
	w.t.Helper()
	batch, err := w.pending()
	if err != nil {
		w.t.Fatal(err)
	}
	var got []uint16
	for _, m := range batch {
		got = append(got, m.id)
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("took %v, not %v", got, want)
	}
	return batch
}

func (w *tester) expectAcked(want ...uint16) {
	w.t.Helper()
	if !slices.Equal(w.acked, want) {
		w.t.Errorf("acknowledged %v, not %v", w.acked, want)
	}
	w.acked = nil
}

func (w *tester) reconnect(present bool) {
	w.disconnect()
	w.connect(present)
}

func TestWindowOrder(t *testing.T) {
	w := newTester(t)
	for id := range uint16(3) {
		w.message(id+1, false)
	}
	batch := w.taken(1, 2, 3)
	w.finish(batch[1:2])
	w.expectAcked()
	w.finish(batch[:1])
	w.expectAcked(1, 2)
	w.finish(batch[2:])
	w.expectAcked(3)
}

func TestWindowReconnect(t *testing.T) {
	w := newTester(t)
	w.message(1, false)
	w.message(2, false)
	w.message(3, false)
	batch := w.taken(1, 2, 3)
	w.disconnect()
	w.finish(batch[:1])
	w.expectAcked() // not any more
	w.connect(true)
	w.finish(batch[1:2])
	w.expectAcked() // not yet: they have not come again
	w.message(1, true)
	w.message(2, true)
	w.expectAcked(1, 2)
	w.message(3, true)
	w.message(3, true)
	w.taken()
	w.finish(batch[2:])
	w.expectAcked(3)
}

// TestWindowOtherMessage reuses an identifier: the old message must not
// acknowledge the new one.
func TestWindowOtherMessage(t *testing.T) {
	for _, present := range []bool{false, true} {
		w := newTester(t)
		w.message(1, false)
		old := w.taken(1)
		w.reconnect(present)
		w.message(1, false)
		fresh := w.taken(1)
		w.finish(old)
		w.expectAcked()
		w.finish(fresh)
		w.expectAcked(1)
	}
}

func TestWindowReleased(t *testing.T) {
	w := newTester(t)
	w.message(1, false)
	w.release(w.taken(1))
	w.reconnect(true)
	w.message(1, true)
	w.finish(w.taken(1))
	w.expectAcked(1)
}

// TestWindowRoom blocks a reader of messages with QoS 0 until there is room, and
// lets it go when the connection is lost.
func TestWindowRoom(t *testing.T) {
	synctest.Test(t, fillWindow)
}

func fillWindow(t *testing.T) {
	w := newTester(t)
	plain := paho.PublishFromPacketPublish(&packets.Publish{Topic: "a", Properties: &packets.Properties{}})
	for range 3 {
		w.arrive(plain, func() {})
	}
	dropped := make(chan bool)
	go func() { dropped <- w.arrive(plain, func() {}) }()
	synctest.Wait()
	select {
	case <-dropped:
		t.Fatal("there was room for a fourth message")
	default:
	}
	w.taken(0, 0, 0)
	if <-dropped {
		t.Error("the fourth message was dropped though there was room")
	}
	w.arrive(plain, func() {})
	w.arrive(plain, func() {})
	go func() { dropped <- w.arrive(plain, func() {}) }()
	w.disconnect()
	if !<-dropped {
		t.Error("a message was kept that had no room")
	}
}
