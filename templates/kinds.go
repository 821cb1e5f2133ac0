package templates

import (
	"github.com/dave/jennifer/jen"

	"github.com/flowc-dev/flowc/spec"
)

// Kind is a built-in: what the resolver knows of it, and its emission.
type Kind struct {
	spec.Kind
	// Example is a stage of this kind, as it would stand in a spec.
	Example string
	// Type is the Go type that the wiring holds for a stage of this kind; its
	// values embed *flow.Stage.
	Type func(*Service, *spec.Stage) *jen.Statement
	// Open makes the value, from a *flow.Setup named s.
	Open func(*Service, *spec.Stage) *jen.Statement
	// Call is the method that makes the one call of a first stage on a trigger,
	// Send the one that sends what arrives, Ask the one that answers it.
	Call, Send, Ask string
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
