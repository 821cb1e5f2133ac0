package lsp

import (
	"slices"
	"strings"
	"testing"
)

// service is plant in one file: cases put their lines behind it.
const service = `flowc   = 1
service = "plant"

[record.Reading]
sensor    = "string"
value     = "float64"
at        = "time"
saved     = "time?"
"my note" = "string?"

[record.Ask]
since = "time"

[connection.broker]
url = "mqtt:embedded"

[store.readings]
record = "Reading"
url    = "sqlite:data/r.db"

[stage.fetch]
kind = "http.get"
url  = "http://127.0.0.1/"
out  = "[]Reading"

[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"

[stage.core]
in  = "Reading"
out = "Reading"

[pipeline.gather]
every  = "1s"
stages = ["fetch", "core", "tell", "store.readings"]

[flow.one]
pipelines = ["gather"]
host      = "vm-a"
`

// completions are the cases: lines behind service, the cursor in them; what is
// suggested, what is not, and the line once the first of these is taken.
var completions = []struct{ name, text, want, not, line string }{
	{"tables", "[‸", "record connection store topic stage pipeline flow", "service", "[record"},
	{"tables, half typed", "[sta‸]", "stage", "", "[stage]"},
	{"a name that is used", "[pipeline.b]\nstages = [\"extra\"]\n[stage.‸", "extra", "core fetch", "[stage.extra"},
	{"tables within", "[stage.tell.‸", "retry body headers", "url kind", "[stage.tell.retry"},
	{"top", "‸", "", "", ""},
	{"keys of a store", "[store.x]\n‸", "record url key mode version", "kind host", "record = "},
	{"those that are there", "[store.x]\nrecord = \"Reading\"\n‸\nurl = \"sqlite:x\"", "key mode", "record url", "key = "},
	{"half typed", "[store.x]\nre‸", "record retry", "", "record = "},
	{"a key that has a value", "[store.x]\nre‸ = \"Reading\"", "record", "", `record = "Reading"`},
	{"keys of a Go stage", "[stage.x]\n‸", "kind in out reads writes", "url connection", "kind = "},
	{"keys of a kind", "[stage.x]\nkind = \"mqtt.publish\"\n‸", "connection topic retain timeout", "reads url", "connection = "},
	{"keys of a table within", "[stage.x]\nretry = { ‸ }", "attempts first max", "timeout", "retry = { attempts =  }"},
	{"the second of them", "[stage.x]\nretry = { first = \"1s\", ‸", "attempts max", "first", "retry = { first = \"1s\", attempts = "},
	{"a header within", "[stage.x.retry]\n‸", "attempts first max", "timeout", "attempts = "},
	{"a dotted key", "[stage.x]\nretry.‸", "attempts first max", "timeout", "retry.attempts = "},
	{"kinds", "[stage.x]\nkind = ‸", "http.get mqtt.subscribe", "", `kind = "http.get"`},
	{"kinds in quotes", "[stage.x]\nkind = \"http.‸\"", "http.get", "", `kind = "http.get"`},
	{"kinds, not closed", "[stage.x]\nkind = \"http.‸\nout = \"Reading\"", "http.get", "", `kind = "http.get`},
	{"a connection", "[stage.x]\nkind = \"mqtt.publish\"\nconnection = \"‸\"", "broker", "readings", `connection = "broker"`},
	{"a connection of another protocol", "[connection.web]\nurl = \"http://h/\"\n[stage.y]\nkind = \"mqtt.publish\"\nconnection = \"broker\"\n[stage.x]\nkind = \"http.get\"\nconnection = \"‸\"", "web", "broker", `connection = "web"`},
	{"a record", "[store.x]\nrecord = ‸", "Reading Ask", "string", `record = "Reading"`},
	{"types", "[stage.x]\nout = \"‸\"", "Reading string time(unix)", "", `out = "Reading"`},
	{"the type of a list", "[stage.x]\nout = \"[]Re‸\"", "Reading string", "", `out = "[]Reading"`},
	{"a type that may be missing", "[record.X]\nx = \"map[string]‸?\"", "Reading int", "", `x = "map[string]Reading?"`},
	{"types of a list of types", "[stage.x]\nin = [\"Reading\", ‸]", "Reading", "", `in = ["Reading", "Reading"]`},
	{"choices", "[store.x]\nmode = \"‸\"", "append upsert replace", "", `mode = "append"`},
	{"a choice without quotes", "[pipeline.x]\npromise = eff‸", "effectively", "", `promise = "effectively once"`},
	{"a flag", "[pipeline.x]\nonce = ‸", "true false", "", "once = true"},
	{"numbers", "[stage.x]\nkind = \"mqtt.publish\"\nqos = ‸", "0 1 2", "", "qos = 0"},
	{"on_error", "[pipeline.x]\non_error = \"‸\"", "fail continue", "topic.NAME", `on_error = "fail"`},
	{"stages", "[pipeline.x]\nstages = [\"fetch\", \"‸\"]", "core fetch tell store.readings", "readings broker", `stages = ["fetch", "core"]`},
	{"stages, the list not closed", "[pipeline.x]\nstages = [\"fetch\", ‸\n[flow.y]\npipelines = [\"gather\"]", "core store.readings", "", `stages = ["fetch", "core"`},
	{"stages of a branch", "[pipeline.x]\nstages = [\"fetch\", [\"core\",\n  \"‸", "tell store.readings", "", `  "tell`},
	{"a list that is not begun", "[pipeline.x]\nstages = ‸", "core", "", `stages = ["core"]`},
	{"stores", "[stage.x]\nreads = [‸]", "readings", "store.readings", `reads = ["readings"]`},
	{"pipelines", "[flow.x]\npipelines = [\"‸", "gather", "core", `pipelines = ["gather`},
	{"hosts", "[flow.x]\nhost = \"‸\"", "vm-a", "", `host = "vm-a"`},
	{"time zones", "[pipeline.x]\nzone = \"‸\"", "Europe/Berlin UTC", "value", `zone = "Europe/Berlin"`},
	{"fields of a key", "[store.x]\nrecord = \"Reading\"\nkey = [\"sensor\", \"‸\"]", "sensor value at", "since", `key = ["sensor", "sensor"]`},
	{"a field with a space", "[store.x]\nrecord = \"Reading\"\nstamp = \"m‸", "saved", "since", `stamp = "saved`},
	{"schemes", "[store.x]\nurl = \"‸\"", "sqlite: jsonl:", "postgres:", `url = "sqlite:"`},
	{"conditions", "[stage.x]\nkind = \"store.load\"\nstore = \"readings\"\nwhere = { ‸ }", "sensor value", "since", "where = { sensor =  }"},
	{"a comment", "[store.x]\n# re‸", "", "record", ""},
	{"behind a value", "[store.x]\nrecord = \"Reading\" ‸", "", "record", ""},
	{"a key of a record", "[record.X]\n‸", "", "record", ""},
	{"an unknown table", "[storage.x]\n‸", "", "record", ""},
	{"an unknown key", "[store.x]\nnokey = \"‸\"", "", "Reading", ""},
}

func TestCompletion(t *testing.T) {
	for _, c := range completions {
		t.Run(c.name, func(t *testing.T) {
			for _, end := range []string{"\n", "\r\n"} {
				text := strings.ReplaceAll(service+c.text+"\n", "\n", end)
				e := newSession(t, "-- x --\n")
				items := e.completions(e.open("flow.toml", text))
				checkItems(t, items, c.want, c.not)
				if c.line == "" {
					continue
				}
				now := apply(strings.ReplaceAll(text, cursor, ""), labelled(t, items, strings.Fields(c.want)[0]).TextEdit)
				if !strings.Contains(now[len(service):], "\n"+c.line+end) && !strings.HasPrefix(strings.TrimPrefix(now[strings.Index(now, "vm-a"):], "vm-a\""+end), c.line+end) {
					t.Errorf("with the first suggestion the text is:\n%s", now[strings.Index(now, "vm-a"):])
				}
			}
		})
	}
}

// labelled finds the suggestion whose label starts with a word.
func labelled(t *testing.T, items []completionItem, word string) completionItem {
	t.Helper()
	i := slices.IndexFunc(items, func(x completionItem) bool { return strings.Fields(x.Label)[0] == word })
	if i < 0 {
		t.Fatalf("%q is not suggested", word)
	}
	return items[i]
}

func (e *editor) completions(p Position) (items []completionItem) {
	e.Helper()
	e.call("textDocument/completion", e.at("flow.toml", p), &items)
	return items
}

func checkItems(t *testing.T, items []completionItem, want, not string) {
	t.Helper()
	var labels []string
	for _, x := range items {
		labels = append(labels, strings.Fields(x.Label)[0])
	}
	for _, w := range strings.Fields(want) {
		if !slices.Contains(labels, w) {
			t.Errorf("%q is not suggested, but %q", w, labels)
		}
	}
	for _, w := range strings.Fields(not) {
		if slices.Contains(labels, w) {
			t.Errorf("%q is suggested", w)
		}
	}
}

// TestCompletionOfFields suggests the fields that {…} may hold: those of what
// arrives, or of what a source fills.
func TestCompletionOfFields(t *testing.T) {
	for _, c := range []struct{ name, old, new, want, line string }{
		{"a URL", `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"`, `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/${X}/{sen‸"`, "sensor value at", `url  = "http://127.0.0.1/${X}/{sensor}"`},
		{"a URL that is not closed", `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"`, `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/{‸`, "sensor value at", `url  = "http://127.0.0.1/{sensor}`},
		{"a body", `[stage.tell]
kind = "http.post"`, `[stage.tell]
kind = "http.post"
body = { text = ["{‸}"] }`, "sensor value", `body = { text = ["{sensor}"] }`},
		{"a table of a body", `[stage.core]
in `, `[stage.tell.body]
text = "{value} {‸}"
[stage.core]
in `, "sensor value", `text = "{value} {sensor}"`},
		{"field", `[stage.tell]
kind = "http.post"`, `[stage.tell]
kind = "http.post"
field = ‸`, "sensor", `field = "sensor"`},
		{"a path", `[stage.core]
in `, `[stage.listen]
kind = "http.listen"
path = "/a/{‸}"
out  = "Ask"
[stage.core]
in `, "since", `path = "/a/{since}"`},
		{"behind a sign that is doubled", `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"`, `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"
body = "$${‸}"`, "sensor value", `body = "$${sensor}"`},
		{"behind braces that are doubled", `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"`, `[stage.tell]
kind = "http.post"
url  = "http://127.0.0.1/"
body = "{{ {{{‸"`, "sensor value", `body = "{{ {{{sensor}"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(service, c.old, c.new, 1)
			e := newSession(t, "-- x --\n")
			items := e.completions(e.open("flow.toml", text))
			checkItems(t, items, c.want, "")
			first := labelled(t, items, strings.Fields(c.want)[0])
			if now := apply(strings.ReplaceAll(text, cursor, ""), first.TextEdit); !strings.Contains(now, "\n"+c.line+"\n") {
				t.Errorf("with the first suggestion:\n%s", now)
			}
		})
	}
	for _, text := range []string{`"http://${‸}/"`, `"http://127.0.0.1/{{‸"`, `"http://127.0.0.1/{{‸}"`, `"http://127.0.0.1/${A:-{‸}"`, `"http://127.0.0.1/{{sen‸"`} {
		e := newSession(t, "-- x --\n")
		items := e.completions(e.open("flow.toml", strings.Replace(service, "url  = \"http://127.0.0.1/\"\n\n[stage.core]", "url  = "+text+"\n\n[stage.core]", 1)))
		checkItems(t, items, "", "sensor")
	}
}

// TestCompletionOverFiles names what the other files declare, also unsaved.
func TestCompletionOverFiles(t *testing.T) {
	e := newSession(t, plant)
	e.open("more.toml", moreToml()+"[connection.unsaved]\nurl = \n[stage.x]\nkind = \"http.get\"\n")
	text := flowToml() + "[stage.ask]\nkind = \"http.get\"\nconnection = \"‸\"\n"
	checkItems(t, e.completions(e.open("flow.toml", text)), "unsaved", "")
	text = flowToml() + "[pipeline.p]\nstages = [\"‸\"]\n"
	checkItems(t, e.completions(e.change("flow.toml", text)), "store.readings core x", "")
	text = strings.Replace(flowToml(), `"more.toml"`, `"‸"`, 1)
	checkItems(t, e.completions(e.change("flow.toml", text)), "more.toml", "flow.toml")
}

// TestCompletionOfKeysTop suggests the keys above the tables.
func TestCompletionOfKeysTop(t *testing.T) {
	e := newSession(t, "-- x --\n")
	items := e.completions(e.open("flow.toml", "flowc = 1\n‸\n\n[record.X]\nx = \"int\"\n"))
	checkItems(t, items, "service include", "flowc record")
	for _, x := range items {
		if x.Label == "include" && (x.Detail != "list of paths" || !strings.Contains(x.Documentation.Value, "further spec files")) {
			t.Errorf("include says %+v", x)
		}
	}
}
