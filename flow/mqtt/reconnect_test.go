package mqtt

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
	"github.com/flowc-dev/flowc/internal/campaign"
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
		Stage: flow.StageOptions{Name: "tell"}, Connection: connection(s), Topic: "numbers", QoS: qos, Content: record.Whole(number),
	})
}

func receive[T any](t testing.TB, s *Subscription[T]) flow.Delivery[T] {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), mostTime)
	defer cancel()
	d, err := s.Receive(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// expectNext receives this value: none that was sent before it is left.
func expectNext[T comparable](t testing.TB, s *Subscription[T], want T) {
	t.Helper()
	d := receive(t, s)
	if !slices.Equal(d.Batch.Values, []T{want}) {
		t.Fatalf("came unasked: %v; want %v", d.Batch.Values, want)
	}
	_ = d.Ack(t.Context())
}

// TestCutSubscriber cuts the connection while messages are in the pipeline: none
// is lost and the order stays. With QoS 1 those come twice whose acknowledgement
// was lost, with QoS 2 none does.
func TestCutSubscriber(t *testing.T) {
	t.Parallel()
	const burst = 500
	for qos, total := range map[int]int{1: campaign.Size(1000, 5000), 2: campaign.Size(500, 2000)} {
		h := newHub(t)
		feed := h.feeder(byte(qos))
		var sub *Subscription[int]
		run(t, h.env(), func(s *flow.Setup) { sub = numbers(s, qos) })
		var got []int
		for from := 0; from < total; from += burst {
			for n := from; n < from+burst; n++ {
				if err := feed(t.Context(), "numbers", body(n)); err != nil {
					t.Fatal(err)
				}
				if n%burst == burst/2 {
					got = append(got, h.consume(t, sub, 1)...)
				}
			}
			got = append(got, h.consume(t, sub, 1)...)
		}
		if qos == 1 {
			got = firsts(got)
		}
		check(t, got, total)
	}
}

// consume receives until the broker has all acknowledgements and cuts the
// connection a few times before one. Nobody may publish meanwhile: mochi hands
// a message that comes while a client returns to the session that it leaves.
func (h *hub) consume(t *testing.T, s *Subscription[int], cuts int) []int {
	t.Helper()
	var got []int
	for begin := time.Now(); time.Since(begin) < mostTime; cuts-- {
		if cl, ok := h.broker.server.Clients.Get(s.clientID); ok && !cl.Closed() && cl.State.Inflight.Len() == 0 {
			return got
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		d, err := s.Receive(ctx)
		cancel()
		if err != nil {
			cuts++
			continue
		}
		if cuts > 0 {
			h.proxy.cut()
		}
		got = append(got, d.Batch.Values...)
		_ = d.Ack(t.Context())
	}
	t.Fatal("the broker still waits for acknowledgements")
	return nil
}

// firsts returns numbers less those that have come before.
func firsts(list []int) []int {
	seen := map[int]bool{}
	return slices.DeleteFunc(list, func(n int) bool {
		repeated := seen[n]
		seen[n] = true
		return repeated
	})
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
	t.Parallel()
	for qos, total := range map[int]int{1: campaign.Size(1000, 5000), 2: campaign.Size(1000, 2500)} {
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
			got = firsts(got)
		}
		check(t, got, total)
	}
}

// values waits until the last message has come and returns them all.
func values(t *testing.T, received func() []conformance.Message, total int) []int {
	t.Helper()
	last := string(body(total - 1))
	var messages []conformance.Message
	await.That(t, "message "+last, func() bool {
		messages = received()
		return len(messages) > 0 && string(messages[len(messages)-1].Body) == last
	})
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

// TestLostSession restarts the broker: it knows nothing of the session, and the
// subscription is made again.
func TestLostSession(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var sub *Subscription[int]
	var p *Publisher[int]
	run(t, h.env(), func(s *flow.Setup) { sub, p = numbers(s, 1), publishNumbers(s, 1) })
	publish(t, p, 1)
	held := receive(t, sub)
	publish(t, p, 2)
	await.That(t, "the next message", func() bool { return len(sub.inbox.window.arrived) > 0 })
	other, err := startBroker(sub.link.logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.close() })
	h.proxy.stop()
	h.proxy.startTo(other.url().Host)
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
	ctx, cancel := context.WithTimeout(context.Background(), mostTime)
	defer cancel()
	if err := p.Publish(ctx, v); err != nil {
		t.Fatal(err)
	}
}

// publishUntil publishes once the subscription stands at a new broker.
func publishUntil(t *testing.T, p *Publisher[int], s *Subscription[int], b *broker) {
	t.Helper()
	await.That(t, "the subscription to be made again", func() bool {
		cl, ok := b.server.Clients.Get(s.clientID)
		return ok && cl.State.Subscriptions.Len() > 0
	})
	publish(t, p, 3)
}

// TestTakenOver starts a second service of the same name.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var first *Subscription[int]
	run(t, h.env(), func(s *flow.Setup) { first = numbers(s, 1) })
	run(t, h.env(), func(s *flow.Setup) { numbers(s, 1) })
	await.That(t, "the first one to say why", func() bool { return contains(first.link.lastError(), "does the service run twice?") })
}
