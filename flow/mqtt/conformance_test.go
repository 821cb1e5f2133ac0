package mqtt

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
)

func TestSource(t *testing.T) {
	for qos, class := range []conformance.Class{conformance.Lossy, conformance.Held, conformance.Held} {
		t.Run(fmt.Sprintf("QoS %d", qos), func(t *testing.T) {
			conformance.Source(t, conformance.SourceSuite{Class: class, New: func(t *testing.T) conformance.SourceFixture {
				return sourceFixture(t, qos)
			}})
		})
	}
}

func sourceFixture(t *testing.T, qos int) conformance.SourceFixture {
	h := newHub(t)
	publish := h.feeder(byte(qos))
	var sub *Subscription[conformance.Item]
	return conformance.SourceFixture{
		Env: h.env(),
		Open: func(s *flow.Setup, stage flow.StageOptions) flow.Source[conformance.Item] {
			sub = Subscribe(s, SubscribeOptions[conformance.Item]{
				Stage: stage, Connection: connection(s), Topic: "items/+", QoS: qos, Session: "1h", Decode: conformance.ItemPayload(),
			})
			return sub
		},
		Feed: func(ctx context.Context, records [][]byte) (int, error) {
			for i, r := range records {
				if err := publish(ctx, "items/new", r); err != nil {
					return i, err
				}
			}
			return len(records), nil
		},
		Pending: func() int {
			w := sub.inbox.window
			w.mu.Lock()
			defer w.mu.Unlock()
			return len(w.waiting)
		},
		Bound: receiveMaximum,
	}
}

func TestSink(t *testing.T) {
	for qos := range 3 {
		t.Run(fmt.Sprintf("QoS %d", qos), func(t *testing.T) {
			conformance.Sink(t, conformance.SinkSuite{New: func(t *testing.T) conformance.SinkFixture {
				return sinkFixture(t, qos)
			}})
		})
	}
}

func sinkFixture(t *testing.T, qos int) conformance.SinkFixture {
	h := newHub(t)
	received := h.listen("#", 2)
	var p *Publisher[conformance.Item]
	return conformance.SinkFixture{
		Env: h.env(),
		Open: func(s *flow.Setup, stage flow.StageOptions, content record.Content[conformance.Item]) func(context.Context, conformance.Item) error {
			p = NewPublisher(s, PublishOptions[conformance.Item]{
				Stage: stage, Connection: connection(s), Topic: "items/{text}/new", QoS: qos, Content: content,
				Fill: func(v conformance.Item) []string { return []string{v.Text} },
			})
			return p.Publish
		},
		Received: received,
		Inside: func(topic string) bool {
			return strings.HasPrefix(topic, "items/") && strings.HasSuffix(topic, "/new") && strings.Count(topic, "/") == 2
		},
		Stop: func() {
			h.proxy.stop()
			p.awaitLoss(t) // with QoS 0 nothing else tells
		},
		Start: h.proxy.start,
	}
}

// awaitLoss waits until the publisher knows that it has no connection.
func (p *Publisher[T]) awaitLoss(t *testing.T) {
	t.Helper()
	await.That(t, "the publisher to see the end of its connection", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		return p.outbox.link.manager.AwaitConnection(ctx) != nil
	})
}

// listen subscribes around the proxy and returns what has been received.
func (h *hub) listen(filter string, qos byte) func() []conformance.Message {
	var mu sync.Mutex
	var got []conformance.Message
	c := h.client("listener", func(p *paho.Publish) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, conformance.Message{Address: p.Topic, Body: p.Payload, ContentType: p.Properties.ContentType})
	})
	if _, err := c.Subscribe(context.Background(), &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{Topic: filter, QoS: qos}}}); err != nil {
		h.t.Fatal(err)
	}
	return func() []conformance.Message {
		mu.Lock()
		defer mu.Unlock()
		return got[:len(got):len(got)]
	}
}
