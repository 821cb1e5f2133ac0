package templates

import "github.com/flowc-dev/flowc/spec"

// The NATS kinds are part of the language and are parsed and typed, but not
// emitted yet.

var natsProtocol = &spec.Protocol{Name: "nats"}

func natsSubscribe() Kind {
	return Kind{Kind: spec.Kind{
		Name: "nats.subscribe", Summary: "Receives NATS messages of other programs.",
		First: true, Waits: true, NeedsOut: true, NotBuilt: true,
		Source: func(o spec.Options) spec.SourceClass {
			if o.Has("stream") {
				return spec.Held
			}
			return spec.Lossy
		},
		Connection: natsProtocol,
		Options:    natsOptions(),
	}}
}

func natsPublish() Kind {
	return Kind{Kind: spec.Kind{
		Name: "nats.publish", Summary: "Sends NATS messages to other programs.",
		Later: true, Sends: true, NotBuilt: true,
		Connection: natsProtocol,
		Options:    append(natsOptions(), fieldOption()),
	}}
}

func natsOptions() []spec.Option {
	return []spec.Option{
		{Name: "connection", Type: spec.Name, Of: "connection", Required: true, Doc: "NATS server"},
		{Name: "subject", Type: spec.Text, Required: true, Doc: "subject of the messages"},
		{Name: "stream", Type: spec.Text, Doc: "JetStream stream that keeps them"},
	}
}
