package mqtt

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/eclipse/paho.golang/packets"
	server "github.com/mochi-mqtt/server/v2"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/await"
)

type reading struct {
	Line   string  `json:"line"`
	Sensor int     `json:"sensor"`
	Value  float64 `json:"value"`
}

var readings = record.Payload[reading]{
	ContentType: "application/json",
	Marshal:     func(v reading) ([]byte, error) { return json.Marshal(v) },
	Unmarshal:   func(data []byte, v *reading) error { return json.Unmarshal(data, v) },
}

var readingFields = []record.Field{{Name: "line", Type: record.FieldString}, {Name: "sensor", Type: record.FieldInt}, {Name: "value", Type: record.FieldFloat}}

func TestTopicFields(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	publish := h.feeder(1)
	var sub *Subscription[reading]
	env := h.env()
	env["ROOT"] = "plant/a"
	run(t, env, func(s *flow.Setup) {
		sub = Subscribe(s, SubscribeOptions[reading]{
			Stage: flow.StageOptions{Name: "listen", OnError: flow.SkipRecord}, Connection: connection(s),
			Topic: "${ROOT}/{line}/+/{sensor}/#", QoS: 1, Decode: readings, Fields: readingFields,
		})
	})
	for topic, payload := range map[string]string{
		"plant/a/north/x/7/deep/er": `{"value":1.5,"sensor":99}`,
		"plant/a/north/x/8/":        `{"value":2.5}`, // mochi misses the parent of /#
		"plant/a/north/x/nine/y":    `{"value":3.5}`, // no number: skipped
		"plant/a/north/x":           `{"value":4.5}`, // not ours
		"plant/b/north/x/7":         `{"value":5.5}`,
	} {
		if err := publish(t.Context(), topic, []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	got := map[reading]bool{}
	for len(got) < 2 {
		d := receive(t, sub)
		for _, v := range d.Batch.Values {
			got[v] = true
		}
		_ = d.Ack(t.Context())
	}
	if !got[reading{"north", 7, 1.5}] || !got[reading{"north", 8, 2.5}] {
		t.Errorf("received %v", got)
	}
	if err := publish(t.Context(), "plant/a/south/x/9/y", []byte(`{"value":6.5}`)); err != nil {
		t.Fatal(err)
	}
	expectNext(t, sub, reading{"south", 9, 6.5})
}

// TestRetained wants the retained message of a new subscription, and not again
// after a restart.
func TestRetained(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	feed := h.feeder(1)
	var p *Publisher[reading]
	run(t, h.env(), func(s *flow.Setup) {
		p = NewPublisher(s, PublishOptions[reading]{
			Stage: flow.StageOptions{Name: "tell"}, Connection: connection(s), Topic: "plant/{line}/{sensor}", QoS: 1, Retain: true,
			Fill:    func(v reading) []string { return []string{v.Line, record.IntText(v.Sensor)} },
			Content: record.OneField(record.JSON(record.Codec[float64]{Encode: record.EncodeFloat[float64], Decode: record.DecodeFloat[float64]}), func(v reading) *float64 { return &v.Value }),
		})
	})
	publish(t, p, reading{"north", 7, 1})
	publish(t, p, reading{"north", 7, 2})
	// The broker passes a message on only after it has acknowledged it: once it
	// takes the next one, no subscriber gets this one beside the retained.
	publish(t, p, reading{"north", 9, 0})
	for _, want := range []bool{true, false} {
		var sub *Subscription[float64]
		closeAll := run(t, h.env(), func(s *flow.Setup) {
			sub = Subscribe(s, SubscribeOptions[float64]{
				Stage: flow.StageOptions{Name: "listen"}, Connection: connection(s), Topic: "plant/+/7", QoS: 1,
				Decode: record.JSON(record.Codec[float64]{Encode: record.EncodeFloat[float64], Decode: record.DecodeFloat[float64]}),
			})
		})
		if want {
			if d := receive(t, sub); d.Batch.Values[0] != 2 || d.Ack(t.Context()) != nil {
				t.Errorf("received %v", d.Batch.Values)
			}
		}
		if err := feed(t.Context(), "plant/north/7", body(3)); err != nil {
			t.Fatal(err)
		}
		expectNext(t, sub, 3)
		closeAll()
	}
}

// TestChangedTopic changes the topic of a stage: the session still brings
// messages of the old one.
func TestChangedTopic(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	feed := h.feeder(1)
	for _, topic := range []string{"old", "new"} {
		var sub *Subscription[int]
		closeAll := run(t, h.env(), func(s *flow.Setup) { sub = subscribeTo(s, connection(s), topic, 1) })
		for i, to := range []string{"old", "new"} {
			if err := feed(t.Context(), to, body(i)); err != nil {
				t.Fatal(err)
			}
		}
		d := receive(t, sub)
		if d.Batch.Values[0] != map[string]int{"old": 0, "new": 1}[topic] || len(d.Batch.Values) != 1 {
			t.Errorf("%s: received %v", topic, d.Batch.Values)
		}
		_ = d.Ack(t.Context())
		if err := feed(t.Context(), topic, body(2)); err != nil {
			t.Fatal(err)
		}
		expectNext(t, sub, 2)
		closeAll()
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/c", false}, {"a/b", "a/b/c", false}, {"a/b/c", "a/b", false},
		{"a/+", "a/b", true}, {"a/+", "a/", true}, {"a/+", "a", false}, {"+", "/a", false}, {"+/+", "/a", true},
		{"#", "a/b/c", true}, {"a/#", "a", true}, {"a/#", "a/b/c", true}, {"a/#", "ab", false},
		{"$share/g/a/+", "a/b", true},
	} {
		if got := matches(levelsOf(test.filter), strings.Split(test.topic, "/")); got != test.want {
			t.Errorf("%s with %s: %v", test.filter, test.topic, got)
		}
	}
}

// TestTooLarge wants a permanent error where the broker says how much it takes.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	var p *Publisher[string]
	run(t, h.env(), func(s *flow.Setup) {
		p = NewPublisher(s, PublishOptions[string]{Stage: flow.StageOptions{Name: "tell"}, Connection: connection(s), Topic: "a", QoS: 1, Content: record.Whole(record.Text())})
	})
	p.outbox.mu.Lock()
	p.outbox.limit = 1000 // mochi does not say it
	p.outbox.mu.Unlock()
	if err := p.Publish(t.Context(), strings.Repeat("x", 2000)); !driver.IsPermanent(err) {
		t.Errorf("a message that is too large: %v", err)
	}
	publish(t, p, "small")
}

// TestSpoilt sends a message that makes the broker end the connection, each time
// it comes: once it is given up, the others get through.
func TestSpoilt(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *server.Capabilities) { c.MaximumPacketSize = 1000 })
	var p *Publisher[string]
	run(t, h.env(), func(s *flow.Setup) {
		p = NewPublisher(s, PublishOptions[string]{Stage: flow.StageOptions{Name: "tell"}, Connection: connection(s), Topic: "a", QoS: 1, Content: record.Whole(record.Text())})
	})
	spoil := func(ctx context.Context) <-chan error {
		ended := make(chan error, 1)
		go func() { ended <- p.Publish(ctx, strings.Repeat("x", 2000)) }()
		await.That(t, "the broker to end the connection", func() bool {
			cl, ok := h.broker.server.Clients.Get(p.outbox.clientID)
			return ok && cl.Closed()
		})
		return ended
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := spoil(ctx)
	cancel()
	if err := <-ended; err == nil {
		t.Error("a message that is too large was acknowledged")
	}
	publish(t, p, "small")

	ended = spoil(t.Context())
	_ = p.outbox.ConnectionLost(&packets.Disconnect{ReasonCode: reasonPacketTooLarge}) // mochi does not say it
	if err := <-ended; !contains(err, "packet too large") {
		t.Errorf("the message failed with %v", err)
	}
	publish(t, p, "small")
}

// TestPayloads receives what travels bare.
func TestPayloads(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	feed := h.feeder(1)
	var sub *Subscription[[]byte]
	run(t, h.env(), func(s *flow.Setup) {
		sub = Subscribe(s, SubscribeOptions[[]byte]{Stage: flow.StageOptions{Name: "listen"}, Connection: connection(s), Topic: "a", QoS: 1, Decode: record.Bytes()})
	})
	for _, want := range []string{"\x00\xff", "", "text"} {
		if err := feed(t.Context(), "a", []byte(want)); err != nil {
			t.Fatal(err)
		}
		if d := receive(t, sub); fmt.Sprint(d.Batch.Values) != fmt.Sprint([][]byte{[]byte(want)}) {
			t.Errorf("received %v", d.Batch.Values)
		}
	}
}
