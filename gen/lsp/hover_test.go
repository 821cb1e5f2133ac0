package lsp

import (
	"strings"
	"testing"
)

// hovers are places in the service plant, and parts of what is said there.
var hovers = []struct{ name, at, want string }{
	{"a key", "ev‸ery", "**every**: duration\n\nperiod"},
	{"a key with a default", "metho‸d", "Default: `POST`"},
	{"a table", "[sta‸ge.fetch]", "`[stage.NAME]`"},
	{"a kind", `kind = "http‸.get"`, "- first, with out: "},
	{"a built-in", "[stage.fet‸ch]", "**stage** fetch: http.get\n\n- in pipeline gather: takes nothing, gives `[]Reading`"},
	{"a Go stage", `stages = ["fetch", "co‸re"`, "**stage** core: Go function Core\n\nSums up.\n\n- in pipeline gather: takes `[]Reading`, gives `[]Reading`, item by item"},
	{"its signature", "[stage.co‸re]", "func Core(ctx context.Context, in records.Reading, sums flow.Writer[records.Sum]) (records.Reading, error)"},
	{"a record", `in     = "Re‸ading"`, "**record** Reading\n\n```toml\nsensor = \"string\"\n"},
	{"a record in a list", `out  = "[]Re‸ading"`, "**record** Reading"},
	{"a store", `"store.read‸ings"]`, "**store** readings: Reading\n\n- url: `sqlite:data/r.db`\n- mode: append\n- key: sensor, at"},
	{"a field", `["sen‸sor"]`, "**field** sensor: `string`\n\nof record Sum, in Go `Sensor`"},
	{"a field of a record", `va‸lue  =`, "**field** value: `float64`"},
	{"a pipeline", "[pipeline.ga‸ther]", "gather, every 1s: fetch -> core -> store.readings (at most once)\n\n- source: lossy\n- why: "},
	{"a choice", `mode   = "up‸sert"`, "**mode**: append, upsert, replace"},
	{"a key within", `retry = { fir‸st`, "**first**: duration"},
	{"a comment", "# it is no‸thing", ""},
	{"white space", "\n‸\n", ""},
}

func TestHover(t *testing.T) {
	text := strings.NewReplacer(`include = ["more.toml"]`, "", `out  = "[]Reading"`, "out  = \"[]Reading\"\nretry = { first = \"1s\" }",
		`record = "Reading"
url    = "sqlite:data/s.db"`, `record = "Sum"
url    = "sqlite:data/s.db"`).Replace(flowToml()+moreToml()) + `
[record.Sum]
sensor = "string"
# it is nothing
[stage.asked]
kind   = "http.listen"
listen = ":80"
method = "POST"
out    = "Reading"
[pipeline.asked]
stages = ["asked"]
`
	for _, h := range hovers {
		t.Run(h.name, func(t *testing.T) {
			before, after, _ := strings.Cut(h.at, cursor)
			if !strings.Contains(text, before+after) {
				t.Fatalf("%q is not in the spec", before+after)
			}
			e := newSession(t, "-- x --\n")
			p := e.open("flow.toml", strings.Replace(text, before+after, h.at, 1))
			var got *hover
			e.call("textDocument/hover", e.at("flow.toml", p), &got)
			switch {
			case got == nil && h.want != "":
				t.Errorf("nothing is said, want %q", h.want)
			case got == nil:
			case h.want == "" || !strings.Contains(got.Contents.Value, h.want):
				t.Errorf("got %q, want %q", got.Contents.Value, h.want)
			case p.Line != got.Range.Start.Line || p.Character < got.Range.Start.Character || p.Character > got.Range.End.Character:
				t.Errorf("the range %v does not hold %v", got.Range, p)
			}
		})
	}
}

// TestHoverOfBroken says what it can where the spec has errors, and is not TOML.
func TestHoverOfBroken(t *testing.T) {
	e := newSession(t, plant)
	p := e.open("flow.toml", strings.Replace(flowToml(), `"core"`, `"co‸re"`, 1)+"[stage.x]\nkind = \n[store.y\nrecord = [\n")
	var got hover
	e.call("textDocument/hover", e.at("flow.toml", p), &got)
	if !strings.Contains(got.Contents.Value, "takes `[]Reading`") {
		t.Errorf("got %q", got.Contents.Value)
	}
}
