package jsonl_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
)

// openPart opens a store of parts until the end of the test; what it logs goes
// to log.
func openPart(t *testing.T, o flow.StoreOptions[records.Reading], log io.Writer) (flow.Store[records.Reading], error) {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	var st flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{Stderr: log}, func(s *flow.Setup) { st = jsonl.Open(s, o, o.URL) })
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

// line1 and line2 are two records as they are written.
const (
	line1 = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}` + "\n"
	line2 = `{"sensor":"b","at":"2026-01-01T00:00:00Z","value":2,"revision":0}` + "\n"
)

var third = records.Reading{Sensor: "c", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}

// path makes a file with this content.
func path(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTorn(t *testing.T) {
	for what, test := range map[string]struct {
		content, kept string
		logged        bool
	}{
		"torn":             {line1 + line2[:20], line1, true},
		"torn at once":     {line1[:1], "", true},
		"zeros":            {line1 + strings.Repeat("\x00", 100), line1, true},
		"from an editor":   {line1 + strings.TrimSuffix(line2, "\n"), line1 + line2, false},
		"whole":            {line1 + line2, line1 + line2, false},
		"end of a Windows": {strings.ReplaceAll(line1, "\n", "\r\n"), strings.ReplaceAll(line1, "\n", "\r\n"), false},
	} {
		t.Run(what, func(t *testing.T) {
			var log bytes.Buffer
			p := path(t, test.content)
			if test.logged { // its process was killed
				killed(t, p)
			}
			st, err := openPart(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + p, Key: []string{"sensor"}}, &log)
			if err != nil {
				t.Fatal(err)
			}
			if err := st.Save(t.Context(), third); err != nil {
				t.Fatal(err)
			}
			content, err := os.ReadFile(p)
			if want := test.kept + strings.Replace(strings.Replace(line1, `"a"`, `"c"`, 1), `:1,`, `:0,`, 1); err != nil || string(content) != want {
				t.Errorf("the file holds\n%s\nwant\n%s", content, want)
			}
			if logged := strings.Contains(log.String(), "torn"); logged != test.logged {
				t.Errorf("log: %s", log.String())
			}
			if r, found, err := st.Get(t.Context(), "c"); err != nil || !found || r.Sensor != "c" {
				t.Errorf("get: %v, %v, %v", r, found, err)
			}
		})
	}
}

// killed leaves the lock of a file as a process that was killed does.
func killed(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path+".lock", []byte("1 gone\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestForeignEnd opens files whose last line has no end and is no record: where
// no process of ours was killed over them, they are somebody else's and stay.
func TestForeignEnd(t *testing.T) {
	for _, content := range []string{
		`{"service":"config","very":"precious"}`, "plain text", "[" + strings.TrimSuffix(line1, "\n") + "]",
		line1 + `{"sensor":"b"}`, line1 + line2[:20],
	} {
		p := path(t, content)
		_, err := openPart(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + p}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), p+":") {
			t.Errorf("%q: error %v, want one with its line", content, err)
		}
		if text, err := os.ReadFile(p); err != nil || string(text) != content {
			t.Errorf("%q became %q, %v", content, text, err)
		}
	}
}

// TestChangedMeanwhile appends to the file as another program: the next save
// writes nothing over that, and says what to do.
func TestChangedMeanwhile(t *testing.T) {
	p := path(t, line1)
	st, err := openPart(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + p}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(line1+line2), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := st.Save(t.Context(), third); err == nil || !strings.Contains(err.Error(), "changed by another program") {
		t.Errorf("error %v", err)
	}
	if text, err := os.ReadFile(p); err != nil || string(text) != line1+line2 {
		t.Errorf("the file holds %q, %v", text, err)
	}
}

func TestBadLine(t *testing.T) {
	for _, bad := range []string{"\n", "sensor,at\n", `{"sensor":7}` + "\n", line1[:20] + "\n", line1[:len(line1)-1] + " 7\n"} {
		for _, mode := range []flow.Mode{flow.Append, flow.ReplaceAll} {
			p := path(t, line1+line2+bad+line1)
			_, err := openPart(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + p, Mode: mode}, io.Discard)
			if err == nil || !strings.Contains(err.Error(), p+":3: ") {
				t.Errorf("%q: error %v, want one at line 3", bad, err)
			}
		}
	}
}

// TestReplaceLeavesNothing replaces beside what a killed process left behind.
func TestReplaceLeavesNothing(t *testing.T) {
	p := path(t, line1)
	if err := os.WriteFile(p+".new", []byte(strings.Repeat(line2, 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	st, err := openPart(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + p, Mode: flow.ReplaceAll}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Save(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Dir(p))
	if err != nil || len(files) != 2 { // the file and its lock
		t.Errorf("the folder holds %v, %v", files, err)
	}
	if list, err := st.All(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestRefusedOptions(t *testing.T) {
	for want, o := range map[string]flow.StoreOptions[records.Reading]{
		"cannot upsert":  {URL: "jsonl:x.jsonl", Mode: flow.Upsert, Key: []string{"sensor"}},
		"does not leave": {URL: "jsonl:../x.jsonl"},
		"may be missing": {URL: "jsonl:x.jsonl", Key: []string{"note"}},
	} {
		if _, err := openPart(t, o, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestLock opens a file that is held.
func TestLock(t *testing.T) {
	p := path(t, line1)
	o := flow.StoreOptions[records.Reading]{URL: "jsonl:" + p}
	if _, err := openPart(t, o, io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := openPart(t, o, io.Discard); err == nil || !strings.Contains(err.Error(), "another store of this program") {
		t.Errorf("error %v", err)
	}
	if err := os.WriteFile(p+".lock", []byte("123456 plant\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openPart(t, o, io.Discard); err == nil || !strings.Contains(err.Error(), `process 123456 (service "plant") holds the file`) {
		t.Errorf("error %v", err)
	}
}

func BenchmarkSave(b *testing.B) {
	var st flow.Store[records.Reading]
	o := flow.StoreOptions[records.Reading]{URL: "jsonl:" + filepath.Join(b.TempDir(), "x.jsonl"), Key: []string{"sensor", "at"}, Schema: records.SchemaOfReading()}
	stop, err := flow.Open(b.Context(), flow.Env{}, func(s *flow.Setup) { st = jsonl.Open(s, o, o.URL) })
	if err != nil {
		b.Fatal(err)
	}
	defer stop(b.Context())
	list := make([]records.Reading, 100)
	saved := 0
	for b.Loop() {
		for i := range list {
			list[i] = records.Reading{Sensor: "sensor-7", At: time.Unix(int64(saved+i), 0).UTC(), Value: float64(i) / 3}
		}
		if err := st.Save(b.Context(), list...); err != nil {
			b.Fatal(err)
		}
		saved += len(list)
	}
	b.ReportMetric(float64(saved)/b.Elapsed().Seconds(), "rows/s")
	start, read := time.Now(), 0
	for _, err := range st.Each(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		read++
	}
	b.ReportMetric(float64(read)/time.Since(start).Seconds(), "read-rows/s")
}
