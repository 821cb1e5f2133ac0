package http

import (
	"bytes"
	"context"
	"errors"
	"io"
	nethttp "net/http"
	"sync"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// TestService runs a service that answers its callers with what it has asked
// another server, and ends when a stage fails.
func TestService(t *testing.T) {
	other := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { _, _ = io.WriteString(w, "asked "+r.URL.Path) })
	var l *Listener[string]
	opened := make(chan struct{})
	program := flow.Program{Service: "service", Flows: []flow.Flow{{Name: "main", Open: func(s *flow.Setup) {
		l = Listen(s, ListenOptions[string]{Stage: stage("listen"), Listen: ":0", Body: true, Decode: record.Text()})
		ask := NewClient(s, ClientOptions[string, string]{
			Stage: stage("ask"), Method: "GET", URL: other.URL + "/{text}", Answer: record.Text(),
			Fill: func(v string) Values { return Values{URL: []string{v}} },
		})
		check := flow.NewStage(s, stage("check"))
		lenient := flow.NewStage(s, flow.StageOptions{Name: "lenient", OnError: flow.SkipRecord})
		flow.Answer(s, flow.PipelineOptions{Name: "answer"}, l, record.Text(), func(ctx context.Context, in flow.Batch[string]) (flow.Batch[string], error) {
			in, err := flow.Do(ctx, check, in, func(_ context.Context, v string) error {
				switch v {
				case "skip":
					return flow.Skip
				case "refuse":
					return flow.Refuse(409, "taken")
				case "fail":
					return errors.New("it fails")
				}
				return nil
			})
			if err != nil {
				return flow.Batch[string]{}, err
			}
			in, err = flow.Do(ctx, lenient, in, func(_ context.Context, v string) error {
				if v == "bad" {
					return flow.Permanent(errors.New("secret"))
				}
				return nil
			})
			if err != nil {
				return flow.Batch[string]{}, err
			}
			return flow.Map(ctx, ask.Stage, in, ask.Ask)
		})
		driver.AddPart(s, driver.Part{Name: "opened", Connect: func(context.Context) error { close(opened); return nil }})
	}}}}

	var log bytes.Buffer
	var status int
	var group sync.WaitGroup
	group.Go(func() {
		status = flow.Exec(t.Context(), program, flow.Env{Args: []string{"-quiet"}, Stderr: &log})
	})
	<-opened
	c := newCaller(t)
	for text, want := range map[string]reply{
		"a":      {status: 200, body: "asked /a"},
		"b c":    {status: 200, body: "asked /b c"},
		"skip":   {status: 202},
		"bad":    {status: 202},
		"refuse": {status: 409, body: `{"error":"taken"}`},
	} {
		if got := c.do("POST", l.URL(), text); got.status != want.status || got.body != want.body {
			t.Errorf("%q: %d %q", text, got.status, got.body)
		}
	}
	if got := c.do("POST", l.URL(), "fail"); got.status != 503 {
		t.Errorf("fail: %d %q", got.status, got.body)
	}
	group.Wait()
	if status == 0 {
		t.Error("a failed pipeline ended with status 0")
	}
	mustContain(t, log.String(), "it fails", "check")
}
