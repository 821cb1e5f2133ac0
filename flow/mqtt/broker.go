package mqtt

import (
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/url"
	"time"

	server "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// broker is an MQTT broker inside the process. It holds all in memory.
type broker struct {
	server   *server.Server
	listener *listeners.TCP
}

// startBroker starts a broker on a loopback port that the system chooses.
func startBroker(logger *slog.Logger) (*broker, error) {
	b := newBroker(logger, listeners.Config{ID: "loopback", Address: "127.0.0.1:0"}, new(anyone))
	if err := b.serve(); err != nil {
		return nil, fmt.Errorf("cannot start the embedded MQTT broker: %w", err)
	}
	return b, nil
}

// newBroker returns a broker that does not listen yet.
func newBroker(logger *slog.Logger, config listeners.Config, access server.Hook) *broker {
	limits := server.NewDefaultServerCapabilities()
	limits.MaximumInflight = math.MaxUint16
	limits.MaximumClientWritesPending = 1 << 14
	// Created holds a rank, not a time (see order): no message may look old.
	limits.MaximumMessageExpiryInterval = math.MaxUint32
	b := &broker{
		server: server.New(&server.Options{
			Capabilities: limits,
			Logger:       slog.New(slog.NewTextHandler(io.Discard, nil)),
		}),
		listener: listeners.NewTCP(config),
	}
	// Neither hook takes a configuration that could be refused.
	_ = b.server.AddHook(access, nil)
	_ = b.server.AddHook(&order{server: b.server, logger: logger}, nil)
	return b
}

func (b *broker) serve() error {
	if err := b.server.AddListener(b.listener); err != nil {
		return err
	}
	return b.server.Serve()
}

func (b *broker) url() *url.URL { return &url.URL{Scheme: "mqtt", Host: b.listener.Address()} }

// closeTimeout is how long the end waits for clients to be gone.
const closeTimeout = 2 * time.Second

// close ends all connections. It does so itself, because the server may come to
// a deadlock over its list of clients while these are leaving, and it does not
// wait for a connection that never said a word.
func (b *broker) close() error {
	b.listener.Close(func(string) {
		for _, cl := range b.server.Clients.GetAll() {
			_ = b.server.DisconnectClient(cl, packets.ErrServerShuttingDown)
		}
	})
	closed := make(chan error, 1)
	go func() { closed <- b.server.Close() }()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeTimeout):
		return nil
	}
}

// anyone is a hook that lets every client in, as they all are on this machine.
type anyone struct{ server.HookBase }

// ID returns the name of the hook.
func (*anyone) ID() string { return "open" }

// Provides says which events the hook is for.
func (*anyone) Provides(event byte) bool {
	return event == server.OnConnectAuthenticate || event == server.OnACLCheck
}

// OnConnectAuthenticate lets a client connect.
func (*anyone) OnConnectAuthenticate(*server.Client, packets.Packet) bool { return true }

// OnACLCheck lets a client publish and subscribe.
func (*anyone) OnACLCheck(*server.Client, string, bool) bool { return true }
