package templates

import "github.com/flowc-dev/flowc/spec"

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
			{Name: "store", Type: spec.Name, Of: "store", Required: true, Doc: "store to load from"},
			{Name: "where", Type: spec.Pairs, Doc: "fields and the values they must have"},
			{Name: "new", Type: spec.Flag, Doc: "only what was saved since the last time"},
		},
	}}
}
