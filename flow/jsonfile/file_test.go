package jsonfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonfile"
)

// open opens a store until the end of the test.
func open(t *testing.T, o flow.StoreOptions[records.Reading]) (flow.Store[records.Reading], error) {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	var st flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { st = jsonfile.Open(s, o, o.URL) })
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return st, nil
}

// Two records as they are written, and one to save behind them.
const (
	item1 = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}`
	item2 = `{"sensor":"b","at":"2026-01-01T00:00:00Z","value":2,"revision":5}`
	item3 = `{"sensor":"c","at":"2026-01-01T00:00:00Z","value":0,"revision":0}`
)

var third = records.Reading{Sensor: "c", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}

// file makes a file with this content.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantFile checks the content of a file.
func wantFile(t *testing.T, path, want string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil || string(content) != want {
		t.Errorf("the file holds %s, %v\nwant %s", content, err, want)
	}
}

// TestFiles opens files of other programs and hands, and saves into them.
func TestFiles(t *testing.T) {
	both := "[\n" + item1 + ",\n" + item2 + ",\n" + item3 + "\n]\n"
	for what, test := range map[string]struct{ content, want string }{
		"nothing":          {"", "[\n" + item3 + "\n]\n"},
		"blank":            {"\xef\xbb\xbf \r\n", "[\n" + item3 + "\n]\n"},
		"an empty array":   {" [ ] ", "[\n" + item3 + "\n]\n"},
		"our own":          {"[\n" + item1 + ",\n" + item2 + "\n]\n", both},
		"on one line":      {"[" + item1 + ", " + item2 + "]", both},
		"with a mark":      {"\xef\xbb\xbf[" + item1 + "," + item2 + "]\r\n", both},
		"spread out":       {"[\n  {\n    \"sensor\" : \"a\",\n\t\"at\": \"2026-01-01T00:00:00Z\", \"value\" :1,\r\n\"revision\":0 } ,\n" + item2 + "\n]", both},
		"texts with signs": {`[{"sensor":"\u00e4 , { \" }","at":"2026-01-01T00:00:00Z","value":1e3,"revision":0,"more":{ "kept" : [ 1 , 2.50 ] }}]`, "[\n" + `{"sensor":"\u00e4 , { \" }","at":"2026-01-01T00:00:00Z","value":1e3,"revision":0,"more":{"kept":[1,2.50]}}` + ",\n" + item3 + "\n]\n"},
	} {
		t.Run(what, func(t *testing.T) {
			p := file(t, test.content)
			st, err := open(t, flow.StoreOptions[records.Reading]{URL: "json:" + p, Key: []string{"sensor"}})
			if err != nil {
				t.Fatal(err)
			}
			before, err := st.All(t.Context())
			if err != nil || len(before) != strings.Count(test.want, "\n{")-1 {
				t.Errorf("%d records, %v", len(before), err)
			}
			if err := st.Save(t.Context(), third); err != nil {
				t.Fatal(err)
			}
			wantFile(t, p, test.want)
		})
	}
}

// TestUntouched opens a file and saves nothing new: it stays as it is.
func TestUntouched(t *testing.T) {
	content := "[" + item1 + "]"
	p := file(t, content)
	st, err := open(t, flow.StoreOptions[records.Reading]{URL: "json:" + p, Key: []string{"sensor"}})
	if err != nil {
		t.Fatal(err)
	}
	repeat := third
	repeat.Sensor = "a"
	if err := st.Save(t.Context(), repeat); err != nil {
		t.Fatal(err)
	}
	wantFile(t, p, content)
}

func TestBadFiles(t *testing.T) {
	for what, test := range map[string]struct{ content, want string }{
		"one object":      {"\n" + item1, ":2: this is an object"},
		"a text":          {`"a"`, ":1: this is no array"},
		"null":            {"null", ":1: this is no array"},
		"JSON lines":      {item1 + "\n" + item2 + "\n", ":1: this is an object"},
		"CSV":             {"sensor,at\n", ":1: not JSON: "},
		"torn":            {"[\n" + item1 + ",\n" + item2[:20], ":3: item 2: not JSON: unexpected EOF"},
		"no end":          {"[\n" + item1 + "\n", ":3: item 2: not JSON: "},
		"NaN":             {"[" + item1 + ",\n{\"value\": NaN}]", ":2: item 2: not JSON: "},
		"two arrays":      {"[]\n[]", ":2: more text stands behind the array"},
		"a number":        {"[" + item1 + ",\n\n 7, 8]", ":3: item 2: record Reading: "},
		"a missing field": {"\xef\xbb\xbf[\n" + item1 + ",\n{\n\"sensor\": \"b\"}]", `:3: item 2: record Reading: field "at" is missing`},
		"a comma":         {"[\n" + item1 + ",\n]", ":2: item 2: not JSON: "},
	} {
		for _, mode := range []flow.Mode{flow.Append, flow.Upsert, flow.ReplaceAll} {
			p := file(t, test.content)
			_, err := open(t, flow.StoreOptions[records.Reading]{URL: "json:" + p, Mode: mode, Key: []string{"sensor"}})
			if err == nil || !strings.Contains(err.Error(), p+test.want) {
				t.Errorf("%s: error %v, want %s", what, err, test.want)
			}
			wantFile(t, p, test.content)
		}
	}
}

// TestRepeats opens a file in which a key stands twice.
func TestRepeats(t *testing.T) {
	again := strings.Replace(item1, `"value":1`, `"value":9`, 1)
	content := "[\n" + item1 + ",\n" + item2 + ",\n" + again + "]"
	o := flow.StoreOptions[records.Reading]{URL: "json:" + file(t, content), Key: []string{"sensor"}}
	st, err := open(t, o)
	if err != nil {
		t.Fatal(err)
	}
	if r, found, err := st.Get(t.Context(), "a"); err != nil || !found || r.Value != 9 {
		t.Errorf("get of a repeated key: %v, %v, %v; want the newest", r, found, err)
	}
	o.Mode, o.URL = flow.Upsert, "json:"+file(t, content)
	if _, err := open(t, o); err == nil || !strings.Contains(err.Error(), ":4: item 3: it has the key of item 1") {
		t.Errorf("error %v", err)
	}
}

// TestUpsertKeeps upserts one of the records: the others stay as they stand,
// with what the record does not know.
func TestUpsertKeeps(t *testing.T) {
	other := strings.Replace(item2, "}", `,"unit":"°C"}`, 1)
	p := file(t, "["+item1+", "+other+"]")
	st, err := open(t, flow.StoreOptions[records.Reading]{URL: "json:" + p, Key: []string{"sensor"}, Mode: flow.Upsert, Version: "revision"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := third, third
	a.Sensor, b.Sensor = "a", "b"
	if err := st.Save(t.Context(), a, b, third); err != nil { // b is older than what is there
		t.Fatal(err)
	}
	wantFile(t, p, "[\n"+strings.Replace(item3, `"c"`, `"a"`, 1)+",\n"+other+",\n"+item3+"\n]\n")
}

func TestRefusedOptions(t *testing.T) {
	for want, o := range map[string]flow.StoreOptions[records.Reading]{
		"does not leave": {URL: "json:../x.json"},
		"may be missing": {URL: "json:x.json", Key: []string{"note"}},
		"needs one":      {URL: "json:x.json", Mode: flow.Upsert},
		"no field":       {URL: "json:x.json", Mode: flow.Upsert, Key: []string{"sensor"}, Version: "x"},
	} {
		if _, err := open(t, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func BenchmarkSave(b *testing.B) {
	for _, stored := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			var st flow.Store[records.Reading]
			o := flow.StoreOptions[records.Reading]{URL: "json:" + filepath.Join(b.TempDir(), "x.json"), Key: []string{"sensor"}, Mode: flow.Upsert, Schema: records.SchemaOfReading()}
			stop, err := flow.Open(b.Context(), flow.Env{}, func(s *flow.Setup) { st = jsonfile.Open(s, o, o.URL) })
			if err != nil {
				b.Fatal(err)
			}
			defer stop(b.Context())
			list := make([]records.Reading, stored)
			for i := range list {
				list[i] = records.Reading{Sensor: fmt.Sprint("sensor-", i), At: time.Unix(int64(i), 0).UTC()}
			}
			if err := st.Save(b.Context(), list...); err != nil {
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				if err := st.Save(b.Context(), list[i%stored]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestChangedMeanwhile edits the file as a person: a save that would drop the
// edit fails, and says what to do; one of a replacing store replaces it.
func TestChangedMeanwhile(t *testing.T) {
	for mode, refused := range map[flow.Mode]bool{flow.Append: true, flow.Upsert: true, flow.ReplaceAll: false} {
		p := filepath.Join(t.TempDir(), "x.json")
		st, err := open(t, flow.StoreOptions[records.Reading]{URL: "json:" + p, Mode: mode, Key: []string{"sensor"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Save(t.Context(), records.Reading{Sensor: "a"}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("[]"), 0o644); err != nil {
			t.Fatal(err)
		}
		err = st.Save(t.Context(), records.Reading{Sensor: "b"})
		if refused && (err == nil || !strings.Contains(err.Error(), "changed by another program")) || !refused && err != nil {
			t.Errorf("mode %d: error %v", mode, err)
		}
	}
}
