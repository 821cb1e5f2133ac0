package http

import (
	"bytes"
	"context"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"go.uber.org/goleak"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reading is a record as flowc would generate it.
type reading struct {
	Sensor string
	Value  float64
	Note   *string
}

var readingFields = []record.Field{
	{Name: "sensor", Type: record.FieldString},
	{Name: "value", Type: record.FieldFloat},
	{Name: "note", Type: record.FieldString, Optional: true},
}

var readingCodec = record.Codec[reading]{
	Encode: func(v reading, e *jsontext.Encoder) error {
		return e.WriteValue(jsontext.Value(fmt.Sprintf(`{"sensor":%q,"value":%v}`, v.Sensor, v.Value)))
	},
	Decode: func(v *reading, d *jsontext.Decoder) error {
		seen := make([]bool, 2)
		err := record.ReadObject(d, func(name []byte) (bool, error) {
			switch string(name) {
			case "sensor":
				seen[0] = true
				return true, record.FieldError("sensor", record.DecodeString(&v.Sensor, d))
			case "value":
				seen[1] = true
				return true, record.FieldError("value", record.DecodeFloat(&v.Value, d))
			case "note":
				return true, record.FieldError("note", record.DecodeOptional(&v.Note, d, record.DecodeString))
			}
			return false, nil
		})
		if err != nil {
			return err
		}
		return record.Required("Reading", []string{"sensor", "value"}, seen)
	},
}

// open connects what setup registers; a variable of the environment stands as
// "NAME=value".
func open(t *testing.T, env []string, setup func(*flow.Setup)) (closeAll func()) {
	t.Helper()
	end, err := flow.Open(t.Context(), environment(env), setup)
	if err != nil {
		t.Fatal(err)
	}
	closed := false
	closeAll = func() {
		if closed {
			return
		}
		closed = true
		if err := end(context.Background()); err != nil {
			t.Error("close:", err)
		}
	}
	t.Cleanup(closeAll)
	return closeAll
}

// openFails returns the error of what setup registers.
func openFails(t *testing.T, env []string, setup func(*flow.Setup)) string {
	t.Helper()
	end, err := flow.Open(t.Context(), environment(env), setup)
	if err == nil {
		_ = end(context.Background())
		t.Fatal("no error")
	}
	return err.Error()
}

func environment(env []string) flow.Env {
	return flow.Env{Lookup: func(name string) (string, bool) {
		for _, e := range env {
			if k, v, _ := strings.Cut(e, "="); k == name {
				return v, true
			}
		}
		return "", false
	}}
}

func stage(name string) flow.StageOptions { return flow.StageOptions{Name: name} }

// retried is a stage whose calls are tried again at once.
func retried(attempts int) flow.StageOptions {
	return flow.StageOptions{Name: "call", Retry: flow.Retry{Attempts: attempts, First: "1ms", Max: "2ms"}}
}

// noServer is an address that nobody listens at: no port that the system gives
// away, so no test beside this one can have it.
const noServer = "http://127.0.0.1:1"

// serve starts a web server for a client under test.
func serve(t *testing.T, handle nethttp.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handle)
	t.Cleanup(s.Close)
	return s
}

// textClient returns a client that takes and gives strings.
func textClient(t *testing.T, o ClientOptions[string, string], env ...string) *Client[string, string] {
	t.Helper()
	if o.Stage.Name == "" {
		o.Stage = stage("call")
	}
	if o.Method == "" {
		o.Method = "GET"
	}
	o.Answer = record.Text()
	var c *Client[string, string]
	open(t, env, func(s *flow.Setup) { c = NewClient(s, o) })
	return c
}

func mustContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %q", part, text)
		}
	}
}

func mustNotContain(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(text, part) {
			t.Errorf("%q is in %q", part, text)
		}
	}
}

// reply is what a caller of a listener got.
type reply struct {
	status int
	header nethttp.Header
	body   string
}

// caller makes requests to a listener. Its connections end with the test.
type caller struct {
	t      *testing.T
	client *nethttp.Client
}

func newCaller(t *testing.T) caller {
	transport := &nethttp.Transport{MaxIdleConnsPerHost: 300}
	t.Cleanup(transport.CloseIdleConnections)
	return caller{t, &nethttp.Client{Transport: transport, Timeout: time.Minute}}
}

// do makes a request; headers stand as "Name: value".
func (c caller) do(method, url, body string, headers ...string) reply {
	c.t.Helper()
	r, err := nethttp.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return reply{}
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := c.client.Do(r)
	if err != nil {
		c.t.Error(err)
		return reply{}
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Error(err)
	}
	return reply{answer.StatusCode, answer.Header, string(bytes.TrimSpace(data))}
}
