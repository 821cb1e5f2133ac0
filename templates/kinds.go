package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Kind is a built-in: what the resolver knows of it, and its emission.
type Kind struct {
	spec.Kind
	// Uses say what it does in each place where it may stand.
	Uses Uses
	// Notes are what else people should know, a sentence or two each.
	Notes []string
	// Variants are options that change the delivery class of a source, as they
	// would stand in its table: "qos = 0".
	Variants []string
	// Example is a stage of this kind, as it would stand in a spec.
	Example string
	// Section is the heading of the language reference that has all of it;
	// empty: one of its own.
	Section string
	// Package is the import path of its runtime; empty: flow or flow/load.
	Package string
	// CSV reports whether a stage reads its out from rows of CSV. May be nil.
	CSV func(*spec.Stage) bool
	// Type is the Go type that the wiring holds for a stage of this kind; its
	// values embed *flow.Stage.
	Type func(*Service, *spec.Stage) *jen.Statement
	// Open makes the value, from a *flow.Setup named s.
	Open func(*Service, *spec.Stage) *jen.Statement
	// Call is the method that makes the one call of a first stage on a trigger,
	// Send the one that sends what arrives, Ask the one that answers it.
	Call, Send, Ask string
}

// Uses are a sentence for each way in which a kind may be used; empty for those
// in which it may not.
type Uses struct {
	First string // in first place
	Later string // later, without out
	Ask   string // later, with out
}

// Kinds returns all built-ins, sorted by name: the one table that checker,
// emitter, documentation and editors read.
func Kinds() []Kind {
	return []Kind{
		fileRead(),
		httpDelete(),
		httpGet(),
		httpListen(),
		httpPatch(),
		httpPost(),
		httpPut(),
		mqttPublish(),
		mqttSubscribe(),
		natsPublish(),
		natsSubscribe(),
		storeLoad(),
	}
}

// Specs returns what the resolver needs of the kinds.
func Specs(kinds []Kind) []spec.Kind {
	list := make([]spec.Kind, len(kinds))
	for i, k := range kinds {
		list[i] = k.Kind
	}
	return list
}

// kindOf finds the emission of a stage's kind.
func kindOf(st *spec.Stage) Kind {
	for _, k := range Kinds() {
		if k.Name == st.Kind.Name {
			return k
		}
	}
	panic("templates: kind " + st.Kind.Name + " is in no row of Kinds")
}
