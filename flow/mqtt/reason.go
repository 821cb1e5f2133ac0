package mqtt

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"

	"github.com/flowc-dev/flowc/flow"
)

// Reason codes (MQTT 5, 2.4) that mean something to this package.
const (
	reasonNotAuthorized      = 0x87
	reasonTopicInvalid       = 0x90
	reasonIdentifierInUse    = 0x91
	reasonIdentifierNotFound = 0x92
	reasonPacketTooLarge     = 0x95
	reasonQuotaExceeded      = 0x97
	reasonPayloadInvalid     = 0x99
	reasonRetainImpossible   = 0x9A
	reasonQoSImpossible      = 0x9B
)

// reasons are the reason codes by what they say to people.
var reasons = map[byte]string{
	0x80: "unspecified error", 0x81: "malformed packet", 0x82: "protocol error", 0x83: "implementation specific error",
	0x84: "MQTT 5 is not supported", 0x85: "client id not valid", 0x86: "bad user name or password",
	reasonNotAuthorized: "not authorized", 0x88: "server unavailable", 0x89: "server busy", 0x8A: "banned",
	0x8B: "server shutting down", 0x8C: "bad authentication method", 0x8D: "keep alive timeout", 0x8E: "session taken over",
	0x8F: "topic filter invalid", reasonTopicInvalid: "topic name invalid", reasonIdentifierInUse: "packet identifier in use",
	reasonIdentifierNotFound: "packet identifier not found", 0x93: "receive maximum exceeded", reasonPacketTooLarge: "packet too large",
	0x96: "message rate too high", reasonQuotaExceeded: "quota exceeded", 0x98: "administrative action",
	reasonPayloadInvalid: "payload format invalid", reasonRetainImpossible: "retain not supported",
	reasonQoSImpossible: "QoS not supported", 0x9C: "use another server", 0x9D: "server moved",
	0x9E: "shared subscriptions not supported", 0x9F: "connection rate exceeded", 0xA1: "subscription identifiers not supported",
	0xA2: "wildcard subscriptions not supported",
}

// reasonError is what a reason code says, with the broker's own words.
func reasonError(code byte, words string) error {
	text, ok := reasons[code]
	if !ok {
		text = "the broker closed the connection"
	}
	if words != "" && words != text {
		text += " (" + words + ")"
	}
	return fmt.Errorf("%s [0x%02X]", text, code)
}

// refusesForGood reports whether a broker that refuses a connection for this
// reason will refuse the next one too.
func refusesForGood(code byte) bool {
	switch code {
	case packets.ConnackServerUnavailable, packets.ConnackServerBusy, packets.ConnackQuotaExceeded,
		packets.ConnackConnectionRateExceeded, packets.ConnackUnspecifiedError:
		return false
	}
	return true
}

// publishError is what a refused message means for its stage: those that would
// be refused again are permanent.
func publishError(answer *paho.PublishResponse) error {
	words := ""
	if answer.Properties != nil {
		words = answer.Properties.ReasonString
	}
	err := fmt.Errorf("the broker refuses the message: %w", reasonError(answer.ReasonCode, words))
	switch answer.ReasonCode {
	case reasonNotAuthorized, reasonTopicInvalid, reasonPacketTooLarge, reasonPayloadInvalid, reasonRetainImpossible, reasonQoSImpossible:
		return flow.Permanent(err)
	}
	return err
}

// spoils reports whether a connection that the broker ended for this reason was
// ended because of a message: sending that again would end the next one.
func spoils(code byte) bool {
	switch code {
	case 0x81, 0x82, reasonTopicInvalid, 0x94, reasonPacketTooLarge, reasonPayloadInvalid, reasonRetainImpossible, reasonQoSImpossible:
		return true
	}
	return false
}

// cause returns the innermost words about a failed connection: the outer ones
// repeat the address.
func cause(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the broker closed the connection")
	}
	var operation *net.OpError
	if errors.As(err, &operation) && !certificateError(err) {
		return operation.Err
	}
	var address *url.Error
	if errors.As(err, &address) {
		return address.Err
	}
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// certificateError reports whether a certificate is the reason of err: another
// try would not mend it.
func certificateError(err error) bool {
	var unverified *tls.CertificateVerificationError
	return errors.As(err, &unverified)
}
