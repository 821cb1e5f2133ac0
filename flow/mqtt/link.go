package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
)

// link is a client's connection to a broker, which is made again whenever it is
// lost.
type link struct {
	connection *Connection
	logger     *slog.Logger
	manager    *autopaho.ConnectionManager

	mu      sync.Mutex
	refused error     // by the broker, for good
	last    error     // why the last try failed
	lostAt  time.Time // zero: not lost, or not told yet
	started bool      // it was connected once
	taken   bool      // another client took the session over
	refuse  func()    // ends the wait for the first connection
}

// Times of a link.
const (
	keepAlive    = 30 // seconds
	firstBackoff = 100 * time.Millisecond
	maxBackoff   = 10 * time.Second
)

// newLink returns a link that is not connected yet.
func newLink(c *Connection) *link {
	return &link{connection: c, logger: c.logger}
}

// config returns what all clients have in common.
func (l *link) config(clientID string) autopaho.ClientConfig {
	a := l.connection.address
	config := autopaho.ClientConfig{
		ServerUrls:       []*url.URL{a.url},
		TlsCfg:           a.tls,
		KeepAlive:        keepAlive,
		ConnectUsername:  a.username,
		ConnectPassword:  []byte(a.password),
		ReconnectBackoff: l.backoff,
		OnConnectError:   l.failed,
		OnConnectionUp:   func(*autopaho.ConnectionManager, *paho.Connack) { l.up() },
		WebSocketCfg: &autopaho.WebSocketConfig{
			Header: func(*url.URL, *tls.Config) http.Header { return l.connection.header },
		},
		ClientConfig: paho.ClientConfig{
			ClientID:           clientID,
			OnClientError:      func(err error) { l.lost(cause(err)) },
			OnServerDisconnect: l.disconnected,
		},
	}
	return config
}

// start connects and waits for the first connection.
func (l *link) start(ctx context.Context, config autopaho.ClientConfig) error {
	if down := l.connection.down; down != nil {
		return down
	}
	wait, cancel := context.WithTimeout(ctx, l.connection.timeout)
	defer cancel()
	l.refuse = cancel
	manager, err := autopaho.NewConnection(context.WithoutCancel(ctx), config)
	if err != nil {
		return err
	}
	l.manager = manager
	if manager.AwaitConnection(wait) == nil {
		return nil
	}
	return errors.Join(l.unreachable(ctx), l.close(context.WithoutCancel(ctx)))
}

// unreachable says why there is no first connection.
func (l *link) unreachable(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	host := l.connection.address.host()
	switch {
	case l.refused != nil:
		return fmt.Errorf("the MQTT broker at %s refuses the connection: %w", host, l.refused)
	case ctx.Err() != nil && l.last == nil:
		return ctx.Err()
	case l.last == nil:
		l.last = fmt.Errorf("no answer within %v", l.connection.timeout)
	}
	l.connection.down = fmt.Errorf("cannot reach the MQTT broker at %s: %w; is it running, is the URL right?", host, l.last)
	return l.connection.down
}

// close disconnects; the session stays as long as was agreed at its start.
func (l *link) close(ctx context.Context) error {
	if l.manager == nil {
		return nil
	}
	return l.manager.Disconnect(ctx)
}

// failed notes that a try to connect failed. A refusal is final at the start.
func (l *link) failed(err error) {
	var refusal *autopaho.ConnackError
	l.mu.Lock()
	defer l.mu.Unlock()
	if !errors.As(err, &refusal) {
		l.last = cause(err)
		if certificateError(err) {
			l.refused = l.last
			l.refuse()
		}
		return
	}
	l.last = reasonError(refusal.ReasonCode, refusal.Reason)
	if refusesForGood(refusal.ReasonCode) {
		l.refused = l.last
		l.refuse()
	}
}

// lost tells once that the connection is lost.
func (l *link) lost(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.lostAt.IsZero() {
		return
	}
	l.lostAt, l.last = time.Now(), err
	l.logger.Warn("connection to the MQTT broker lost, connecting again", "broker", l.connection.address.host(), "error", l.last)
}

// disconnected tells that the broker ended the connection, and why.
func (l *link) disconnected(d *paho.Disconnect) {
	words := ""
	if d.Properties != nil {
		words = d.Properties.ReasonString
	}
	err := reasonError(d.ReasonCode, words)
	if d.ReasonCode == packets.DisconnectSessionTakenOver {
		err = fmt.Errorf("%w: another client has the same name; does the service run twice?", err)
	}
	l.lost(err)
}

// dropped notes why a connection ended, before the next one is tried; the
// client library tells lost and disconnected later. d is nil where the broker
// did not say.
func (l *link) dropped(d *packets.Disconnect) {
	if d == nil || d.ReasonCode != packets.DisconnectSessionTakenOver {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken = true
}

// up tells that a connection which was lost is back.
func (l *link) up() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.started = true
	if l.lostAt.IsZero() {
		return
	}
	l.logger.Info("connection to the MQTT broker is back", "broker", l.connection.address.host(), "after", time.Since(l.lostAt).Round(time.Millisecond))
	l.lostAt, l.last = time.Time{}, nil
}

// backoff returns the wait before a try to connect: it doubles, less up to a
// fifth at random. Two clients that take each other's session do so slowly.
func (l *link) backoff(attempt int) time.Duration {
	l.mu.Lock()
	taken := l.taken
	l.taken = false
	first := !l.started && attempt == 0
	l.mu.Unlock()
	if taken {
		return maxBackoff - rand.N(maxBackoff/2)
	}
	if first {
		return 0
	}
	wait := min(firstBackoff<<min(attempt, 10), maxBackoff)
	return wait - rand.N(wait/5)
}

// lastError returns why there is no connection at the moment.
func (l *link) lastError() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return errors.New("not connected")
	}
	return l.last
}
