package spec

import (
	"fmt"
	"slices"
	"strings"
)

// What the reference shows of the language: flowc kinds and docs/reference.

// Schema is a table of a spec as the reference shows it.
type Schema struct {
	Name     string // "store"; "service" for the keys above the tables
	Header   string // "[store.NAME]"; empty above the tables
	Summary  string
	Section  string   // heading of the language reference that has all of it
	Notes    []string // what else people should know, a sentence or two each
	Options  []Option
	NotBuilt bool
	// Example is such a table, or several. The examples of all tables are one
	// service.
	Example string
}

// Schemas returns all tables in the order of the language reference.
func Schemas() []Schema {
	return []Schema{
		{
			Name: "service", Summary: "The keys above the tables.",
			Section: "The file", Options: topOptions(), Example: exampleTop,
		},
		{
			Name: "record", Header: "[record.NAME]", Summary: "A type of values: its keys are the names of fields, its values their types.",
			Section: "Records", Notes: recordNotes(), Example: exampleRecord,
		},
		{
			Name: "connection", Header: "[connection.NAME]", Summary: "One place for an address, its TLS files and its secrets.",
			Section: "Connections", Options: connectionOptions(), Example: exampleConnection,
		},
		{
			Name: "store", Header: "[store.NAME]", Summary: "A table of records behind a URL, which stages save to and read.",
			Section: "Stores", Options: storeOptions(), Example: exampleStore(),
		},
		{
			Name: "topic", Header: "[topic.NAME]", Summary: "A typed, durable stream of records to one pipeline.",
			Section: "Topics", Options: topicOptions(), Example: exampleTopic, NotBuilt: true,
		},
		{
			Name: "stage", Header: "[stage.NAME]", Summary: "A step of a pipeline: a built-in kind, or a Go function where it has none.",
			Section: "Stages", Notes: stageNotes(), Options: goOptions(), Example: exampleStage,
		},
		{
			Name: "pipeline", Header: "[pipeline.NAME]", Summary: "Stages in sequence, and what makes them run.",
			Section: "Pipelines", Options: pipelineOptions(), Example: examplePipeline,
		},
		{
			Name: "flow", Header: "[flow.NAME]", Summary: "Pipelines that run in one process.",
			Section: "Flows and hosts", Options: flowOptions(), Example: exampleFlow,
		},
	}
}

func recordNotes() []string {
	return []string{
		"A type is " + strings.Join(basicTypes, ", ") + ", the name of a record, or a Go type with its import path, such as net/netip.Addr.",
		"[]T is a list, map[string]T a table; with ? at its end the value may be missing.",
	}
}

func stageNotes() []string {
	p := BuiltinPolicy()
	return []string{
		fmt.Sprintf("A built-in has a timeout of %s and %d attempts unless it says otherwise; its kind has options beside these.", p.Timeout, p.Attempts),
		"reads, writes and state are for Go functions only.",
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

func exampleStore() string {
	return `[store.readings]
record = "Reading"
url    = "${READINGS_DB:-` + StoreSchemes()[0].url("readings") + `}"
key    = ["sensor", "at"]          # repeats are dropped
stamp  = "saved"`
}

const exampleTopic = `[topic.alerts]
record = "Reading"
key    = ["sensor"]`

const exampleStage = `[stage.listen]                     # a built-in
kind       = "mqtt.subscribe"
connection = "broker"
topic      = "plant/readings"
out        = "Reading"

[stage.select_high]                # a Go function of yours, SelectHigh
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

// StageOptions are the options of every stage that mean something to the kind.
func (k *Kind) StageOptions() []Option { return k.meant(stageOptions(true, nil)[1:]) }

// OwnOptions are the options beside those of every stage; connection says what it
// speaks.
func (k *Kind) OwnOptions() []Option {
	list := slices.Clone(k.Options)
	for i := range list {
		if k.Connection != nil && list[i].Of == "connection" {
			list[i].Doc += "; it speaks " + k.Connection.Name
		}
	}
	return list
}

// TableOptions are all options of a stage of the kind, in their order.
func (k *Kind) TableOptions() []Option { return stageOptions(true, k.OwnOptions()) }

// MeantOptions are those of TableOptions that mean something to the kind.
func (k *Kind) MeantOptions() []Option { return k.meant(k.TableOptions()) }

// meant drops from the options of every stage those that mean nothing to the
// kind.
func (k *Kind) meant(options []Option) []Option {
	list := slices.DeleteFunc(options, func(o Option) bool {
		switch o.Name {
		case "in", "workers", "batch":
			return !k.Later
		case "out":
			return k.Loads || !k.First && !k.Asks
		}
		return k.noEffect(Options{}, o.Name) != ""
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
