package templates

import "github.com/flowc-dev/flowc/spec"

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
