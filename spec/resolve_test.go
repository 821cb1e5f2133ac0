package spec_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

// declarations are the tables that the small specs of these tests use.
const declarations = `
flowc   = 1
service = "t"
[record.A]
a = "int"
at = "time?"
[record.B]
b = "int"
[connection.broker]
url = "mqtt:embedded"
[store.plain]
record = "A"
url = "sqlite:plain.db"
[store.keyed]
record = "A"
url = "sqlite:keyed.db"
key = ["a"]
[store.latest]
record = "A"
url = "sqlite:latest.db"
mode = "upsert"
key = ["a"]
[store.versioned]
record = "A"
url = "sqlite:versioned.db"
mode = "upsert"
key = ["a"]
version = "a"
[store.last]
record = "A"
url = "sqlite:last.db"
mode = "replace"
[stage.one]
out = "A"
[stage.list]
out = "[]A"
[stage.query]
reads = ["plain"]
out = "[]A"
[stage.listen]
kind = "mqtt.subscribe"
connection = "broker"
topic = "x"
out = "A"
[stage.lossy]
kind = "mqtt.subscribe"
connection = "broker"
topic = "x"
qos = 0
out = "A"
[stage.serve]
kind = "http.listen"
listen = ":1"
out = "A"
[stage.get]
kind = "http.get"
url = "http://h/"
out = "A"
[stage.load]
kind = "store.load"
store = "plain"
[stage.fresh]
kind = "store.load"
store = "plain"
new = true
[stage.post]
kind = "http.post"
url = "http://h/"
[stage.ask]
kind = "http.post"
url = "http://h/"
out = "B"
[stage.put]
kind = "http.put"
url = "http://h/"
[stage.writes]
in = "A"
writes = ["plain"]
[stage.a]
in = "A"
[stage.ab]
in = "A"
out = "B"
[stage.ab2]
in = "A"
out = "B"
[stage.abs]
in = "A"
out = "[]B"
[stage.la]
in = "[]A"
[stage.lab]
in = "[]A"
out = "B"
[stage.labs]
in = "[]A"
out = "[]B"
[stage.b]
in = "B"
[stage.bb]
in = ["B", "B"]
out = "A"
[stage.lbb]
in = ["[]B", "[]B"]
out = "A"
[stage.any]
out = "B"
[topic.t]
record = "A"
`

func resolve(t testing.TB, text string) (*spec.Graph, spec.Diagnostics) {
	t.Helper()
	f, diags := spec.Parse("flow.toml", []byte(text))
	if f == nil {
		t.Fatal(diags)
	}
	graph, found := spec.Resolve([]*spec.File{f}, templates.Specs(templates.Kinds()))
	return graph, append(diags, found...)
}

// pipeline resolves the declarations with one pipeline.
func pipeline(t *testing.T, stages, more string) (*spec.Pipeline, spec.Diagnostics) {
	t.Helper()
	graph, diags := resolve(t, declarations+"[pipeline.p]\nstages = "+stages+"\n"+more)
	return graph.Pipelines[0], slices.DeleteFunc(diags, func(d spec.Diagnostic) bool {
		return d.Code == "FLOW090" || d.Severity == spec.Warning
	})
}

// forms describes how calls meet values along a sequence: "ByItem []A>[]B".
func forms(steps []spec.Step) string {
	names := [...]string{"First", "ByValue", "ByItem", "Joined", "JoinedBy", "Batched"}
	var list []string
	for _, s := range steps {
		if s.Place != nil {
			list = append(list, fmt.Sprintf("%s %s>%s", names[s.Place.Form], types(s.Place.In), types(s.Place.Out)))
			continue
		}
		var branches []string
		for _, b := range s.Branches {
			branches = append(branches, forms(b.Steps))
		}
		text := "(" + strings.Join(branches, " | ") + ")"
		if s.Merge {
			text += " Merge"
		}
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}

func types(a spec.Arrival) string {
	var list []string
	for _, t := range a.Types {
		list = append(list, t.String())
	}
	text := strings.Join(list, "+")
	if a.Many {
		text += "*"
	}
	return text
}

func TestTyping(t *testing.T) {
	for _, c := range []struct{ stages, want string }{
		{`["one", "a", "ab", "b"]`, "First >A, ByValue A>A, ByValue A>B, ByValue B>B"},
		{`["list", "la", "labs"]`, "First >[]A, ByValue []A>[]A, ByValue []A>[]B"},
		{`["list", "a", "ab", "b"]`, "First >[]A, ByItem []A>[]A, ByItem []A>[]B, ByItem []B>[]B"},
		{`["list", "abs", "b"]`, "First >[]A, ByItem []A>[]B, ByItem []B>[]B"},
		{`["list", "lab", "b"]`, "First >[]A, ByValue []A>B, ByValue B>B"},
		{`["one", "any"]`, "First >A, ByValue A>B"},
		{`["list", "any"]`, "First >[]A, ByValue []A>B"},
		{`["one", "store.plain", "a"]`, "First >A, ByValue A>A, ByValue A>A"},
		{`["list", "store.plain", "la"]`, "First >[]A, ByItem []A>[]A, ByValue []A>[]A"},
		{`["list", "post", "ask"]`, "First >[]A, ByItem []A>[]A, ByItem []A>[]B"},
		{`["listen", "a", "la"]`, "First >A*, ByValue A*>A*, Batched A*>A*"},
		{`["topic.t", "abs", "b"]`, "First >A*, ByValue A*>[]B*, ByItem []B*>[]B*"},
		{`["one", ["ab", "ab2"], "bb"]`, "First >A, (ByValue A>B | ByValue A>B), Joined B+B>A"},
		{`["one", ["ab", "ab2"], "b"]`, "First >A, (ByValue A>B | ByValue A>B) Merge, ByValue B*>B*"},
		{`["one", ["ab", "store.plain"], "b"]`, "First >A, (ByValue A>B | ByValue A>A), ByValue B>B"},
		{`["one", ["a", "post"], "a"]`, "First >A, (ByValue A>A | ByValue A>A), ByValue A>A"},
		{`["list", ["ab", "ab2"], "bb"]`, "First >[]A, (ByItem []A>[]B | ByItem []A>[]B), JoinedBy []B+[]B>[]A"},
		{`["list", ["ab", "ab2"], "lbb"]`, "First >[]A, (ByItem []A>[]B | ByItem []A>[]B), Joined []B+[]B>A"},
		{`["list", ["abs", "labs"], "lbb"]`, "First >[]A, (ByItem []A>[]B | ByValue []A>[]B), Joined []B+[]B>A"},
		{`["list", "post", ["ab", ["a", "ab2"]], "bb"]`, "First >[]A, ByItem []A>[]A, (ByItem []A>[]B | ByItem []A>[]A, ByItem []A>[]B), JoinedBy []B+[]B>[]A"},
		{`["one", ["ab", [["ab", "ab2"], "bb", "ab"]], "bb"]`, "First >A, (ByValue A>B | (ByValue A>B | ByValue A>B), Joined B+B>A, ByValue A>B), Joined B+B>A"},
	} {
		trigger := "once = true\n"
		if strings.Contains(c.stages, "listen") || strings.Contains(c.stages, "topic") {
			trigger = ""
		}
		p, diags := pipeline(t, c.stages, trigger)
		if diags.HasErrors() {
			t.Errorf("%s: %v", c.stages, diags)
		}
		if have := forms(p.Steps); have != c.want {
			t.Errorf("%s\nhave %s\nwant %s", c.stages, have, c.want)
		}
	}
}

func TestTypingRefused(t *testing.T) {
	for _, c := range []struct{ stages, code string }{
		{`["list", ["abs", "ab"], "bb"]`, "FLOW060"},            // lists of other items
		{`["list", ["ab", "lab"], "bb"]`, "FLOW071"},            // a list meets a value
		{`["list", "abs", ["b", ["b"]], "bb"]`, "FLOW060"},      // no branch has an out
		{`["one", ["ab", "ab2"], "post"]`, "FLOW060"},           // a built-in takes one value
		{`["one", "b"]`, "FLOW060"},                             // another type
		{`["one", "la"]`, "FLOW060"},                            // one value is no batch
		{`["one", ["ab", "listen"], "b"]`, "FLOW065"},           // a waiting source in a branch
		{`["list", ["ab", ["ab2", "store.plain"]]]`, "FLOW060"}, // B into a store of A
	} {
		_, diags := pipeline(t, c.stages, "once = true\n")
		if len(diags) != 1 || diags[0].Code != c.code {
			t.Errorf("%s: %v, want %s", c.stages, diags, c.code)
		}
	}
}

// TestPromise goes along the table of "Delivery" in the language reference.
func TestPromise(t *testing.T) {
	const (
		exactly = "effectively once"
		least   = "at least once"
		most    = "at most once"
	)
	for _, c := range []struct{ stages, source, want string }{
		{`["topic.t", "store.plain"]`, "replayable", least},
		{`["topic.t", "store.keyed"]`, "replayable", exactly},
		{`["topic.t", "store.latest"]`, "replayable", exactly},
		{`["topic.t", "store.last"]`, "replayable", exactly},
		{`["topic.t", "topic.u"]`, "replayable", least},
		{`["topic.t", "put"]`, "replayable", exactly},
		{`["topic.t", "post"]`, "replayable", least},
		{`["topic.t", "ask"]`, "replayable", exactly}, // an answer is no sink
		{`["topic.t", "writes"]`, "replayable", least},
		{`["topic.t", ["store.keyed", "store.plain"]]`, "replayable", least},
		{`["listen", "store.keyed"]`, "held", exactly},
		{`["listen", "store.latest"]`, "held", least},
		{`["listen", "store.versioned"]`, "held", exactly},
		{`["serve", "store.versioned"]`, "held", exactly},
		{`["lossy", "store.keyed"]`, "lossy", most},
		{`["get", "store.keyed"]`, "lossy", most},
		{`["one", "store.keyed"]`, "lossy", most},
		{`["query", "store.latest"]`, "fresh", exactly},
		{`["query", "store.plain"]`, "fresh", least},
		{`["load", "store.latest"]`, "fresh", exactly},
		{`["fresh", "store.latest"]`, "replayable", exactly},
	} {
		more := "once = true\n"
		for _, waits := range []string{"topic.t", "listen", "lossy", "serve"} {
			if strings.HasPrefix(c.stages, `["`+waits) {
				more = ""
			}
		}
		p, diags := pipeline(t, c.stages, more+"[topic.u]\nrecord = \"A\"\n")
		if diags.HasErrors() {
			t.Errorf("%s: %v", c.stages, diags)
		}
		if p.Source.String() != c.source || p.Promise.String() != c.want {
			t.Errorf("%s: %s, %s (%s), want %s, %s", c.stages, p.Source, p.Promise, p.Why, c.source, c.want)
		}
	}
}

// service is a spec with all that is built, as tables that can be permuted.
var service = []string{
	"[record.A]\na = \"int\"\n", "[record.B]\nb = \"A\"\n",
	"[store.s]\nrecord = \"A\"\nurl = \"sqlite:s.db\"\n", "[store.u]\nrecord = \"B\"\nurl = \"jsonl:u.jsonl\"\n",
	"[connection.c]\nurl = \"mqtt:embedded\"\n",
	"[stage.listen]\nkind = \"mqtt.subscribe\"\nconnection = \"c\"\ntopic = \"{a}\"\nout = \"A\"\n",
	"[stage.x]\nin = \"A\"\nout = \"B\"\nreads = [\"s\"]\n", "[stage.y]\nin = \"A\"\nout = \"B\"\n", "[stage.z]\nin = [\"B\", \"B\"]\n",
	"[stage.post]\nkind = \"http.post\"\nurl = \"http://h/{a}\"\n", "[stage.one]\nout = \"A\"\n",
	"[pipeline.p]\nstages = [\"listen\", \"store.s\", [\"x\", \"y\"], \"z\"]\n",
	"[pipeline.q]\nevery = \"1s\"\nstages = [\"one\", \"post\", \"x\", \"store.u\"]\n",
	"[flow.f]\npipelines = [\"p\"]\n", "[flow.g]\npipelines = [\"q\"]\n",
}

// broken are tables that are wrong, each in its way.
var broken = []string{
	"[record.C]\nc = \"nothing\"\nd = \"C\"\n", "[store.t]\nrecord = \"D\"\nurl = \"mysql:x\"\n", "[stage.w]\nkind = \"mqt.subscribe\"\n",
	"[stage.v]\nin = \"B\"\nreads = [\"ss\"]\n", "[pipeline.r]\nstages = [\"one\", \"v\", \"nope\"]\n", "[pipeline.o]\nonce = true\nstages = [[\"x\"]]\n",
	"[flow.h]\npipelines = [\"r\", \"p\", \"missing\"]\n", "[connection.d]\ntls = { cert = 3 }\n", "[stage.x_]\nout = \"B\"\n",
	"[pipeline.n]\nevery = \"1s\"\nstages = [\"one\", \"x\", \"z\"]\npromise = \"effectively once\"\n", "[tabel.x]\n",
}

const top = "flowc = 1\nservice = \"t\"\n"

func TestResolveTwice(t *testing.T) {
	for _, text := range []string{
		top + strings.Join(service, ""),
		top + strings.Join(slices.Concat(service, broken), ""),
		top + "record = \"A\"\n[[stage.s]]\n",
	} {
		f, diags := spec.Parse("flow.toml", []byte(text))
		if f == nil {
			t.Fatal(diags)
		}
		kinds := templates.Specs(templates.Kinds())
		first, found := spec.Resolve([]*spec.File{f}, kinds)
		second, again := spec.Resolve([]*spec.File{f}, kinds)
		if diff := cmp.Diff(render(t, found), render(t, again)); diff != "" {
			t.Errorf("diagnostics differ: %s", diff)
		}
		if a, b := outline(first), outline(second); a != b {
			t.Errorf("graphs differ: %s", cmp.Diff(a, b))
		}
	}
}

func render(t *testing.T, d spec.Diagnostics) string {
	t.Helper()
	var b strings.Builder
	if err := d.Render(&b, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// outline is all of a graph that order and typing decide.
func outline(g *spec.Graph) string {
	var b strings.Builder
	for _, r := range g.Records {
		fmt.Fprintln(&b, "record", r.Name, len(r.Fields))
	}
	for _, s := range g.Stores {
		fmt.Fprintln(&b, "store", s.Name, s.Schemes, len(s.Flows))
	}
	for _, s := range g.Stages {
		fmt.Fprintln(&b, "stage", s.Name, s.Params, s.Out, len(s.Places), s.Policy)
	}
	for _, p := range g.Pipelines {
		fmt.Fprintln(&b, "pipeline", p.Name, p.Trigger, p.Promise, p.Why, forms(p.Steps))
	}
	for _, f := range g.Flows {
		fmt.Fprintln(&b, "flow", f.Name, len(f.Pipelines))
	}
	return b.String()
}

func TestPermuted(t *testing.T) {
	for _, tables := range [][]string{service, slices.Concat(service, broken)} {
		want := messages(t, tables)
		random := rand.New(rand.NewPCG(1, 2))
		for range 30 {
			shuffled := slices.Clone(tables)
			random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			if diff := cmp.Diff(want, messages(t, shuffled)); diff != "" {
				t.Fatalf("%s\n%s", diff, strings.Join(shuffled, ""))
			}
		}
	}
}

// messages are the diagnostics of a spec in an order that does not depend on
// that of its tables.
func messages(t *testing.T, tables []string) []string {
	_, diags := resolve(t, top+strings.Join(tables, ""))
	var list []string
	for _, d := range diags {
		list = append(list, d.Code+" "+d.Message)
	}
	slices.Sort(list)
	return list
}

// TestSortedByPlace asserts that the diagnostics of several files come by file
// and place.
func TestSortedByPlace(t *testing.T) {
	_, diags := resolve(t, top+strings.Join(slices.Concat(broken, service), ""))
	if !slices.IsSortedFunc(diags, func(a, b spec.Diagnostic) int { return a.Span.Start - b.Span.Start }) {
		t.Error(diags)
	}
}
