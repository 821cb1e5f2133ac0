package setting_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/file"
	"github.com/flowc-dev/flowc/flow/http"
	"github.com/flowc-dev/flowc/flow/jsonl"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/mqtt"
	"github.com/flowc-dev/flowc/flow/record"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// A setting is an option of the spec that may come from the environment.
type setting struct {
	// spec is a service in which SETTING stands for the text of the option.
	spec string
	// open is what generated wiring does with the option.
	open func(s *flow.Setup, raw string)
	// texts are given to both; true: they take it.
	texts map[string]bool
}

type entry struct{}

var builtin = flow.StageOptions{Name: "a"}

// TestCheckAndStart gives every text to flowc check, as the option itself and as
// the default of a variable, and to a start, as the value of a variable. All of
// them take it, or none does.
func TestCheckAndStart(t *testing.T) {
	writePair(t)
	for name, s := range settings {
		t.Run(name, func(t *testing.T) {
			for text, want := range s.texts {
				if err := s.start("${SETTING}", &text); (err == nil) != want {
					t.Errorf("%q: a start says %v", text, err)
				}
				if err := s.check("${SETTING:-" + text + "}"); (err == nil) != want && !strings.Contains(text, "}") {
					t.Errorf("%q: check says of it as a default: %v", text, err)
				}
				if err := s.start("${SETTING:-"+text+"}", nil); (err == nil) != want && !strings.Contains(text, "}") {
					t.Errorf("%q: a start says of it as a default: %v", text, err)
				}
				literal := strings.NewReplacer("$", "$$", "{", "{{").Replace(text)
				if err := s.check(literal); (err == nil) != want {
					t.Errorf("%q: check says of it as it is: %v", text, err)
				}
			}
		})
	}
}

// TestCheckAndStartOfRawTexts gives texts with ${…} and {field} to both, as they
// stand in the spec.
func TestCheckAndStartOfRawTexts(t *testing.T) {
	for name, s := range rawTexts {
		t.Run(name, func(t *testing.T) {
			for text, want := range s.texts {
				value := "value"
				if err := s.check(text); (err == nil) != want {
					t.Errorf("%q: check says %v", text, err)
				}
				if err := s.start(text, &value); (err == nil) != want {
					t.Errorf("%q: a start says %v", text, err)
				}
			}
		})
	}
}

// check returns what flowc check says of the option.
func (s setting) check(text string) error {
	quoted, err := json.Marshal(text)
	if err != nil {
		return err
	}
	parsed, found := spec.Parse("flow.toml", []byte("flowc = 1\nservice = \"t\"\n"+strings.ReplaceAll(s.spec, "SETTING", string(quoted))))
	if len(found) == 0 {
		_, found = spec.Resolve([]*spec.File{parsed}, templates.Specs(templates.Kinds()))
	}
	for _, d := range found {
		if d.Severity == spec.Error {
			return errors.New(d.Message)
		}
	}
	return nil
}

// start returns what a program says of the option before it connects anything;
// value is that of the variable SETTING.
func (s setting) start(raw string, value *string) error {
	lookup := func(name string) (string, bool) {
		if name != "SETTING" || value == nil {
			return "", false
		}
		return *value, true
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	end, err := flow.Open(stopped, flow.Env{Lookup: lookup}, func(setup *flow.Setup) { s.open(setup, raw) })
	if err == nil {
		return end(context.Background())
	}
	if errors.Is(err, context.Canceled) {
		return nil // it would have gone on to connect
	}
	return err
}

const pipeline = `
[record.R]
id = "string"
[stage.a]
out = "R"
[pipeline.p]
stages = ["a"]
`

func every(name string) string { return pipeline + name + " = SETTING\n" }

func run(s *flow.Setup, t flow.Trigger) {
	flow.Run(s, flow.PipelineOptions{Name: "p"}, t, func(context.Context) error { return nil })
}

// source is a service whose only stage is a built-in that gives records.
func source(options string) string {
	return "[record.R]\nid = \"string\"\n[stage.a]\nout = \"R\"\n" + options
}

// sink is a service whose last stage is a built-in that takes records.
func sink(options string) string {
	return "[record.R]\nid = \"string\"\n[stage.first]\nout = \"R\"\n[pipeline.p]\nonce = true\nstages = [\"first\", \"a\"]\n" + options
}

const (
	waits = "[pipeline.p]\nstages = [\"a\"]\n"
	once  = "[pipeline.p]\nonce = true\nstages = [\"a\"]\n"
)

func listen(s *flow.Setup, o http.ListenOptions[entry]) {
	o.Stage = builtin
	http.Listen(s, o)
}

func get(s *flow.Setup, o http.ClientOptions[entry, entry]) {
	o.Stage, o.Method, o.Fill = builtin, "GET", func(entry) http.Values { return http.Values{} }
	http.NewClient(s, o)
}

func server(s *flow.Setup, url string) *http.Connection {
	return http.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: url})
}

func broker(s *flow.Setup, url string) *mqtt.Connection {
	return mqtt.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: url})
}

var durations = map[string]bool{
	"1s": true, "1h30m": true, "1.5h": true, ".5s": true, "5.s": true, "+5s": true, "1µs": true, "1μs": true, "007s": true, "1s1s": true,
	"": false, "1": false, "-1s": false, "1 s": false, " 1s": false, "1s ": false, "1s\n": false, "1d": false, "1S": false, "s": false, ".s": false, "1e3s": false, "0x1s": false,
	"1_000s": false, "Inf": false, "NaN": false, "１s": false, "٣s": false, "9223372036854775808ns": false, "99999999h": false, "1h-1m": false, "--1s": false, "+": false,
	"1m30": false, "1,5s": false, "always": false, "1s\x00": false,
}

// with returns more answers beside those of a form.
func with(texts map[string]bool, more map[string]bool) map[string]bool {
	all := map[string]bool{}
	for _, m := range []map[string]bool{texts, more} {
		for text, want := range m {
			all[text] = want
		}
	}
	return all
}

var (
	zero   = map[string]bool{"0": true, "0s": true, "-0s": true, "0h0m": true, "0.0s": true}
	noZero = map[string]bool{"0": false, "0s": false, "-0s": false, "0h0m": false, "0.0s": false, "0.1ns": false}
)

var sizes = map[string]bool{
	"1B": true, "64MiB": true, "1 GiB": true, "10kB": true, "5MB": true, "5GB": true, "5KiB": true, "007B": true, "9223372036854775807B": true,
	"": false, "0B": false, "0 MiB": false, "64": false, "MiB": false, "-1B": false, "+5MiB": false, "-0B": false, "1.5MiB": false, "1  MiB": false, "1\tMiB": false, " 1MiB": false,
	"1MiB ": false, "1MiB\n": false, "1mib": false, "1mb": false, "1KB": false, "1K": false, "1TiB": false, "1b": false, "1e3B": false, "0x10B": false, "1_000B": false, "InfB": false,
	"NaN B": false, "１B": false, "٣MiB": false, "9223372036854775808B": false, "9223372036854775807KiB": false, "99999999999999999999999999B": false, ".5MiB": false, "5.MiB": false,
	"1\u00a0B": false, "1KiBB": false,
}

var rates = map[string]bool{
	"100/s": true, "0.5/s": true, "1/ms": true, "30/m": true, "36/h": true, "007/s": true, "1.0/s": true,
	"": false, "0/s": false, "0.0/s": false, "-1/s": false, "-0/s": false, "+1/s": false, "Inf/s": false, "+Inf/s": false, "inf/s": false, "Infinity/s": false, "NaN/s": false, "1e3/s": false, "1E-3/s": false,
	".5/s": false, "5./s": false, "0x10/s": false, "0x1p4/s": false, "1_000/s": false, "1 /s": false, "1/ s": false, " 1/s": false, "1/s ": false, "1/s\n": false, "100": false, "100/": false, "/s": false,
	"1/S": false, "1/d": false, "1/sec": false, "1/us": false, "1/s/s": false, "１/s": false, "٣/s": false, "1,5/s": false,
	"1" + strings.Repeat("0", 309) + "/s": false, "0." + strings.Repeat("0", 400) + "1/s": false,
}

var paths = map[string]bool{
	"a.jsonl": true, "data/a.jsonl": true, "/var/log/a": true, "/a/../b": true, "./a": true, "a b": true, "..a": true, "a..b/c": true, "ü": true, " ": true, "a?b": true, ":a": true, "a/./b": true, "-": true,
	"": false, "/": false, "data/": false, "../a": false, "a/../../b": false, "a/..": false, "..": false, "a/../b": false, "a\x00b": false,
}

var settings = map[string]setting{
	"every": {every("every"), func(s *flow.Setup, raw string) { run(s, flow.Trigger{Every: raw}) }, with(durations, noZero)},
	"delay": {every("every = \"1h\"\ndelay"), func(s *flow.Setup, raw string) { run(s, flow.Trigger{Every: "1h", Delay: raw}) }, with(durations, zero)},
	"cron": {every("cron"), func(s *flow.Setup, raw string) { run(s, flow.Trigger{Cron: raw}) }, map[string]bool{
		"* * * * *": true, "*/5 * * * *": true, "30 6 * * mon-fri": true, " 0  3\t1 1 * ": true, "0 0 29 2 *": true, "0 0 * * 7": true, "00 00 01 01 *": true, "0 0 * JAN *": true,
		"": false, "* * * *": false, "* * * * * *": false, "@daily": false, "60 * * * *": false, "0 24 * * *": false, "0 0 31 2 *": false, "+1 * * * *": false, "-1 * * * *": false,
		"1.0 * * * *": false, "0x1 * * * *": false, "１ * * * *": false, "* * * * *\n": false, "*/0 * * * *": false, "5-1 * * * *": false, "1,,2 * * * *": false, "TZ=UTC * * * * *": false,
		"? * * * *": false, "001 * * * *": false, "5/2 * * * *": false,
	}},
	"zone": {every("cron = \"0 3 * * *\"\nzone"), func(s *flow.Setup, raw string) { run(s, flow.Trigger{Cron: "0 3 * * *", Zone: raw}) }, map[string]bool{
		"UTC": true, "Europe/Berlin": true, "Etc/GMT-1": true, "America/Argentina/Buenos_Aires": true,
		"": false, "Local": false, "local": false, "utc": false, "europe/berlin": false, "Europe/Berlin ": false, " UTC": false, "Europe": false, "Europe/": false, "posix/Europe/Berlin": false,
		"right/UTC": false, "posixrules": false, "localtime": false, "+01:00": false, "CEST": false, "../UTC": false, "/usr/share/zoneinfo/UTC": false, "UTC\nEurope/Berlin": false, "Berlin": false, "UTC\x00": false,
	}},
	"timeout": {sink("[stage.a]\nin = \"R\"\ntimeout = SETTING\n"), func(s *flow.Setup, raw string) {
		flow.NewStage(s, flow.StageOptions{Name: "a", Timeout: raw})
	}, with(durations, noZero)},
	"retry.first": {sink("[stage.a]\nin = \"R\"\nretry = { first = SETTING, max = \"2h\" }\n"), func(s *flow.Setup, raw string) {
		flow.NewStage(s, flow.StageOptions{Name: "a", Retry: flow.Retry{Attempts: 5, First: raw, Max: "2h"}})
	}, with(with(durations, zero), map[string]bool{"2h": true, "2h1ns": false})},
	"retry.max": {sink("[stage.a]\nin = \"R\"\nretry = { first = \"2m\", max = SETTING }\n"), func(s *flow.Setup, raw string) {
		flow.NewStage(s, flow.StageOptions{Name: "a", Retry: flow.Retry{Attempts: 5, First: "2m", Max: raw}})
	}, with(durations, map[string]bool{
		"2m": true, "1s": false, "1m59s": false, "0": false, "0s": false, "-0s": false, ".5s": false, "5.s": false, "+5s": false, "1µs": false, "1μs": false, "007s": false, "1s1s": false,
	})},
	"rate": {sink("[stage.a]\nin = \"R\"\nrate = SETTING\n"), func(s *flow.Setup, raw string) {
		flow.NewStage(s, flow.StageOptions{Name: "a", Rate: raw})
	}, rates},
	"limit of a request": {source("kind = \"http.listen\"\nlisten = \":0\"\nlimit = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: ":0", Limit: raw})
	}, sizes},
	"limit of an answer": {source("kind = \"http.get\"\nurl = \"http://h/\"\nlimit = SETTING\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{URL: "http://h/", Limit: raw})
	}, sizes},
	"path of a file": {source("kind = \"file.read\"\npath = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		file.Read(s, file.ReadOptions[entry]{Stage: builtin, Path: raw})
	}, paths},
	"URL of a request": {source("kind = \"http.get\"\nurl = SETTING\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{URL: raw})
	}, urls},
	"URL of a server": {source("kind = \"http.get\"\nconnection = \"c\"\n[connection.c]\nurl = SETTING\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{Connection: http.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: raw})})
	}, urls},
	"URL of a broker": {source("kind = \"mqtt.subscribe\"\nconnection = \"c\"\ntopic = \"a\"\n[connection.c]\nurl = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		broker(s, raw)
	}, map[string]bool{
		"mqtt://h": true, "mqtt:embedded": true, "MQTT://h": true, "mqtts://h:8883": true, "ws://h/mqtt": true, "wss://h": true, "tcp://h:1": true, "ssl://[::1]": true, "mqtt://u:p@h/": true,
		"": false, "h": false, "h:1883": false, "http://h": false, "mqtt:h": false, "mqtt://": false, "mqtt://h/topic": false, "mqtt://h:port": false, "mqtt://u:%zz@h": false, " mqtt://h": false,
		"mqtt://h h": false, "MQTT:embedded": false, "://h": false, "mqtt://h\n": false,
	}},
	"URL of a store": {strings.Replace(sink(""), `"a"`, `"store.r"`, 1) + "[store.r]\nrecord = \"R\"\nurl = SETTING\n", func(s *flow.Setup, raw string) {
		flow.OpenStore(s, flow.StoreOptions[entry]{Name: "r", URL: raw}, map[string]flow.Driver[entry]{"jsonl": jsonl.Open[entry]})
	}, map[string]bool{
		"jsonl:a": true, "jsonl:data/a.jsonl": true, "jsonl:/var/a": true, "JSONL:a": true, "jsonl:a b": true, "jsonl:a#b": true, "jsonl:a:b": true, "jsonl:./a": true, "jsonl:a%zz": true,
		"": false, "jsonl": false, "jsonl:": false, ":a": false, "jsonl:data/": false, "jsonl:/": false, "jsonl:../a": false, "jsonl:a/../b": false, "jsonl://h/a": false, "jsonl:///a": false,
		"jsonl::memory:": false, "jsonl:a?mode=ro": false, "jsonl:a\x00": false, "json l:a": false, " jsonl:a": false, "a/b": false, "nosuch:a": false,
	}},
	"keep": {strings.NewReplacer(`"a"`, `"store.r"`, "id = \"string\"", "at = \"time?\"").Replace(sink("")) + "[store.r]\nrecord = \"R\"\nurl = \"jsonl:a\"\nstamp = \"at\"\nkeep = SETTING\n", func(s *flow.Setup, raw string) {
		flow.OpenStore(s, flow.StoreOptions[entry]{Name: "r", URL: "jsonl:a", Keep: flow.Keep[entry]{Age: raw, Field: "at", Stamp: func(*entry) *time.Time { return nil }}}, map[string]flow.Driver[entry]{"jsonl": jsonl.Open[entry]})
	}, with(durations, noZero)},
	"address": {source("kind = \"http.listen\"\nlisten = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: raw})
	}, with(addresses, map[string]bool{"0.0.0.0:80": false, "[::]:80": false, "example.com:80": false, "128.0.0.1:80": false, "[::1%lo]:80": false, "LOCALHOST:80": false})},
	"address of two": {source("kind = \"http.listen\"\nlisten = \":80\"\n[stage.b]\nkind = \"http.listen\"\nlisten = SETTING\nopen = true\nout = \"R\"\n[pipeline.q]\nstages = [\"b\"]\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: ":80"})
		listen(s, http.ListenOptions[entry]{Listen: raw, Open: true})
	}, map[string]bool{
		":81": true, "127.0.0.2:80": true, "[::1]:80": true,
		":80": false, "localhost:80": false, "127.0.0.1:80": false, "[127.0.0.1]:80": false, "[localhost]:80": false,
	}},
	"path of two": {source("kind = \"http.listen\"\nlisten = \":0\"\npath = \"/a/{id}\"\n[stage.b]\nkind = \"http.listen\"\nlisten = \":0\"\npath = SETTING\nout = \"R\"\n[pipeline.q]\nstages = [\"b\"]\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: ":0", Path: "/a/{id}", Fields: []record.Field{{Name: "id"}}})
		listen(s, http.ListenOptions[entry]{Listen: ":0", Path: raw, Fields: []record.Field{{Name: "id"}}})
	}, map[string]bool{
		"/": true, "/a": true, "/a/": true, "/a/b": true, "/a/%7B": true, "/{{": false, "/b/c": true, "/a/b/c": true,
	}},
	"open address": {source("kind = \"http.listen\"\nopen = true\nlisten = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: raw, Open: true})
	}, with(addresses, map[string]bool{"0.0.0.0:80": true, "[::]:80": true, "example.com:80": true, "[::1%lo]:80": true})},
	"path of requests": {source("kind = \"http.listen\"\nlisten = \":0\"\npath = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: ":0", Path: raw})
	}, map[string]bool{
		"/": true, "/a": true, "/a/": true, "/a/b-c": true, "/é": true, "/a%20b": true, "/..a": true, "/$a": true,
		"": false, "a": false, "//": false, "/a//b": false, "/a b": false, " /a": false, "/a?b": false, "/a#b": false, "/./a": false, "/a/..": false, "/../a": false, "http://h/a": false, "/a{b": false, "/}": false,
	}},
	"token of callers": {source("kind = \"http.listen\"\nlisten = \":0\"\ntoken = SETTING\n" + waits), func(s *flow.Setup, raw string) {
		listen(s, http.ListenOptions[entry]{Listen: ":0", Token: raw})
	}, map[string]bool{"a token": true, "": false}},
	"token of a connection": {source("kind = \"http.get\"\nconnection = \"c\"\n[connection.c]\nurl = \"http://h\"\ntoken = SETTING\n" + once), func(s *flow.Setup, raw string) {
		http.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: "http://h", Token: raw})
	}, map[string]bool{"a token": true, "": false, "a\nb": false}},
	"session": {source("kind = \"mqtt.subscribe\"\nconnection = \"c\"\ntopic = \"a\"\nsession = SETTING\n[connection.c]\nurl = \"mqtt://h\"\n" + waits), func(s *flow.Setup, raw string) {
		mqtt.Subscribe(s, mqtt.SubscribeOptions[entry]{Stage: builtin, Connection: broker(s, "mqtt://h"), Topic: "a", Session: raw})
	}, with(durations, zero)},
	"topic to receive": {source("kind = \"mqtt.subscribe\"\nconnection = \"c\"\ntopic = SETTING\n[connection.c]\nurl = \"mqtt://h\"\n" + waits), func(s *flow.Setup, raw string) {
		mqtt.Subscribe(s, mqtt.SubscribeOptions[entry]{Stage: builtin, Connection: broker(s, "mqtt://h"), Topic: raw})
	}, map[string]bool{
		"a": true, "a/b": true, "/": true, "+": true, "#": true, "a/+/b": true, "a/#": true, "a b": true, "$SYS/#": true, "$share/g/a/#": true,
		"": false, "a/#/b": false, "a+": false, "a/b#": false, "+a/b": false, "##": false, "a\x00": false, strings.Repeat("a", 65536): false,
	}},
	"topic to send": {sink("[stage.a]\nkind = \"mqtt.publish\"\nconnection = \"c\"\ntopic = SETTING\n[connection.c]\nurl = \"mqtt://h\"\n"), func(s *flow.Setup, raw string) {
		mqtt.NewPublisher(s, mqtt.PublishOptions[entry]{Stage: builtin, Connection: broker(s, "mqtt://h"), Topic: raw})
	}, map[string]bool{
		"a": true, "a/b": true, "/": true, "a b": true, "$SYS/a": true,
		"": false, "+": false, "#": false, "a/#": false, "a+b": false, "a\x00": false, strings.Repeat("a", 65536): false,
	}},
	"bool":   where("bool", record.ParseBool, map[string]bool{"true": true, "false": true, "": false, "TRUE": false, "True": false, "t": false, "1": false, "0": false, "yes": false, "on": false, " true": false, "true\n": false}),
	"int32":  where("int32", record.ParseInt[int32], with(wholes, map[string]bool{"-1": true, "-0": true, "+1": true, "2147483647": true, "-2147483648": true, "2147483648": false})),
	"int":    where("int", record.ParseInt[int], with(wholes, map[string]bool{"-1": true, "9223372036854775807": true, "9223372036854775808": false})),
	"uint32": where("uint32", record.ParseUint[uint32], with(wholes, map[string]bool{"4294967295": true, "4294967296": false, "-1": false, "-0": false, "+1": false})),
	"float32": where("float32", record.ParseFloat[float32], with(floats, map[string]bool{
		"1e38": true, "1e39": false, "-1e39": false,
	})),
	"float64":  where("float64", record.ParseFloat[float64], with(floats, map[string]bool{"1e308": true, "1e309": false})),
	"duration": where("duration", record.ParseDuration, with(durations, map[string]bool{"-1s": true, "0": true, "-0s": true})),
	"time": where("time", record.ParseTime, map[string]bool{
		"2026-01-02T15:04:05Z": true, "2026-01-02T15:04:05.123456789+02:00": true, "2026-01-02 15:04:05Z": true, "0000-01-01T00:00:00Z": true, "9999-12-31T23:59:59Z": true,
		"": false, "2026-01-02": false, "2026-01-02T15:04:05": false, "2026-01-02T5:04:05Z": true, "2026-01-02T15:04:05,5Z": true, "2026-13-02T15:04:05Z": false, "2026-02-30T15:04:05Z": false,
		"2026-01-02T24:00:00Z": false, "2026-01-02t15:04:05z": false, "26-01-02T15:04:05Z": false, "10000-01-02T15:04:05Z": false, "-0001-01-02T15:04:05Z": false, "2026-01-02T15:04:60Z": false,
		" 2026-01-02T15:04:05Z": false, "2026-01-02T15:04:05+25:00": false, "2026-01-02T15:04:05+0200": false, "now": false, "0": false,
	}),
	"time(unix)": where("time(unix)", record.ParseUnix, with(epochs, map[string]bool{
		"253402300799": true, "253402300799.9": true, "253402300800": false, "-62167219200": true, "-62167219201": false, "1e11": true, "1e12": false,
	})),
	"time(unix_ms)": where("time(unix_ms)", record.ParseUnixMilli, with(epochs, map[string]bool{
		"253402300799999": true, "253402300800000": false, "-62167219200000": true, "-62167219200001": false, "1e14": true, "1e15": false,
	})),
	"server of a path": {source("kind = \"http.get\"\nconnection = \"c\"\nurl = \"/a\"\n[connection.c]\nurl = SETTING\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{Connection: server(s, raw), URL: "/a"})
	}, with(urls, map[string]bool{"https://h/a?b=c": false, "http://h/?a b": false, "http://h?": false, "http://h/?#": false, "http://h/%3F": true})},
	"query": {source("kind = \"http.get\"\nurl = \"http://h/\"\nquery = { a = SETTING }\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{URL: "http://h/", Query: []flow.Header{{Name: "a", Value: raw}}})
	}, map[string]bool{"": true, "a": true, "a b": true, "a&b=c#d%zz": true, "a\nb\x00": true, "{a}": true, "é": true}},
	"tls.ca":   tlsFile("ca = SETTING", func(raw string) flow.TLSFiles { return flow.TLSFiles{CA: raw} }),
	"tls.cert": tlsFile("cert = SETTING, key = \"pair.pem\"", func(raw string) flow.TLSFiles { return flow.TLSFiles{Cert: raw, Key: "pair.pem"} }),
	"tls.key":  tlsFile("cert = \"pair.pem\", key = SETTING", func(raw string) flow.TLSFiles { return flow.TLSFiles{Cert: "pair.pem", Key: raw} }),
	"header": {source("kind = \"http.get\"\nurl = \"http://h/\"\nheaders = { A = SETTING }\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{URL: "http://h/", Headers: []flow.Header{{Name: "A", Value: raw}}})
	}, headers},
	"header of a server": {source("kind = \"http.get\"\nconnection = \"c\"\n[connection.c]\nurl = \"http://h\"\nheaders = { A = SETTING }\n" + once), func(s *flow.Setup, raw string) {
		http.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: "http://h", Headers: []flow.Header{{Name: "A", Value: raw}}})
	}, headers},
	"header of a broker": {source("kind = \"mqtt.subscribe\"\nconnection = \"c\"\ntopic = \"a\"\n[connection.c]\nurl = \"ws://h\"\nheaders = { A = SETTING }\n" + waits), func(s *flow.Setup, raw string) {
		mqtt.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: "ws://h", Headers: []flow.Header{{Name: "A", Value: raw}}})
	}, headers},
}

// tlsFile is a PEM file of a connection. There is one, pair.pem.
func tlsFile(options string, files func(raw string) flow.TLSFiles) setting {
	text := source("kind = \"http.get\"\nconnection = \"c\"\n[connection.c]\nurl = \"https://h\"\ntls = { " + options + " }\n" + once)
	return setting{text, func(s *flow.Setup, raw string) {
		http.NewConnection(s, flow.ConnectionOptions{Name: "c", URL: "https://h", TLS: files(raw)})
	}, map[string]bool{
		"pair.pem": true, "./pair.pem": true, "a/./../pair.pem": false, "": false, "/": false, "a/": false, "../pair.pem": false, "a/..": false, "pair.pem\x00": false,
	}}
}

// writePair writes a certificate and its key to pair.pem in a folder of its own,
// where the test then runs.
func writePair(t *testing.T) {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	pair := server.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	content := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})
	content = append(content, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("pair.pem", content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// where is a condition on a field of a type, which parse reads at a start.
func where(kind string, parse func(string) record.Value, texts map[string]bool) setting {
	text := "[record.R]\nid = \"" + kind + "\"\n[store.r]\nrecord = \"R\"\nurl = \"jsonl:a\"\n[stage.a]\nkind = \"store.load\"\nstore = \"r\"\nwhere = { id = SETTING }\n" + once
	return setting{text, func(s *flow.Setup, raw string) {
		condition := load.Condition[entry]{Field: "id", Text: raw, Parse: parse}
		load.NewLoader(s, load.LoadOptions[entry, entry]{Stage: builtin, Where: []load.Condition[entry]{condition}})
	}, texts}
}

var headers = map[string]bool{"": true, "a": true, "a\tb": true, "é": true, " a ": true, "a\nb": false, "a\r": false, "a\x00": false, "a\x7f": false}

var wholes = map[string]bool{
	"0": true, "1": true, "007": true, "": false, "1.0": false, "1e3": false, "0x1": false, "1_000": false, " 1": false, "1 ": false, "1\n": false, "１": false, "٣": false, "Inf": false, "NaN": false, "--1": false,
	"99999999999999999999": false, "1,000": false,
}

var floats = map[string]bool{
	"0": true, "-0": true, "1": true, "-1.5": true, "+1": true, ".5": true, "5.": true, "1e3": true, "1E-3": true, "007": true, "0x1p4": false, "0X1P4": false, "0x_1p4": false, "1e-400": true,
	"": false, "Inf": false, "-inf": false, "+Infinity": false, "NaN": false, "nan": false, "1_000": false, "_1": false, " 1": false, "1 ": false, "1\n": false, "１": false, "1,5": false, "1e": false, "e1": false, "0x": false, ".": false, "1e400": false,
}

var epochs = map[string]bool{
	"0": true, "-0": true, "1": true, "-1": true, "+1": true, "1.5": true, "-1.5": true, "5.": true, "1e3": true, "1E3": true, "1e+3": true, "1e-3": true, "1.5e3": true, "007": true, "1e-400": true, "0e400": true,
	"": false, ".5": false, "-.5": false, "0x10": false, "0x1p4": false, "Inf": false, "NaN": false, "1_000": false, " 1": false, "1 ": false, "1\n": false, "１": false, "1,5": false, "1e": false, "1e1.5": false, "e1": false, "now": false,
	"1e300": false, "-1e300": false, "1e400": false, "1e99999999999999999999": false, "--1": false, "+-1": false, "1.-5": false, "1.5.5": false,
}

var addresses = map[string]bool{
	":8080": true, ":0": true, ":65535": true, "127.0.0.1:80": true, "127.0.0.2:80": true, "localhost:80": true, "[::1]:80": true, "[127.0.0.1]:80": true,
	"": false, "8080": false, ":": false, "localhost": false, ":http": false, ":65536": false, ":-1": false, ":+80": false, ":080": false, ": 80": false, ":80 ": false, ":0x50": false, ":８０": false,
	"::1:80": false, "[::1:80": false, "::1]:80": false, "[[::1]]:80": false, "http://localhost:80": false, ":80\n": false, "127.0.0.1:80:80": false,
}

var urls = map[string]bool{
	"http://h": true, "https://h/a?b=c": true, "HTTP://h": true, "http://u:p@h": true, "http://h:": true, "http://h:0": true, "http://[::1]:80/": true, "http://h/a b": true, "http://h/#": true, "http://h/?a b": true, "http://h//a": true,
	"": false, "h": false, "/a": false, "//h/a": false, "ftp://h": false, "http:h": false, "http://": false, "http:///a": false, "http://h:65536": false, "http://h:-1": false, "http://h:port": false, "http://h/%zz": false,
	"http://h/#a": false, " http://h": false, "http://h h": false, "http://h\n": false, "http://h/\x00": false, "://h": false, "mqtt://h": false, "http://u:%zz@h": false, "http://:80": false,
}

var rawTexts = map[string]setting{
	"path behind a connection": {source("kind = \"http.get\"\nconnection = \"c\"\nurl = SETTING\n[connection.c]\nurl = \"http://h/b\"\n" + once), func(s *flow.Setup, raw string) {
		get(s, http.ClientOptions[entry, entry]{Connection: server(s, "http://h/b"), URL: raw})
	}, map[string]bool{
		"/": true, "/a": true, "/a b": true, "/a?b=c": true, "//": true, "/u:p@h": true, "/a:99999": true, "/#": true, "/http://h": true, "/${SETTING}": true, "/${NONE:-a}": true, "http://h/c": true, "//u:${SETTING}@h": true,
		"/a#b": false, "/%zz": false, "/a\x00": false, "/a\n": false, "/${NONE:-#b}": false, "//u:${NONE:-#b}@h": true, "http://other/c": false, "a": false,
	}},
	"setting": {source("kind = \"http.get\"\nconnection = \"c\"\n[connection.c]\nurl = \"http://h\"\nusername = \"u\"\npassword = SETTING\n" + once), func(s *flow.Setup, raw string) {
		s.String("connection.c", "password", raw)
	}, map[string]bool{
		"": true, "a": true, "$": true, "$a": true, "$$": true, "$${": true, "$$$": true, "a$": true, "${SETTING}": true, "${NONE:-}": true, "${NONE:-a:-b}": true, "${NONE:-${SETTING}": true, "}": true, "{": true, "${_a1:-x}": true,
		"${": false, "${}": false, "${SETTING": false, "a${SETTING:-b": false, "${1}": false, "${A B:-}": false, "${A-x}": false, "${A:x}": false, "${ SETTING}": false, "${SETTING }": false, "${é:-}": false,
		"${file:}": false, "${file:a/}": false, "${file:../a}": false, "${file:a\x00}": false, "$$${": false,
	}},
	"template": {sink("[stage.a]\nkind = \"http.post\"\nurl = \"http://h\"\nbody = SETTING\n"), func(s *flow.Setup, raw string) {
		driver.NewTemplate(s, "stage.a", "body", raw, driver.Verbatim)
	}, map[string]bool{
		"": true, "a": true, "{id}": true, "{{": true, "{{id}": true, "{{{id}": true, "{{{{id}": true, "}": true, "{id}}": true, "$${id}": true, "${SETTING}{id}": true, "${NONE:-{id}": true, "{id}{id}": true, "{{a}}": true,
		"{": false, "{id": false, "{}": false, "{id}{": false, "{{{": false, "${NONE:-{}": true, "${SETTING": false, "{id}${": false, strings.Repeat("{id}", 1000): true, strings.Repeat("{id}", 1001): false,
	}},
}
