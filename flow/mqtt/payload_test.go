package mqtt

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// part is what the subscriber of these tests takes.
var part = record.JSON(record.CodecOf[records.Part]())

// noParts are payloads that are no record. (With wiredflow the first killed the
// subscriber for good, and the code ran.)
func noParts() map[string][]byte {
	return map[string][]byte{
		"true":          []byte(`true`),
		"null":          []byte(`null`),
		"a list":        []byte(`[]`),
		"a number":      []byte(`7`),
		"nothing":       {},
		"empty object":  []byte(`{}`),
		"wrong type":    []byte(`{"name":7}`),
		"code":          []byte(`__import__('os').system('touch evaluated')`),
		"code in JSON":  []byte(`{"name":__import__('os').getcwd()}`),
		"sum":           []byte(`{"name":"a"+"b"}`),
		"no end":        []byte(`{"name":"a"`),
		"two ends":      []byte(`{"name":"a"}}`),
		"name twice":    []byte(`{"name":"a","name":"b"}`),
		"not UTF-8":     []byte("{\"name\":\"\xff\"}"),
		"deep":          bytes.Repeat([]byte(`{"name":`), 1<<17),
		"much garbage":  bytes.Repeat([]byte{0xff, 0x00, '{', '"'}, 1<<18),
		"endless texts": []byte(`{"name":"` + strings.Repeat("x", 1<<20)),
	}
}

// TestPayloadsDoNotKillTheSubscriber sends each of them before a record: with
// on_error = "skip" it is logged, and the record comes through.
func TestPayloadsDoNotKillTheSubscriber(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	feed := h.feeder(1)
	var sub *Subscription[records.Part]
	run(t, h.env(), func(s *flow.Setup) { sub = subscribeToParts(s, flow.SkipRecord) })
	for what, payload := range noParts() {
		for _, body := range [][]byte{payload, fmt.Appendf(nil, `{"name":%q}`, what)} {
			if err := feed(t.Context(), "parts", body); err != nil {
				t.Fatal(err)
			}
		}
		d := receive(t, sub)
		if len(d.Batch.Values) != 1 || d.Batch.Values[0].Name != what {
			t.Errorf("%s: received %v", what, d.Batch.Values)
		}
		if err := d.Ack(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPayloadsStopTheService sends each of them to a service that says nothing of
// on_error: it ends with status 1, and says where and at what.
func TestPayloadsStopTheService(t *testing.T) {
	t.Parallel()
	for what, payload := range noParts() {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			env := h.env()
			program := flow.Program{Service: "service", Flows: []flow.Flow{{Name: "main", Open: func(s *flow.Setup) {
				sub := subscribeToParts(s, flow.Fail)
				flow.Receive(s, flow.PipelineOptions{Name: "parts"}, sub, func(_ context.Context, in flow.Batch[records.Part]) error {
					t.Errorf("the pipeline got %v", in.Values)
					return nil
				})
				// Its connection is made after the subscription.
				driver.AddPart(s, driver.Part{Name: "feeder", Connect: func(ctx context.Context) error { return h.feeder(1)(ctx, "parts", payload) }})
			}}}}
			var log bytes.Buffer
			status := flow.Exec(t.Context(), program, flow.Env{
				Args:   []string{"-quiet"},
				Lookup: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
				Stderr: &log,
			})
			if want := `error: flow "main", pipeline "parts", stage "listen": `; status != 1 || !strings.Contains(log.String(), want) {
				t.Errorf("status %d, want 1 and %s\n%.2000s", status, want, &log)
			}
		})
	}
}

func subscribeToParts(s *flow.Setup, onError flow.OnError) *Subscription[records.Part] {
	return Subscribe(s, SubscribeOptions[records.Part]{
		Stage: flow.StageOptions{Name: "listen", OnError: onError}, Connection: connection(s), Topic: "parts", QoS: 1, Decode: part,
	})
}
