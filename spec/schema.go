package spec

import "slices"

// What the reference shows of the language: flowc kinds and docs/reference.

// Schema is a table of a spec as the reference shows it.
type Schema struct {
	Name    string // "store"; "service" for the keys above the tables
	Header  string // "[store.NAME]"; empty above the tables
	Summary string
	Options []Option
	// Example is such a table, or several. The examples of all tables are one
	// service.
	Example string
}

// Schemas returns all tables in the order of the language reference.
func Schemas() []Schema {
	return []Schema{
		{"service", "", "The keys above the tables.", topOptions(), exampleTop},
		{"record", "[record.NAME]", "A type of values: the names and types of its fields.", nil, exampleRecord},
		{"connection", "[connection.NAME]", "One place for an address, its TLS files and its secrets.", connectionOptions(), exampleConnection},
		{"store", "[store.NAME]", "A table of records behind a URL, which stages save to and read.", storeOptions(), exampleStore},
		{"topic", "[topic.NAME]", "A typed, durable stream of records to one pipeline.", topicOptions(), exampleTopic},
		{"stage", "[stage.NAME]", "A step of a pipeline: a built-in kind, or a Go function where it has none.", goOptions(), exampleStage},
		{"pipeline", "[pipeline.NAME]", "Stages in sequence, and what makes them run.", pipelineOptions(), examplePipeline},
		{"flow", "[flow.NAME]", "Pipelines that run in one process.", flowOptions(), exampleFlow},
	}
}

const exampleTop = `flowc   = 1
service = "plant"`

const exampleRecord = `[record.Reading]
sensor = "string"
value  = "float64"
at     = "time"
note   = "string?"                 # may be missing
saved  = "time?"`

const exampleConnection = `[connection.broker]
url      = "mqtts://broker.example.com"
username = "plant"
password = "${file:/run/secrets/broker}"
tls      = { ca = "certs/ca.pem" }`

const exampleStore = `[store.readings]
record = "Reading"
url    = "${READINGS_DB:-sqlite:data/readings.db}"
key    = ["sensor", "at"]          # repeats are dropped
stamp  = "saved"`

const exampleTopic = `[topic.alerts]
record = "Reading"
key    = ["sensor"]`

const exampleStage = `[stage.listen]                     # a built-in
kind       = "mqtt.subscribe"
connection = "broker"
topic      = "plant/readings"
out        = "Reading"

[stage.select_high]                # func SelectHigh(ctx, in records.Reading) (records.Reading, error)
doc     = "Drops all readings that are no cause for alarm."
in      = "Reading"
out     = "Reading"
timeout = "5s"

[stage.tell]
kind  = "http.post"
url   = "${OPS_URL}"
retry = { attempts = 3, first = "1s" }`

const examplePipeline = `[pipeline.gather]
stages  = ["listen", "store.readings", "select_high", "topic.alerts"]
promise = "at least once"

[pipeline.alert]
stages   = ["topic.alerts", "tell"]
on_error = "continue"`

const exampleFlow = `[flow.intake]
pipelines = ["gather"]
host      = "vm-a"

[flow.alerts]
pipelines = ["alert"]
host      = "vm-a"`

// StoreScheme is what a store can do whose URL has the scheme.
type StoreScheme struct {
	Name     string // "sqlite"
	Modes    []string
	UsedBy   string // the flows that may use one such store
	NotBuilt bool
}

// StoreSchemes returns the schemes of stores in the order of the language
// reference.
func StoreSchemes() []StoreScheme {
	var list []StoreScheme
	for _, a := range abilities {
		s := StoreScheme{Name: a.scheme, UsedBy: "any", NotBuilt: !a.built}
		for _, m := range a.modes {
			s.Modes = append(s.Modes, m.String())
		}
		switch {
		case a.oneFlow:
			s.UsedBy = "one flow"
		case a.oneHost:
			s.UsedBy = "the flows of one host"
		}
		list = append(list, s)
	}
	return list
}

// StageOptions are the options of every stage that mean something to the kind.
func (k *Kind) StageOptions() []Option {
	list := slices.DeleteFunc(stageOptions(true), func(o Option) bool {
		switch o.Name {
		case "kind":
			return true
		case "in", "workers":
			return !k.Later
		case "out":
			return !k.First && !k.Asks
		}
		return k.noEffect(o.Name) != ""
	})
	if i := slices.IndexFunc(list, func(o Option) bool { return o.Name == "out" }); i >= 0 {
		list[i].Required = k.NeedsOut && !k.Later
	}
	return list
}

// SourceWith returns the delivery class of a source of the kind with options as
// they would be written in its table: "qos = 0".
func (k *Kind) SourceWith(options string) (SourceClass, Diagnostics) {
	f, diags := Parse("", []byte(options))
	if diags.HasErrors() {
		return Lossy, diags
	}
	r := &resolver{}
	o := r.decode(f.Root.Entries, optional(k.Options), k.Name, Span{})
	return k.Source(o), r.diags
}

// optional returns options of which none is required.
func optional(options []Option) []Option {
	list := slices.Clone(options)
	for i := range list {
		list[i].Required = false
	}
	return list
}

// Nearest returns the candidate that name is a slip of the pen for, or "".
func Nearest(name string, candidates []string) string { return nearest(name, candidates) }
