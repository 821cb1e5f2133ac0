package spec

// Kind is a built-in as the resolver knows it: where it may stand, its options
// and what it means for delivery. Package templates holds them all.
type Kind struct {
	Name    string // "http.get"
	Summary string // one line
	First   bool   // may stand first
	Later   bool   // may stand later
	// Waits says that in first place it waits for its data: no trigger.
	Waits bool
	// Ends reports whether a source that waits for its data comes to an end by
	// itself; nil: never.
	Ends func(Options) bool
	// Undivided is what each process that runs it gets all of, so that replicas
	// cannot share it: "file"; empty: they can.
	Undivided string
	// Sends says that in later place, without out, it sends what arrives.
	Sends bool
	// Asks says that in later place it may have an out: an answer.
	Asks bool
	// Replies says that its sender waits for the value of the last stage.
	Replies bool
	// Loads says that it gives records of the store that it names, as a list,
	// instead of an out.
	Loads bool
	// NeedsOut says that in first place out is required.
	NeedsOut bool
	// Source is the delivery class in first place.
	Source func(Options) SourceClass
	// Idempotent says that sending the same again changes nothing.
	Idempotent bool
	// Connection is what the connection speaks that its option connection names;
	// nil: it takes none.
	Connection *Protocol
	Options    []Option // beside those of every stage
	// Check finds what is wrong with the stage beyond its options' types; it is
	// called once, before types are derived. May be nil.
	Check func(*Stage, Report)
	// CheckFields judges the {field}s of its options against the type of the values
	// that arrive at a place; nil: each is a field of a record that fits into text.
	CheckFields func(*Place, *Type, Report)
	// CheckAll finds what is wrong between all stages of the kind that stand in a
	// pipeline; it is called once, when all else is derived. May be nil.
	CheckAll func([]*Stage, Report)
	// NoEffect says why an option has no effect beside the others; empty where it
	// has one. May be nil.
	NoEffect func(o Options, option string) (why string)
	NotBuilt bool
}

// Report notes that something is wrong.
type Report func(Diagnostic)

// SourceClass says what a source can do after a crash.
type SourceClass int

// The classes of sources, from the strongest.
const (
	Replayable SourceClass = iota // gives the same records again, in order
	Held                          // its sender keeps what is not acknowledged
	Fresh                         // reads the present state at each run
	Lossy                         // what was in flight is gone
)

// String names the class.
func (c SourceClass) String() string {
	return [...]string{"replayable", "held", "fresh", "lossy"}[c]
}

// Means says what the class means for what was in flight at a crash.
func (c SourceClass) Means() string {
	return [...]string{
		"it gives the same records again, in order",
		"its sender keeps what is not acknowledged",
		"it reads the present state at each run",
		"what was in flight at a crash is gone",
	}[c]
}

// Promise is what a pipeline promises for every record of its source.
type Promise int

// The promises, from the strongest.
const (
	EffectivelyOnce Promise = iota
	AtLeastOnce
	AtMostOnce
)

// String names the promise as it is written in a spec.
func (p Promise) String() string {
	return [...]string{"effectively once", "at least once", "at most once"}[p]
}
