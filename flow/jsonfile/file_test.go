package jsonfile_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonfile"
)

var kind = conformance.FileStore{Scheme: "json", Open: jsonfile.Open[records.Reading]}

// Two records as they are written, and one to save behind them.
const (
	item1 = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}`
	item2 = `{"sensor":"b","at":"2026-01-01T00:00:00Z","value":2,"revision":5}`
	item3 = `{"sensor":"c","at":"2026-01-01T00:00:00Z","value":0,"revision":0}`
)

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
			kind.Save(t, kind.File(t, test.content), flow.Append, test.want)
		})
	}
}

func TestNew(t *testing.T) { kind.New(t, "[]\n") }

// TestUntouched opens a file and saves nothing new: it stays as it is.
func TestUntouched(t *testing.T) {
	content := "[" + item1 + "]"
	p := kind.File(t, content)
	st := kind.Must(t, p, flow.StoreOptions[records.Reading]{Key: []string{"sensor"}}, io.Discard)
	repeat := conformance.FileRecord
	repeat.Sensor = "a"
	if err := st.Save(t.Context(), repeat); err != nil {
		t.Fatal(err)
	}
	kind.Want(t, p, content)
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
		t.Run(what, func(t *testing.T) {
			kind.Refuse(t, test.content, []flow.Mode{flow.Append, flow.Upsert, flow.ReplaceAll}, test.want)
		})
	}
}

// TestRepeats opens a file in which a key stands twice.
func TestRepeats(t *testing.T) {
	again := strings.Replace(item1, `"value":1`, `"value":9`, 1)
	content := "[\n" + item1 + ",\n" + item2 + ",\n" + again + "]"
	o := flow.StoreOptions[records.Reading]{Key: []string{"sensor"}}
	st := kind.Must(t, kind.File(t, content), o, io.Discard)
	if r, found, err := st.Get(t.Context(), "a"); err != nil || !found || r.Value != 9 {
		t.Errorf("get of a repeated key: %v, %v, %v; want the newest", r, found, err)
	}
	kind.Refuse(t, content, []flow.Mode{flow.Upsert}, ":4: item 3: it has the key of item 1")
}

// TestUpsertKeeps upserts one of the records: the others stay as they stand,
// with what the record does not know.
func TestUpsertKeeps(t *testing.T) {
	other := strings.Replace(item2, "}", `,"unit":"°C"}`, 1)
	p := kind.File(t, "["+item1+", "+other+"]")
	st := kind.Must(t, p, flow.StoreOptions[records.Reading]{Key: []string{"sensor"}, Mode: flow.Upsert, Version: "revision"}, io.Discard)
	a, b, c := conformance.FileRecord, conformance.FileRecord, conformance.FileRecord
	a.Sensor, b.Sensor = "a", "b"
	if err := st.Save(t.Context(), a, b, c); err != nil { // b is older than what is there
		t.Fatal(err)
	}
	kind.Want(t, p, "[\n"+strings.Replace(item3, `"c"`, `"a"`, 1)+",\n"+other+",\n"+item3+"\n]\n")
}

func BenchmarkSave(b *testing.B) {
	for _, stored := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("stored=%d", stored), func(b *testing.B) {
			o := flow.StoreOptions[records.Reading]{Key: []string{"sensor"}, Mode: flow.Upsert}
			st := kind.Must(b, filepath.Join(b.TempDir(), "x.json"), o, io.Discard)
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

// TestEditedMeanwhile edits the file as a person, without making it longer: a
// save that would drop the edit fails, one of a replacing store replaces it.
func TestEditedMeanwhile(t *testing.T) {
	for mode, refused := range map[flow.Mode]bool{flow.Append: true, flow.Upsert: true, flow.ReplaceAll: false} {
		p := kind.File(t, "["+item1+"]")
		st := kind.Must(t, p, flow.StoreOptions[records.Reading]{Mode: mode, Key: []string{"sensor"}}, io.Discard)
		if err := os.WriteFile(p, []byte("["+item2+"]"), 0o644); err != nil {
			t.Fatal(err)
		}
		later := time.Now().Add(time.Second) // than the file was made: its clock may be coarse
		if err := os.Chtimes(p, later, later); err != nil {
			t.Fatal(err)
		}
		err := st.Save(t.Context(), conformance.FileRecord)
		if refused && (err == nil || !strings.Contains(err.Error(), "changed by another program")) || !refused && err != nil {
			t.Errorf("mode %d: error %v", mode, err)
		}
	}
}
