package mqtt

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
)

// numbers opens a subscription to "numbers".
func numbers(s *flow.Setup, qos int) *Subscription[int] {
	return Subscribe(s, SubscribeOptions[int]{
		Stage: flow.StageOptions{Name: "listen"}, Connection: connection(s), Topic: "numbers", QoS: qos, Session: "1h", Decode: number,
	})
}

// publishNumbers opens a publisher to "numbers".
func publishNumbers(s *flow.Setup, qos int) *Publisher[int] {
	return NewPublisher(s, PublishOptions[int]{
		Stage: flow.StageOptions{Name: "tell"}, Connection: connection(s), Topic: "numbers", QoS: qos, Content: flow.Whole(number),
	})
}

func receive[T any](t testing.TB, s *Subscription[T]) flow.Delivery[T] {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	d, err := s.Receive(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func expectNothing[T any](t testing.TB, s *Subscription[T]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if d, err := s.Receive(ctx); err == nil {
		t.Fatalf("came unasked: %v", d.Batch.Values)
	}
}

// TestCutSubscriber cuts the connection while messages are in the pipeline:
// none is lost, none comes twice, and the order stays.
func TestCutSubscriber(t *testing.T) {
	const total, burst = 5000, 400
	for _, qos := range []int{1, 2} {
		h := newHub(t)
		publish := h.feeder(byte(qos))
		var sub *Subscription[int]
		run(t, h.env(), func(s *flow.Setup) { sub = numbers(s, qos) })
		var got []int
		for from := 0; from < total; from += burst {
			upTo := min(from+burst, total)
			for n := from; n < upTo; n++ {
				if err := publish(t.Context(), "numbers", body(n)); err != nil {
					t.Fatal(err)
				}
			}
			for cuts := 0; len(got) < upTo; cuts++ {
				d := receive(t, sub)
				if cuts < 2 {
					h.proxy.cut() // before its acknowledgement
				}
				got = append(got, d.Batch.Values...)
				_ = d.Ack(t.Context())
			}
			h.settle(sub)
		}
		check(t, got, total)
		expectNothing(t, sub)
	}
}

// settle waits until the broker has all acknowledgements. It hands a message
// that is published while a client returns to the session that the client is
// leaving, so tests that count do not publish then.
func (h *hub) settle(s *Subscription[int]) {
	h.t.Helper()
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(time.Millisecond) {
		cl, ok := h.broker.server.Clients.Get(s.clientID)
		if ok && !cl.Closed() && cl.State.Inflight.Len() == 0 {
			return
		}
	}
	h.t.Fatal("the broker still waits for acknowledgements")
}

func check(t *testing.T, got []int, total int) {
	t.Helper()
	for i, n := range got {
		if n != i {
			t.Fatalf("message %d came where %d was due; %d in all", n, i, len(got))
		}
	}
	if len(got) != total {
		t.Fatalf("%d messages came, not %d", len(got), total)
	}
}

// TestCutPublisher cuts the connection of a publisher again and again: with QoS
// 1 nothing is lost, with QoS 2 nothing comes twice either.
func TestCutPublisher(t *testing.T) {
	const total = 5000
	for _, qos := range []int{1, 2} {
		h := newHub(t)
		received := h.listen("numbers", byte(qos))
		var p *Publisher[int]
		run(t, h.env(), func(s *flow.Setup) { p = publishNumbers(s, qos) })
		for n := range total {
			if n%1000 == 500 {
				time.AfterFunc(time.Millisecond, h.proxy.cut)
			}
			if err := p.Publish(t.Context(), n); err != nil {
				t.Fatal(err)
			}
		}
		got := values(t, received, total)
		if qos == 1 {
			got = slices.Compact(got)
		}
		check(t, got, total)
	}
}

// values waits until the last message has come and returns them all.
func values(t *testing.T, received func() []conformance.Message, total int) []int {
	t.Helper()
	last := string(body(total - 1))
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		messages := received()
		if n := len(messages); n == 0 || string(messages[n-1].Body) != last {
			continue
		}
		var got []int
		for _, m := range messages {
			var v int
			if err := number.Unmarshal(m.Body, &v); err != nil {
				t.Fatal(err)
			}
			got = append(got, v)
		}
		return got
	}
	t.Fatalf("only %d messages came", len(received()))
	return nil
}

// TestLostSession restarts the broker: it knows nothing of the session, and the
// subscription is made again.
func TestLostSession(t *testing.T) {
	h := newHub(t)
	var sub *Subscription[int]
	var p *Publisher[int]
	run(t, h.env(), func(s *flow.Setup) { sub, p = numbers(s, 1), publishNumbers(s, 1) })
	publish(t, p, 1)
	held := receive(t, sub)
	publish(t, p, 2)
	for len(sub.inbox.window.arrived) == 0 {
		time.Sleep(time.Millisecond)
	}
	other, err := startBroker(sub.link.logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.close() })
	h.proxy.stop()
	h.proxy.to = other.url().Host
	h.proxy.start(t)
	publishUntil(t, p, sub, other)
	d := receive(t, sub)
	if d.Batch.Values[0] != 2 {
		t.Errorf("received %v: what had arrived is lost", d.Batch.Values)
	}
	_ = held.Ack(t.Context()) // of the old session: harmless
	_ = d.Ack(t.Context())
}

func publish[T any](t testing.TB, p *Publisher[T], v T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := p.Publish(ctx, v); err != nil {
		t.Fatal(err)
	}
}

// publishUntil publishes once the subscription stands at a new broker.
func publishUntil(t *testing.T, p *Publisher[int], s *Subscription[int], b *broker) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(5 * time.Millisecond) {
		if cl, ok := b.server.Clients.Get(s.clientID); ok && cl.State.Subscriptions.Len() > 0 {
			publish(t, p, 3)
			return
		}
	}
	t.Fatal("the subscription was not made again")
}

// TestTakenOver starts a second service of the same name.
func TestTakenOver(t *testing.T) {
	h := newHub(t)
	var first, second *Subscription[int]
	run(t, h.env(), func(s *flow.Setup) { first = numbers(s, 1) })
	run(t, h.env(), func(s *flow.Setup) { second = numbers(s, 1) })
	for begin := time.Now(); time.Since(begin) < 5*time.Second; time.Sleep(5 * time.Millisecond) {
		if err := first.link.lastError(); contains(err, "does the service run twice?") {
			return
		}
	}
	t.Errorf("the first one says %v, the second one %v", first.link.lastError(), second.link.lastError())
}
