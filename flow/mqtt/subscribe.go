package mqtt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/autopaho"
	"github.com/eclipse/paho.golang/paho"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// SubscribeOptions are the settings of a stage mqtt.subscribe, as the spec has
// them.
type SubscribeOptions[T any] struct {
	Stage      flow.StageOptions
	Connection *Connection
	Topic      string // filter; a "{field}" level is a "+" that fills that field; may hold ${NAME}
	QoS        int    // 0, 1 or 2
	Session    string // how long the broker keeps the session; may hold ${NAME}; default 24h
	Decode     record.Payload[T]
	Fields     []record.Field // of T's record, for {field} levels
}

// Subscription is a source of MQTT messages. It implements [flow.Source].
type Subscription[T any] struct {
	*flow.Stage
	decode record.Payload[T]
	filter *filter
	inbox  *inbox

	link     *link
	qos      byte
	clientID string
	session  time.Duration
	pinger   *paho.DefaultPinger

	lost    tally
	strange sync.Once  // tells of messages that do not match
	ready   chan error // how the first subscribe went
	ended   context.Context
	end     context.CancelFunc
	working sync.WaitGroup
}

const (
	// receiveMaximum is how many messages the broker may have in flight to a
	// subscription (MQTT 5, 3.1.2.11.3): one batch that the pipeline works at
	// and one that waits.
	receiveMaximum = 2 * driver.MaxBatch
	defaultSession = 24 * time.Hour
	// lastWords is how long the end waits for the broker.
	lastWords = 2 * time.Second
)

// Subscribe resolves the settings of a stage that receives messages and
// registers it: it is connected and subscribed before any pipeline runs.
func Subscribe[T any](s *flow.Setup, o SubscribeOptions[T]) *Subscription[T] {
	place := o.Stage.Place()
	l := newLink(o.Connection)
	sub := &Subscription[T]{
		Stage:    flow.NewStage(s, o.Stage),
		decode:   o.Decode,
		filter:   newFilter(s, place, o.Topic, o.Fields),
		inbox:    newInbox(l, receiveMaximum),
		link:     l,
		qos:      checkQoS(s, place, o.QoS),
		clientID: "flowc-" + s.Service() + "-" + o.Stage.Name,
		session:  s.Duration(place, "session", o.Session),
		pinger:   paho.NewDefaultPinger(),
		ready:    make(chan error, 1),
	}
	if o.Session == "" {
		sub.session = defaultSession
	}
	if o.Topic == "" {
		s.Errorf(place, "topic: missing")
	}
	sub.ended, sub.end = context.WithCancel(context.Background())
	driver.AddPart(s, driver.Part{Name: place, Where: o.Connection.where(), Connect: sub.connect, Close: sub.close})
	return sub
}

func checkQoS(s *flow.Setup, place string, qos int) byte {
	if qos < 0 || qos > 2 {
		s.Errorf(place, "qos: there is no quality of service %d; write 0, 1 or 2", qos)
		return 0
	}
	return byte(qos)
}

// connect connects and subscribes.
func (s *Subscription[T]) connect(ctx context.Context) error {
	if err := s.link.start(ctx, s.config()); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, s.link.connection.timeout)
	defer cancel()
	var err error
	select {
	case err = <-s.ready:
	case <-wait.Done():
		err = errors.New("the broker does not answer the subscription")
	}
	if err != nil {
		return errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return nil
}

// close waits until the broker has read the last acknowledgements: what it
// sends meanwhile stays unread here, and a TCP connection that is closed with
// unread data takes back what it has written.
func (s *Subscription[T]) close(ctx context.Context) error {
	s.end()
	if connection := s.inbox.connection(); connection.Err() == nil {
		last, cancel := context.WithTimeout(ctx, lastWords)
		defer cancel()
		defer context.AfterFunc(connection, cancel)()
		_, _ = s.ask(last, s.link.manager) // any question will do: it is answered after all before it
	}
	err := s.link.close(ctx)
	s.working.Wait()
	return err
}

// config is that of a client whose session outlives it: what is published
// while it is away is delivered when it is back (MQTT 5, 3.1.2.4, 3.1.2.11.2).
func (s *Subscription[T]) config() autopaho.ClientConfig {
	config := s.link.config(s.clientID)
	config.SessionExpiryInterval = uint32(min(s.session/time.Second, math.MaxUint32))
	config.Session = s.inbox
	config.PingHandler = s.pinger
	config.OnConnectionUp = s.up
	config.OnPublishReceived = []func(paho.PublishReceived) (bool, error){s.arrived}
	config.ConnectPacketBuilder = limitReceive
	return config
}

func limitReceive(c *paho.Connect, _ *url.URL) (*paho.Connect, error) {
	if c.Properties == nil {
		c.Properties = &paho.ConnectProperties{}
	}
	c.Properties.ReceiveMaximum = paho.Uint16(receiveMaximum)
	return c, nil
}

// arrived takes a message from the client library, which reads no further until
// it returns.
func (s *Subscription[T]) arrived(p paho.PublishReceived) (bool, error) {
	if s.inbox.window.arrive(p.Packet, s.pinger.PingResp) {
		s.lost.add(s.link.logger, "message with QoS 0 lost with its connection", "stage", s.Name(), "topic", p.Packet.Topic)
	}
	return true, nil
}

// up subscribes on each new connection: the broker may have lost the session.
func (s *Subscription[T]) up(manager *autopaho.ConnectionManager, ack *paho.Connack) {
	s.link.up()
	s.checkSession(ack)
	connection := s.inbox.connection()
	s.working.Go(func() { s.subscribe(connection, manager) })
}

// checkSession tells where the broker keeps the session shorter than asked.
func (s *Subscription[T]) checkSession(ack *paho.Connack) {
	if ack.Properties == nil || ack.Properties.SessionExpiryInterval == nil {
		return
	}
	if kept := time.Duration(*ack.Properties.SessionExpiryInterval) * time.Second; kept < s.session {
		s.link.logger.Warn("the broker keeps the session for a shorter time than asked", "stage", s.Name(), "session", s.session, "kept", kept)
	}
}

// subscribe subscribes, again and again where it is refused, as long as the
// connection lasts.
func (s *Subscription[T]) subscribe(connection context.Context, manager *autopaho.ConnectionManager) {
	for {
		ack, err := s.ask(connection, manager)
		if connection.Err() != nil || s.ended.Err() != nil {
			return // the next connection subscribes
		}
		err = s.granted(ack, err)
		s.report(err)
		if err == nil || driver.Sleep(connection, maxBackoff) != nil {
			return
		}
	}
}

// ask sends the subscription. Some brokers (mochi) take its packet identifier
// for one of the messages that they have in flight, though the two sides count
// apart (MQTT 5, 2.2.1): then another identifier will do.
func (s *Subscription[T]) ask(connection context.Context, manager *autopaho.ConnectionManager) (*paho.Suback, error) {
	for tries := 0; ; tries++ {
		ack, err := manager.Subscribe(connection, s.packet())
		if ack == nil || len(ack.Reasons) != 1 || ack.Reasons[0] != reasonIdentifierInUse || tries > 2*receiveMaximum {
			return ack, err
		}
	}
}

// packet asks for retained messages only where the session has no such
// subscription yet (MQTT 5, 3.8.3.1): a restart does not bring them again.
func (s *Subscription[T]) packet() *paho.Subscribe {
	return &paho.Subscribe{Subscriptions: []paho.SubscribeOptions{{
		Topic: s.filter.text, QoS: s.qos, RetainHandling: 1, RetainAsPublished: true,
	}}}
}

// granted says what is wrong with the answer to a subscription. Less than the
// QoS that was asked for would break what the pipeline promises.
func (s *Subscription[T]) granted(ack *paho.Suback, err error) error {
	switch {
	case ack != nil && len(ack.Reasons) == 1 && ack.Reasons[0] >= 0x80:
		words := ""
		if ack.Properties != nil {
			words = ack.Properties.ReasonString
		}
		return fmt.Errorf("the broker refuses the subscription to %q: %w", s.filter.text, reasonError(ack.Reasons[0], words))
	case err != nil:
		return fmt.Errorf("cannot subscribe to %q: %w", s.filter.text, err)
	case len(ack.Reasons) == 1 && ack.Reasons[0] < s.qos:
		return fmt.Errorf("the broker grants QoS %d only for %q, not %d", ack.Reasons[0], s.filter.text, s.qos)
	}
	return nil
}

// report hands the outcome to connect; later failures fail the pipeline.
func (s *Subscription[T]) report(err error) {
	select {
	case s.ready <- err:
	default:
		if err != nil {
			s.inbox.window.fail(err)
		}
	}
}
