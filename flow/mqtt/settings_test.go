package mqtt

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

func contains(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text)
}

func TestURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"mqtt://h":               "mqtt://h:1883",
		"tcp://h:1":              "mqtt://h:1",
		"mqtts://h":              "mqtts://h:8883",
		"ssl://h":                "mqtts://h:8883",
		"TLS://[::1]":            "mqtts://[::1]:8883",
		"ws://h/mqtt":            "ws://h:80/mqtt",
		"wss://h":                "wss://h:443",
		"mqtt://u:p@h/":          "mqtt://h:1883",
		"http://h":               "its scheme is not known; write mqtt://host:1883",
		"h:1883":                 "its scheme is not known",
		"mqtt:broker":            "no host; write mqtt://host:1883 or mqtt:embedded",
		"mqtt://h/topic":         "the topic stands in the stage: write mqtt://h",
		"mqtt://u:se%cret@h":     "not a URL",
		"mqtt://u:secret@h:port": "not a URL",
	} {
		a, err := settle(t, flow.ConnectionOptions{Name: "b", URL: url})
		switch {
		case err != nil && (!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "cret")):
			t.Errorf("%s: %v", url, err)
		case err == nil && strings.TrimSuffix(a.url.String(), "/") != want:
			t.Errorf("%s: %s", url, a.url)
		}
	}
}

// settle resolves a connection without connecting it.
func settle(t *testing.T, o flow.ConnectionOptions) (*address, error) {
	var c *Connection
	closeParts, err := tryRun(t, map[string]string{"PW": "p/@#:%", "TOKEN": "abcdef"}, func(s *flow.Setup) { c = NewConnection(s, o) })
	if err != nil {
		return nil, err
	}
	return c.address, closeParts(t.Context())
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options        flow.ConnectionOptions
		user, password string
	}{
		{flow.ConnectionOptions{URL: "mqtt://ann:${PW}@h"}, "ann", "p/@#:%"},
		{flow.ConnectionOptions{URL: "mqtt://ann:x@h", Username: "bob", Password: "${PW}"}, "bob", "p/@#:%"},
		{flow.ConnectionOptions{URL: "mqtt://h", Token: "${TOKEN}"}, "", "abcdef"},
	} {
		a, err := settle(t, test.options)
		if err != nil || a.username != test.user || a.password != test.password || a.url.User != nil {
			t.Errorf("%+v: %+v, %v", test.options, a, err)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	t.Parallel()
	for want, open := range map[string]func(*flow.Setup, *Connection){
		"qos: there is no quality of service 3": func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "a", 3) },
		"topic: missing":                        func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "", 1) },
		`"a#": + stands`:                        func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "a#", 1) },
		`"#/a": + stands`:                       func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "#/a", 1) },
		"{id} must be a whole level":            func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "a/x{id}", 1) },
		`has no field "nix"`:                    func(s *flow.Setup, c *Connection) { subscribeTo(s, c, "a/{nix}", 1) },
		"without the wildcards + and #":         func(s *flow.Setup, c *Connection) { publishTo(s, c, "a/+") },
		"embedded broker takes neither": func(s *flow.Setup, _ *Connection) {
			NewConnection(s, flow.ConnectionOptions{Name: "e", URL: "mqtt:embedded", Username: "u"})
		},
		"write mqtts://h:1883": func(s *flow.Setup, _ *Connection) {
			NewConnection(s, flow.ConnectionOptions{Name: "e", URL: "mqtt://h", TLS: flow.TLSFiles{CA: "testdata/none.pem"}})
		},
	} {
		_, err := tryRun(t, nil, func(s *flow.Setup) {
			open(s, NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: "mqtt://127.0.0.1:1"}))
		})
		if !contains(err, want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func subscribeTo(s *flow.Setup, c *Connection, topic string, qos int) *Subscription[int] {
	return Subscribe(s, SubscribeOptions[int]{
		Stage: flow.StageOptions{Name: "listen"}, Connection: c, Topic: topic, QoS: qos, Decode: number,
		Fields: []record.Field{{Name: "id", Type: record.FieldInt}},
	})
}

func publishTo(s *flow.Setup, c *Connection, topic string) *Publisher[int] {
	return NewPublisher(s, PublishOptions[int]{
		Stage: flow.StageOptions{Name: "tell"}, Connection: c, Topic: topic, QoS: 1, Content: record.Whole(number),
	})
}

// TestUnreachable connects to a port where nothing listens and to a name that is
// none, by a clock that goes on once every try is over.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	// The resolver keeps what it makes at its first use, which must not belong to
	// one of the bubbles.
	if _, err := net.DefaultResolver.LookupHost(t.Context(), "no..where"); err == nil {
		t.Fatal("there is such a host")
	}
	for url, want := range map[string]string{
		"mqtt://127.0.0.1:1":              "stage.listen: cannot reach the MQTT broker at 127.0.0.1:1: connect: connection refused; is it running, is the URL right?",
		"mqtt://no..where:1883":           "cannot reach the MQTT broker at no..where:1883: lookup",
		"ws://127.0.0.1:1/mqtt":           "cannot reach the MQTT broker at 127.0.0.1:1",
		"mqtt://u:geheim@127.0.0.1:1":     "connection refused",
		"wss://u:geheim@127.0.0.1:1/path": "connection refused",
	} {
		t.Run(url, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				wantUnreachable(t, url, firstTimeout, want)
				if d := time.Since(begin); d != firstTimeout {
					t.Errorf("the four stages took %v to give up", d)
				}
			})
		})
	}
}

// TestSilent connects to a port where nobody answers.
func TestSilent(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	const timeout = 50 * time.Millisecond
	wantUnreachable(t, "mqtt://"+silent.Addr().String(), timeout, "no answer within 50ms; is it running, is the URL right?")
	wantUnreachable(t, "mqtts://"+silent.Addr().String(), timeout, "cannot reach the MQTT broker")
}

// wantUnreachable lets four stages connect.
func wantUnreachable(t *testing.T, url string, timeout time.Duration, want string) {
	t.Helper()
	_, err := tryRun(t, nil, func(s *flow.Setup) {
		c := NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: url})
		c.timeout = timeout
		for range 4 {
			subscribeTo(s, c, "a", 1)
		}
	})
	if !contains(err, want) || contains(err, "geheim") {
		t.Errorf("%v", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	b := guarded(t, listeners.Config{}, &guard{user: "ann", password: "secret", readOnly: true})
	begin := time.Now()
	_, err := tryRun(t, nil, func(s *flow.Setup) {
		subscribeTo(s, NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: b.url().String(), Username: "ann", Password: "wrong"}), "a", 1)
	})
	if !contains(err, "refuses the connection: bad user name or password") || time.Since(begin) >= firstTimeout {
		t.Errorf("wrong password: %v", err)
	}
	right := flow.ConnectionOptions{Name: "broker", URL: "mqtt://ann:secret@" + b.url().Host}
	_, err = tryRun(t, nil, func(s *flow.Setup) { subscribeTo(s, NewConnection(s, right), "forbidden", 1) })
	if !contains(err, `refuses the subscription to "forbidden": not authorized`) {
		t.Errorf("forbidden topic: %v", err)
	}
	var p *Publisher[int]
	run(t, nil, func(s *flow.Setup) { p = publishTo(s, NewConnection(s, right), "a") })
	if err := p.Publish(t.Context(), 1); !contains(err, "not authorized") || !driver.IsPermanent(err) {
		t.Errorf("publishing without the right to: %v", err)
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	var sub *Subscription[int]
	var p *Publisher[int]
	run(t, nil, func(s *flow.Setup) {
		c := NewConnection(s, flow.ConnectionOptions{Name: "my_broker", URL: "${MQTT_URL:-mqtt:embedded}"})
		sub, p = subscribeTo(s, c, "a", 1), publishTo(s, c, "a")
	})
	publish(t, p, 5)
	if d := receive(t, sub); d.Batch.Values[0] != 5 {
		t.Errorf("received %v", d.Batch.Values)
	}
}

// TestHosted does what a parent process and its child do.
func TestHosted(t *testing.T) {
	t.Parallel()
	var parent *Connection
	run(t, nil, func(s *flow.Setup) {
		parent = NewConnection(s, flow.ConnectionOptions{Name: "my_broker", URL: "mqtt:embedded"})
	})
	env, stop, err := parent.host(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	name, url, _ := strings.Cut(env[0], "=")
	var child *Connection
	run(t, map[string]string{name: url}, func(s *flow.Setup) {
		child = NewConnection(s, flow.ConnectionOptions{Name: "my_broker", URL: "mqtt:embedded"})
		subscribeTo(s, child, "a", 1)
	})
	if name != "FLOWC_MQTT_MY_BROKER" || child.address.url.String() != url {
		t.Errorf("%s=%s, but the child uses %s", name, url, child.address.url)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	files, config := certificates(t)
	b := guarded(t, listeners.Config{TLSConfig: config}, new(anyone))
	url := "mqtts://" + b.url().Host
	var sub *Subscription[int]
	var p *Publisher[int]
	run(t, nil, func(s *flow.Setup) {
		c := NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: url, TLS: files})
		sub, p = subscribeTo(s, c, "a", 1), publishTo(s, c, "a")
	})
	publish(t, p, 1)
	receive(t, sub)

	begin := time.Now()
	_, err := tryRun(t, nil, func(s *flow.Setup) {
		subscribeTo(s, NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: url}), "a", 1)
	})
	if !contains(err, "certificate") || time.Since(begin) >= firstTimeout {
		t.Errorf("unknown authority: %v", err)
	}
	_, err = tryRun(t, nil, func(s *flow.Setup) {
		c := NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: url, TLS: flow.TLSFiles{CA: files.CA}})
		c.timeout = 500 * time.Millisecond
		subscribeTo(s, c, "a", 1)
	})
	if !contains(err, "cannot reach") {
		t.Errorf("no client certificate: %v", err)
	}
	_, err = tryRun(t, nil, func(s *flow.Setup) {
		NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: url, TLS: flow.TLSFiles{CA: filepath.Join(t.TempDir(), "none")}})
	})
	if !contains(err, "tls.ca") {
		t.Errorf("missing file: %v", err)
	}
}

// TestTimeout ends the wait for the first connection with its context.
func TestTimeout(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	_, err := flow.Open(ctx, flow.Env{}, func(s *flow.Setup) {
		subscribeTo(s, NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: "mqtt://127.0.0.1:1"}), "a", 1)
	})
	if err == nil || time.Since(begin) >= firstTimeout {
		t.Errorf("after %v: %v", time.Since(begin), err)
	}
}
