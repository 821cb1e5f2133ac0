package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/jsonschema-go/jsonschema"
	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/templates"
)

// TestSchema keeps docs/flow.schema.json what flowc schema prints.
func TestSchema(t *testing.T) {
	want, err := templates.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		writePage(t, templates.SchemaName, want)
	}
	have, _ := os.ReadFile(templates.SchemaName) // a missing one differs
	if d := diff.Diff("docs/"+templates.SchemaName, have, "generated", want); d != nil {
		t.Errorf("%s\n(go generate ./docs writes it)", d)
	}
}

// validator reads the schema as an editor does: from its text.
func validator(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	text, err := os.ReadFile(templates.SchemaName)
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	r, err := s.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refusal is what the schema has against a spec file.
func refusal(t *testing.T, s *jsonschema.Resolved, text string) error {
	t.Helper()
	var file map[string]any
	if _, err := toml.Decode(text, &file); err != nil {
		t.Fatal(err)
	}
	return s.Validate(file)
}

// specFile is a spec file of testdata or of an example; diagnostics are what
// flowc has against it.
type specFile struct{ name, text, diagnostics string }

// specFiles returns the spec files of archives, and what flowc says of them.
func specFiles(t *testing.T, pattern string) []specFile {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: no files (%v)", pattern, err)
	}
	var list []specFile
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		for _, f := range a.Files {
			if f.Name == "want" {
				want = string(f.Data)
			}
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".toml") {
				list = append(list, specFile{name + "/" + f.Name, string(f.Data), want})
			}
		}
	}
	return list
}

// TestSchemaTakes wants the schema to take every spec that flowc takes, and the
// files that these include.
func TestSchemaTakes(t *testing.T) {
	var all []specFile
	for _, pattern := range []string{"kinds", "rules", "wiredflow", "twins"} {
		all = append(all, specFiles(t, "../testdata/"+pattern+"/*.txtar")...)
	}
	examples, err := filepath.Glob("../examples/*/flow.toml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples (%v)", err)
	}
	for _, name := range examples {
		all = append(all, specFile{name, read(t, name), ""})
	}
	for _, b := range blocks(t, document) {
		if b.info == "toml service" {
			all = append(all, specFile{document, b.text, ""})
		}
	}
	s := validator(t)
	for _, f := range all {
		if err := refusal(t, s, f.text); err != nil {
			t.Errorf("%s: %v", f.name, err)
		}
	}
}

// noEffectCode is the code of warnings about options that mean nothing where
// they stand: the schema does not have them there.
const noEffectCode = "FLOW103"

// TestSchemaKnowsNoOtherErrors wants the schema to refuse nothing that flowc
// takes, of the files with which its errors and warnings are tested.
func TestSchemaKnowsNoOtherErrors(t *testing.T) {
	s, refused := validator(t), 0
	for _, f := range specFiles(t, "../testdata/errors/*.txtar") {
		if _, err := toml.Decode(f.text, new(any)); err != nil {
			continue
		}
		err := refusal(t, s, f.text)
		if err != nil {
			refused++
		}
		if err != nil && !strings.Contains(f.diagnostics, ": error: ") && !strings.Contains(f.diagnostics, noEffectCode) {
			t.Errorf("%s: flowc takes it, the schema does not: %v", f.name, err)
		}
	}
	if refused < 60 {
		t.Errorf("the schema refuses only %d of the files that have errors", refused)
	}
}

// TestSchemaRefuses wants the schema to see what can be seen in a key and its
// value.
func TestSchemaRefuses(t *testing.T) {
	const good = `flowc = 1
service = "weather"
record.Report = { city = "string", at = "time?", tags = "map[string][]string", from = "net/netip.Addr" }
store.reports = { record = "Report", url = "sqlite:data/weather.db", key = ["city"], mode = "upsert", timeout = "${T:-1s}" }
stage.ask = { kind = "http.get", url = "https://example.com", out = "Report", accept = [200], retry = { attempts = 2 } }
stage.hear = { kind = "mqtt.subscribe", connection = "broker", topic = "a", qos = 1, out = "Report" }
stage.work = { in = ["Report", "[]Report"], out = "stream Report", reads = ["reports"], on_error = "topic.dead" }
pipeline.poll = { every = "1m30s", stages = ["ask", ["work", ["work", "store.reports"], []]] }
flow.weather = { pipelines = ["poll"], host = "vm-b.example" }
`
	s := validator(t)
	if err := refusal(t, s, good); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string][2]string{
		"a key that is none":       {`record = "Report", url`, `recrod = "Report", url`},
		"a table that is none":     {`flow.weather`, `flows.weather`},
		"a key of another kind":    {`accept = [200]`, `path = "/"`},
		"a key of built-ins":       {`reads = ["reports"]`, `url = "https://example.com"`},
		"a key of Go functions":    {`accept = [200]`, `reads = ["reports"]`},
		"a key within":             {`attempts = 2`, `atempts = 2`},
		"a string for a number":    {`attempts = 2`, `attempts = "2"`},
		"a number for a string":    {`url = "https://example.com"`, `url = 1`},
		"a string for a list":      {`key = ["city"]`, `key = "city"`},
		"a number for a table":     {`flow.weather = {`, `flow.b = 1` + "\n" + `flow.weather = {`},
		"another word":             {`"upsert"`, `"upsrt"`},
		"another kind":             {`"http.get"`, `"http.got"`},
		"another on_error":         {`"topic.dead"`, `"topic.Dead"`},
		"a required key":           {`record = "Report", url`, `url`},
		"a required key of a kind": {`topic = "a", `, ``},
		"an out":                   {`qos = 1, out = "Report"`, `qos = 1`},
		"a quality of service":     {`qos = 1`, `qos = 3`},
		"the service":              {"service = \"weather\"\n", ""},
		"a name":                   {`stage.work`, `stage.Work`},
		"a long name":              {`stage.work`, `stage.` + strings.Repeat("w", 65)},
		"the name of a record":     {`record.Report`, `record.report`},
		"a name in a list":         {`["reports"]`, `["Reports"]`},
		"a stage in a list":        {`["work", "store.reports"]`, `["work", "shop.reports"]`},
		"a number in a list":       {`["work", "store.reports"]`, `["work", 1]`},
		"a type":                   {`"time?"`, `"tim?"`},
		"a type of a stage":        {`"stream Report"`, `"stream report"`},
		"an optional type":         {`"stream Report"`, `"Report?"`},
		"a duration":               {`"1m30s"`, `"90"`},
		"a status":                 {`[200]`, `[2000]`},
		"no record fields":         {`{ city = "string", at = "time?", tags = "map[string][]string", from = "net/netip.Addr" }`, `{}`},
	} {
		text := strings.Replace(good, edit[0], edit[1], 1)
		if text == good {
			t.Errorf("%s: nothing was changed", name)
		} else if refusal(t, s, text) == nil {
			t.Errorf("%s: the schema takes it:\n%s", name, text)
		}
	}
}

// TestSchemaDescribes wants a line on each key that an editor can show.
func TestSchemaDescribes(t *testing.T) {
	for _, k := range templates.Kinds() {
		for _, o := range k.Options {
			if !strings.Contains(read(t, templates.SchemaName), o.Doc) {
				t.Errorf("kind %s, option %s: the schema does not say what it does", k.Name, o.Name)
			}
		}
	}
}
