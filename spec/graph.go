package spec

import "github.com/flowc-dev/flowc/internal/cron"

// Graph is a service as meant: names linked, types known, delivery derived.
// What has a table of its own stands in the order of names: the order of tables
// in a spec means nothing. What a list names stands in that of the list, and
// fields stand in that of their record.
type Graph struct {
	Service     string
	Records     []*Record
	Connections []*Connection
	Stores      []*Store
	Topics      []*Topic
	Stages      []*Stage
	Pipelines   []*Pipeline
	Flows       []*Flow
	// GoTypes are the types of the user's that the spec names, with their places.
	GoTypes []GoTypeUse
}

// GoTypeUse is a place where the spec names a Go type.
type GoTypeUse struct {
	Type *Type
	Span Span
}

// Record is a record type.
type Record struct {
	Name   string
	GoName string
	Span   Span
	Fields []*Field
	used   bool
	flawed bool // its table has errors
}

// Field returns a field by its name, or nil.
func (r *Record) Field(name string) *Field {
	for _, f := range r.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Field is a field of a record.
type Field struct {
	Name   string // its JSON name
	GoName string
	Span   Span
	Type   *Type // nil where it could not be read
}

// Connection is an address with its secrets.
type Connection struct {
	Name     string
	Span     Span
	Protocol *Protocol // nil where no stage uses it
	Options  Options
	Flows    []*Flow // that use it
	first    *Stage  // that names it
}

// StoreMode says what a save does with what a store holds.
type StoreMode int

// The modes of stores.
const (
	Append StoreMode = iota
	Upsert
	Replace
)

// String names the mode as it is written in a spec.
func (m StoreMode) String() string { return [...]string{"append", "upsert", "replace"}[m] }

// Store is a table of records behind a URL.
type Store struct {
	Name    string
	Span    Span
	Record  *Record
	Schemes []string // of the default URL and of drivers: the first is the default's, where it has one
	Table   string
	Key     []*Field
	Mode    StoreMode
	Version *Field
	Stamp   *Field
	Policy  Policy
	Options Options
	Flows   []*Flow // that use it
	flawed  bool    // its table has errors
}

// Topic is a durable stream of records to one pipeline.
type Topic struct {
	Name    string
	Span    Span
	Record  *Record // nil: flow.Dead
	Key     []*Field
	Policy  Policy
	Options Options
	read    bool
	written bool
}

// OnError says what becomes of what failed for good.
type OnError int

// What on_error may say.
const (
	OnErrorFail OnError = iota
	OnErrorSkip
	OnErrorContinue
	OnErrorTopic
)

// Policy is how calls of a stage, saves of a store and sends to a topic are
// tried. Durations are texts that may hold ${NAME}.
type Policy struct {
	Timeout  string
	Attempts int
	First    string
	Max      string
	OnError  OnError
	Topic    *Topic
	Workers  int    // calls at a time, where there are several; else 0
	Rate     string // calls a time at most; empty: no limit
}

// Stage is a stage: a built-in where Kind is set, else a Go function.
type Stage struct {
	Name       string
	GoName     string
	Span       Span
	Kind       *Kind
	Doc        string
	In         []*Type // as declared
	Out        *Type
	Stream     bool
	Policy     Policy
	Reads      []*Store
	Writes     []*Store
	Connection *Connection
	Store      *Store   // that it loads from
	New        bool     // it gives only what was saved since the last time
	Followers  []string // the other stages that do so with its store, wherever they run
	Field      *Field   // that a sending built-in sends alone
	Options    Options
	// broken says that its kind is unknown, so nothing else of it is judged.
	broken bool
	// flawed says that its table has errors.
	flawed bool
	// Places are all places where the stage stands.
	Places []*Place
	taker  *Place // the place that decided Params
	// Params are the types of the values that its function takes: none in
	// first place, one for each branch after a join.
	Params []*Type
}

// IsGo reports whether the stage is a Go function of the user's.
func (s *Stage) IsGo() bool { return s.Kind == nil }

// Trigger says when a pipeline runs.
type Trigger int

// The triggers.
const (
	Waiting Trigger = iota // the first stage waits for its data
	Every
	Once
	Cron
	After
)

// Pipeline is stages in sequence.
type Pipeline struct {
	Name     string
	Span     Span
	Trigger  Trigger
	Options  Options
	Steps    []Step
	Continue bool // on_error = "continue"
	Flow     *Flow
	// Schedule is what cron says, and Zone its time zone: nil and empty where
	// only the environment tells them.
	Schedule *cron.Schedule
	Zone     string
	After    []*Pipeline // that must have succeeded since the last run
	// Reply is the type of the value that the caller of the first stage gets;
	// nil: none.
	Reply *Type
	// Source, Promise and Why are what the pipeline promises, and the edges that
	// make it no stronger.
	Source  SourceClass
	Promise Promise
	Why     string
	// Proviso is what effectively once takes for granted; empty of other promises.
	Proviso string
	// flawed says that its table, or its types, have errors.
	flawed bool
}

// First returns the place of the first stage.
func (p *Pipeline) First() *Place { return p.Steps[0].Place }

// Polls reports whether the first stage is asked for what is new, and told when
// that is through.
func (p *Pipeline) Polls() bool { return p.First().Stage != nil && p.First().Stage.New }

// Step is a place, or a group of branches that run at the same time.
type Step struct {
	Place    *Place
	Branches []Branch // where Place is nil
	Span     Span
	// In is what arrives at the group.
	In Arrival
	// Merge says that the results of the branches go on one by one, as they
	// come, instead of together.
	Merge bool
	// Out is what goes on behind the step.
	Out Arrival
}

// Branch is one branch of a group.
type Branch struct {
	Steps []Step
	Span  Span
	// Copy says that the branch gets values of its own: several branches hold
	// Go stages.
	Copy bool
	// Result says that what the branch ends with takes part in the join.
	Result bool
}

// Arrival is what arrives at a place.
type Arrival struct {
	// Types is one type; behind a join one for each branch with a result;
	// none at the first place.
	Types []*Type
	// Many says that a run carries many values: the source waits.
	Many bool
	// unknown says that an error before keeps the types from being known.
	unknown bool
	// list tells lists that have the same items in the same order: those made
	// item by item of one list share a number. 0: of no known list.
	list []int
	// from are the places that gave the types, for messages.
	from []*Place
}

// Form says how the calls at a place meet what arrives.
type Form int

// The forms of calls.
const (
	First    Form = iota // no value: the first stage
	ByValue              // one call a value
	ByItem               // one call an item of a list
	Joined               // one call for the values of all branches
	JoinedBy             // one call for each position of the lists of all branches
	Batched              // one call for a batch of values
)

// Place is where a stage, a store or a topic stands in a pipeline: exactly one
// of them is set.
type Place struct {
	Span     Span
	Pipeline *Pipeline
	Stage    *Stage
	Store    *Store
	Topic    *Topic
	Form     Form
	In       Arrival
	Out      Arrival
	// Due says that the function of a first stage takes the time its run was
	// due.
	Due bool
}

// resolved reports whether the name at the place is known.
func (p *Place) resolved() bool {
	return p.Stage != nil && !p.Stage.broken || p.Store != nil || p.Topic != nil
}

// isFirst reports whether the place is the first of its pipeline.
func (p *Place) isFirst() bool { return p.Pipeline.First() == p }

// Name returns the place as it is written in a list of stages.
func (p *Place) Name() string {
	switch {
	case p.Store != nil:
		return "store." + p.Store.Name
	case p.Topic != nil:
		return "topic." + p.Topic.Name
	}
	return p.Stage.Name
}

// Flow is a process: pipelines that run together on a host.
type Flow struct {
	Name      string
	Span      Span
	Host      string
	HostSpan  Span
	Pipelines []*Pipeline
	Options   Options
	// Anywhere says that an error keeps its host from being known.
	Anywhere bool
}
