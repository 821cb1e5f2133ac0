package mqtt

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/eclipse/paho.golang/paho"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/internal/setting"
)

// PublishOptions are the settings of a stage mqtt.publish, as the spec has
// them.
type PublishOptions[T any] struct {
	Stage      flow.StageOptions
	Connection *Connection
	Topic      string // may hold {field} and ${NAME}
	QoS        int    // 0, 1 or 2
	Retain     bool
	Fill       func(T) []string // the texts of the fields of Topic; nil: it has none
	Content    record.Content[T]
}

// Publisher publishes values as MQTT messages.
type Publisher[T any] struct {
	*flow.Stage
	topic   *driver.Template
	fixed   string // the topic's text before its first field
	fill    func(T) []string
	content record.Content[T]
	qos     byte
	retain  bool
	outbox  *outbox
}

// maxTopic is the length of a topic in bytes.
const maxTopic = setting.MaxTopic

// NewPublisher resolves the settings of a stage that publishes messages. The
// publishers of a process that name one connection share one client.
func NewPublisher[T any](s *flow.Setup, o PublishOptions[T]) *Publisher[T] {
	place := o.Stage.Place()
	p := &Publisher[T]{
		Stage:   flow.NewStage(s, o.Stage).Sending(),
		topic:   driver.NewTemplate(s, place, "topic", o.Topic, driver.InTopic),
		fill:    o.Fill,
		content: o.Content,
		qos:     checkQoS(s, place, o.QoS),
		retain:  o.Retain,
		outbox:  shareOutbox(s, o.Connection),
	}
	sample := make([]string, len(p.topic.Fields()))
	for i := range sample {
		sample[i] = "x"
	}
	p.fixed, _ = p.topic.Fill(sample...)
	switch {
	case o.Topic == "":
		s.Errorf(place, "topic: missing")
	case p.fixed == "" && !p.topic.Missing():
		s.Errorf(place, "topic: the setting is empty")
	case strings.ContainsAny(p.fixed, "+#"):
		s.Errorf(place, "topic: a message has one topic, without the wildcards + and #; {field} puts a field in")
	case !setting.FitsTopic(p.fixed):
		s.Errorf(place, "topic: longer than %d bytes, or with a NUL", maxTopic)
	}
	return p
}

// Publish sends a value and returns when the broker has acknowledged it: with
// QoS 1 its PUBACK, with QoS 2 its PUBCOMP has arrived; with QoS 0 the message
// is written. Where there is no connection it waits for one until the context
// ends. It sends nothing where the content says so.
//
// After an error the message may still reach the broker: QoS 2 is exactly once
// for a call that returns nil, while another call for the same value is another
// message.
func (p *Publisher[T]) Publish(ctx context.Context, v T) error {
	body, contentType, send, err := p.content(v)
	if err != nil {
		return flow.Permanent(err)
	}
	if !send {
		return nil
	}
	topic, err := p.topicOf(v)
	if err != nil {
		return err
	}
	message := &paho.Publish{QoS: p.qos, Retain: p.retain, Topic: topic, Payload: body}
	message.Properties = &paho.PublishProperties{ContentType: contentType}
	return p.outbox.publish(ctx, message)
}

// topicOf returns the topic of a value.
func (p *Publisher[T]) topicOf(v T) (string, error) {
	var values []string
	if p.fill != nil {
		values = p.fill(v)
	}
	topic, err := p.topic.Fill(values...)
	if err != nil {
		return "", err
	}
	switch {
	case len(topic) > maxTopic || !utf8.ValidString(topic):
		return "", flow.Permanent(fmt.Errorf("the topic is longer than %d bytes, or not UTF-8", maxTopic))
	case strings.HasPrefix(topic, "$") && !strings.HasPrefix(p.fixed, "$"):
		// 4.7.2: such topics are the broker's own.
		return "", flow.Permanent(fmt.Errorf("topic %.80q: a field cannot make a topic start with $", topic))
	}
	return topic, nil
}
