package mqtt

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/eclipse/paho.golang/paho"
	server "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
	"go.uber.org/goleak"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hub is a broker with a proxy in front that can be cut.
type hub struct {
	t      testing.TB
	broker *broker
	proxy  *proxy
}

func newHub(t testing.TB, limit ...func(*server.Capabilities)) *hub {
	t.Helper()
	b := newBroker(slog.New(slog.DiscardHandler), listeners.Config{ID: "test", Address: "127.0.0.1:0"}, new(anyone))
	for _, l := range limit {
		l(b.server.Options.Capabilities)
	}
	if err := b.serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.close() })
	return &hub{t: t, broker: b, proxy: newProxy(t, b.url().Host)}
}

// env is the environment of a program that talks to the broker by the proxy.
func (h *hub) env() map[string]string {
	return map[string]string{"MQTT_URL": "mqtt://" + h.proxy.at}
}

// connection is the connection of the program under test.
func connection(s *flow.Setup) *Connection {
	return NewConnection(s, flow.ConnectionOptions{Name: "broker", URL: "${MQTT_URL}"})
}

// run opens what open registers; the test closes it, or the result does.
func run(t testing.TB, env map[string]string, open func(*flow.Setup)) (closeAll func()) {
	t.Helper()
	closeParts, err := tryRun(t, env, open)
	if err != nil {
		t.Fatal(err)
	}
	closeAll = sync.OnceFunc(func() {
		if err := closeParts(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Cleanup(closeAll)
	return closeAll
}

func tryRun(t testing.TB, env map[string]string, open func(*flow.Setup)) (func(context.Context) error, error) {
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	return flow.Open(context.Background(), flow.Env{Lookup: lookup, Stderr: t.Output()}, open)
}

// mostTime is how long a test waits for what takes a fraction of it.
const mostTime = time.Minute

// client is a plain client that goes around the proxy.
func (h *hub) client(id string, received func(*paho.Publish)) *paho.Client {
	h.t.Helper()
	conn, err := net.Dial("tcp", h.broker.url().Host)
	if err != nil {
		h.t.Fatal(err)
	}
	c := paho.NewClient(paho.ClientConfig{
		Conn:          conn,
		PacketTimeout: time.Minute,
		OnPublishReceived: []func(paho.PublishReceived) (bool, error){func(p paho.PublishReceived) (bool, error) {
			received(p.Packet)
			return true, nil
		}},
	})
	connect := &paho.Connect{ClientID: id, CleanStart: true, KeepAlive: 60, Properties: &paho.ConnectProperties{ReceiveMaximum: paho.Uint16(60000)}}
	if _, err := c.Connect(context.Background(), connect); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = c.Disconnect(&paho.Disconnect{}) })
	return c
}

// feeder returns a function that publishes; it tries again where subscribers
// are behind.
func (h *hub) feeder(qos byte) func(ctx context.Context, topic string, body []byte) error {
	c := h.client("feeder-"+h.t.Name(), func(*paho.Publish) {})
	return func(ctx context.Context, topic string, body []byte) error {
		for {
			answer, err := c.Publish(ctx, &paho.Publish{QoS: qos, Topic: topic, Payload: body})
			if answer == nil {
				return err
			}
			if answer.ReasonCode != reasonQuotaExceeded {
				return nil
			}
			if err := driver.Sleep(ctx, 2*time.Millisecond); err != nil {
				return err
			}
		}
	}
}

// proxy passes TCP connections on until it is cut. It keeps its port while it
// is down, so that no other test gets it.
type proxy struct {
	at       string
	listener net.Listener

	mu      sync.Mutex
	to      string
	down    bool
	conns   map[net.Conn]bool
	working sync.WaitGroup
}

func newProxy(t testing.TB, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{at: l.Addr().String(), listener: l, to: to, conns: map[net.Conn]bool{}}
	p.working.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			p.pass(in)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.stop()
		p.working.Wait()
	})
	return p
}

func (p *proxy) pass(in net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		_ = in.Close()
		return
	}
	out, err := net.Dial("tcp", p.to)
	if err != nil {
		_ = in.Close()
		return
	}
	p.conns[in], p.conns[out] = true, true
	p.copy(in, out)
	p.copy(out, in)
}

func (p *proxy) copy(from, to net.Conn) {
	p.working.Go(func() {
		_, _ = io.Copy(to, from)
		_ = from.Close()
		_ = to.Close()
	})
}

// cut ends all connections; new ones are passed.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
}

// stop ends all connections and takes no new ones.
func (p *proxy) stop() {
	p.mu.Lock()
	p.down = true
	p.mu.Unlock()
	p.cut()
}

// start passes connections again.
func (p *proxy) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.down = false
}

// startTo passes connections to another server.
func (p *proxy) startTo(to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.to, p.down = to, false
}

// guard is a hook that lets one user in.
type guard struct {
	server.HookBase
	user, password string
	readOnly       bool
}

func (g *guard) ID() string { return "guard" }

func (g *guard) Provides(event byte) bool {
	return event == server.OnConnectAuthenticate || event == server.OnACLCheck
}

func (g *guard) OnConnectAuthenticate(_ *server.Client, pk packets.Packet) bool {
	return string(pk.Connect.Username) == g.user && string(pk.Connect.Password) == g.password
}

func (g *guard) OnACLCheck(_ *server.Client, topic string, write bool) bool {
	return topic != "forbidden" && (!write || !g.readOnly)
}

// guarded starts a broker with an access hook.
func guarded(t *testing.T, config listeners.Config, access server.Hook) *broker {
	t.Helper()
	config.ID, config.Address = "test", "127.0.0.1:0"
	b := newBroker(slog.New(slog.DiscardHandler), config, access)
	if err := b.serve(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.close() })
	return b
}

// number is the payload of tests that count.
var number = record.JSON(record.Codec[int]{Encode: record.EncodeInt[int], Decode: record.DecodeInt[int]})

func body(n int) []byte { return fmt.Appendf(nil, "%d", n) }
