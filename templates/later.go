package templates

import "github.com/flowc-dev/flowc/spec"

// Kinds that are part of the language and are parsed and typed, but not
// emitted yet.

func fileRead() Kind {
	return Kind{Kind: spec.Kind{
		Name: "file.read", Summary: "Reads a file of records, and follows it as it grows.",
		First: true, Waits: true, NeedsOut: true, NotBuilt: true,
		Source: func(o spec.Options) spec.SourceClass {
			if o.Bool("follow") {
				return spec.Replayable
			}
			return spec.Lossy
		},
		Options: []spec.Option{
			{Name: "path", Type: spec.Text, Required: true, Doc: "file to read"},
			{Name: "format", Type: spec.Choice, Default: "jsonl", Choices: []string{"jsonl", "csv"}, Doc: "how records stand in it"},
			{Name: "follow", Type: spec.Flag, Doc: "wait for more at the end of the file"},
		},
	}}
}

func storeLoad() Kind {
	return Kind{Kind: spec.Kind{
		Name: "store.load", Summary: "Loads records of a store.",
		First: true, Later: true, Asks: true, NotBuilt: true,
		Source: func(o spec.Options) spec.SourceClass {
			if o.Bool("new") {
				return spec.Replayable
			}
			return spec.Fresh
		},
		Options: []spec.Option{
			{Name: "store", Type: spec.Name, Required: true, Doc: "store to load from"},
			{Name: "where", Type: spec.Pairs, Doc: "fields and the values they must have"},
			{Name: "new", Type: spec.Flag, Doc: "only what was saved since the last time"},
		},
	}}
}

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
		Options: natsOptions(),
	}}
}

func natsPublish() Kind {
	return Kind{Kind: spec.Kind{
		Name: "nats.publish", Summary: "Sends NATS messages to other programs.",
		Later: true, Sends: true, NotBuilt: true,
		Options: append(natsOptions(), fieldOption()),
	}}
}

func natsOptions() []spec.Option {
	return []spec.Option{
		{Name: "connection", Type: spec.Name, Required: true, Doc: "NATS server"},
		{Name: "subject", Type: spec.Text, Required: true, Doc: "subject of the messages"},
		{Name: "stream", Type: spec.Text, Doc: "JetStream stream that keeps them"},
	}
}

func fieldOption() spec.Option {
	return spec.Option{Name: "field", Type: spec.Name, Doc: "send that field only; a missing one sends nothing"}
}
