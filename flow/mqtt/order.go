package mqtt

import (
	"cmp"
	"log/slog"
	"slices"
	"sync/atomic"

	server "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// order is a hook of the embedded broker that makes it keep its word to slow
// and to returning subscribers. By itself the broker
//
//   - holds messages beyond a client's receive maximum aside, lets newer ones
//     overtake them, forgets each when it is sent, and comes to a deadlock when
//     one is published while it looks for the next: order switches that off and
//     refuses such messages instead, so that their publisher tries again (MQTT
//     5, 4.9 and reason code 0x97);
//   - sends again what a returning client has not acknowledged in the order of
//     the second in which it arrived: order gives each message a rank;
//   - refuses a message with QoS 2 that a returning publisher sends again
//     (4.3.3): order makes it take the message without passing it on twice.
type order struct {
	server.HookBase
	server *server.Server
	logger *slog.Logger
	rank   atomic.Int64
	drops  tally
}

// firstRank leaves room below for the messages of a client that returns, which
// are ranked anew: the broker compares 16 bits of a rank.
const firstRank = 1 << 16

// margin is how far below a client's receive maximum messages are refused:
// several publishers may be at it at the same time.
const margin = 16

// ID returns the name of the hook.
func (o *order) ID() string { return "order" }

// Provides says which events the hook is for.
func (o *order) Provides(event byte) bool {
	return event == server.OnPacketRead || event == server.OnPublish || event == server.OnQosPublish ||
		event == server.OnPacketEncode || event == server.OnPublishDropped
}

// OnPacketRead recognises a message with QoS 2 that the broker has already.
func (o *order) OnPacketRead(cl *server.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Type != packets.Publish || pk.FixedHeader.Qos != 2 || !pk.FixedHeader.Dup {
		return pk, nil
	}
	if known, ok := cl.State.Inflight.Get(pk.PacketID); ok && known.FixedHeader.Type == packets.Pubrec {
		cl.State.Inflight.Delete(pk.PacketID)
		pk.Ignore = true
	}
	return pk, nil
}

// OnPublish refuses a message that a connected subscriber has no room for.
func (o *order) OnPublish(cl *server.Client, pk packets.Packet) (packets.Packet, error) {
	if pk.FixedHeader.Qos == 0 || pk.Ignore || cl.Net.Inline || !o.full(pk.TopicName) {
		return pk, nil
	}
	answer := packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Puback},
		PacketID:    pk.PacketID,
		ReasonCode:  packets.ErrQuotaExceeded.Code,
	}
	if pk.FixedHeader.Qos == 2 {
		answer.FixedHeader.Type = packets.Pubrec
	}
	if err := cl.WritePacket(answer); err != nil {
		return pk, err
	}
	return pk, packets.ErrRejectPacket
}

// full reports whether a connected subscriber of the topic has as many
// unacknowledged messages as it takes.
func (o *order) full(topic string) bool {
	for id, sub := range o.server.Topics.Subscribers(topic).Subscriptions {
		cl, ok := o.server.Clients.Get(id)
		if !ok || sub.Qos == 0 || cl.Closed() {
			continue
		}
		limit := int(cl.Properties.Props.ReceiveMaximum)
		if limit > 0 && cl.State.Inflight.Len() >= limit-min(margin, limit/2) {
			return true
		}
	}
	return false
}

// OnQosPublish ranks a message that was just put among those a client has not
// acknowledged yet. A resent one has its rank.
func (o *order) OnQosPublish(cl *server.Client, pk packets.Packet, _ int64, _ int) {
	if pk.FixedHeader.Type != packets.Publish || pk.FixedHeader.Dup {
		return
	}
	pk.Created = firstRank + o.rank.Add(1)
	cl.State.Inflight.Set(pk)
}

// OnPacketEncode is where a client has just got its session: it takes the
// broker's own quota away and ranks the messages of a returning client anew,
// before they are sent again.
func (o *order) OnPacketEncode(cl *server.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type != packets.Connack {
		return pk
	}
	cl.State.Inflight.ResetSendQuota(0)
	if !pk.SessionPresent {
		return pk
	}
	waiting := cl.State.Inflight.GetAll(false)
	slices.SortStableFunc(waiting, func(a, b packets.Packet) int { return cmp.Compare(a.Created, b.Created) })
	for i, m := range waiting {
		m.Created = int64(i)
		cl.State.Inflight.Set(m)
	}
	return pk
}

// OnPublishDropped tells of a message that a client was too slow for.
func (o *order) OnPublishDropped(cl *server.Client, pk packets.Packet) {
	o.drops.add(o.logger, "embedded broker dropped a message: its subscriber reads too slowly", "client", cl.ID, "topic", pk.TopicName)
}
