package csv_test

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
	"github.com/flowc-dev/flowc/flow/csv"
)

// open opens a store until the end of the test; what it logs goes to log.
func open(t *testing.T, o flow.StoreOptions[records.Reading], log io.Writer) (flow.Store[records.Reading], error) {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	var st flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{Stderr: log}, func(s *flow.Setup) { st = csv.Open(s, o, o.URL) })
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

// head and two rows as they are written, and a record to save behind them.
const (
	head  = "sensor,at,value,revision,stored,note\n"
	row1  = "a,2026-01-01T00:00:00Z,1,10,,\n"
	row2  = "b,2026-01-01T00:00:00Z,2,123,,\"x\ny\"\n"
	third = "c,2026-01-01T00:00:00Z,0,0,,\n"
)

var record = records.Reading{Sensor: "c", At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}

// file makes a file with this content.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.csv")
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
		t.Errorf("the file holds %q, %v\nwant %q", content, err, want)
	}
}

// saveThird opens a store in a file and saves the third record.
func saveThird(t *testing.T, o flow.StoreOptions[records.Reading], log io.Writer) flow.Store[records.Reading] {
	t.Helper()
	st, err := open(t, o, log)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Save(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	if r, found, err := st.Get(t.Context(), "c"); err != nil || !found || r.Sensor != "c" {
		t.Errorf("get: %v, %v, %v", r, found, err)
	}
	return st
}

// TestFiles appends to files of other programs and hands.
func TestFiles(t *testing.T) {
	crlf := strings.NewReplacer("\n", "\r\n")
	for what, test := range map[string]struct{ content, want string }{
		"a new one":         {"", head + third},
		"blank":             {"\xef\xbb\xbf\n", head + third},
		"our own":           {head + row1 + row2, head + row1 + row2 + third},
		"without an end":    {head + row1 + "b,2026-01-01T00:00:00Z,2,12,,", head + row1 + "b,2026-01-01T00:00:00Z,2,12,,\n" + third},
		"only a head":       {head[:len(head)-1], head + third},
		"of Windows":        {"\xef\xbb\xbf" + crlf.Replace(head+row1+row2), "\xef\xbb\xbf" + crlf.Replace(head+row1+row2+third)},
		"with empty lines":  {"\n" + head + "\n" + row1 + "\n", "\n" + head + "\n" + row1 + "\n" + third},
		"another order":     {"note,value,at,stored,sensor,revision\n,1,2026-01-01T00:00:00Z,,a,1\n", "note,value,at,stored,sensor,revision\n,1,2026-01-01T00:00:00Z,,a,1\n,0,2026-01-01T00:00:00Z,,c,0\n"},
		"unknown columns":   {"x,sensor,at,value,y,revision,stored,note,x\n1,a,2026-01-01T00:00:00Z,1,2,10,,,3\n", "x,sensor,at,value,y,revision,stored,note,x\n1,a,2026-01-01T00:00:00Z,1,2,10,,,3\n,c,2026-01-01T00:00:00Z,0,,0,,,\n"},
		"optional columns":  {"\xef\xbb\xbfsensor,at,value,revision\r\n\r\na,2026-01-01T00:00:00Z,1,10\r\n\"b\",2026-01-01T00:00:00Z,2,10", "\xef\xbb\xbfsensor,at,value,revision,stored,note\r\n\r\na,2026-01-01T00:00:00Z,1,10,,\r\n\"b\",2026-01-01T00:00:00Z,2,10,,\r\n" + crlf.Replace(third)},
		"one in the middle": {"sensor,stored,at,value,revision\na,,2026-01-01T00:00:00Z,1,10\n", "sensor,stored,at,value,revision,note\na,,2026-01-01T00:00:00Z,1,10,\nc,,2026-01-01T00:00:00Z,0,0,\n"},
	} {
		t.Run(what, func(t *testing.T) {
			p := file(t, test.content)
			st := saveThird(t, flow.StoreOptions[records.Reading]{URL: "csv:" + p, Key: []string{"sensor"}}, io.Discard)
			wantFile(t, p, test.want)
			if r, found, err := st.Get(t.Context(), "a"); err != nil || found != strings.Contains(test.content, "2026") || found && r.Value != 1 {
				t.Errorf("get of a row that was there: %v, %v, %v", r, found, err)
			}
		})
	}
}

// TestTorn opens files whose last row has no end. A part of a row may look like
// a whole one, so only the lock tells what a killed process left behind.
func TestTorn(t *testing.T) {
	for what, test := range map[string]struct {
		content, kept string
		line          string
	}{
		"torn":                  {head + row1 + "b,2026-01-01T0", head + row1, "line=3"},
		"looks whole":           {head + row1 + "b,2026-01-01T00:00:00Z,2,12,,", head + row1, "line=3"},
		"torn within quotes":    {head + row2 + row2[:len(row2)-2], head + row2, "line=4"},
		"torn at a line break":  {head + row1 + row2[:len(row2)-3], head + row1, "line=3"},
		"torn behind its quote": {head + row1 + row2[:len(row2)-1], head + row1, "line=3"},
		"zeros":                 {head + row1 + strings.Repeat("\x00", 100), head + row1, "line=3"},
		"whole":                 {head + row1, head + row1, ""},
	} {
		t.Run(what, func(t *testing.T) {
			var log bytes.Buffer
			p := file(t, test.content)
			if err := os.WriteFile(p+".lock", []byte("123456 plant\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			saveThird(t, flow.StoreOptions[records.Reading]{URL: "csv:" + p, Key: []string{"sensor"}}, &log)
			wantFile(t, p, test.kept+third)
			if torn := strings.Contains(log.String(), "torn"); torn != (test.line != "") || !strings.Contains(log.String(), test.line) {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// TestTornStays fails to start for another reason: the next start still knows
// that the process was killed.
func TestTornStays(t *testing.T) {
	p := file(t, head+"bad\n"+row1[:25])
	if err := os.WriteFile(p+".lock", []byte("123456 plant\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := flow.StoreOptions[records.Reading]{URL: "csv:" + p, Key: []string{"sensor"}}
	if _, err := open(t, o, io.Discard); err == nil {
		t.Fatal("a bad row is accepted")
	}
	if err := os.WriteFile(p, []byte(head+row1[:25]), 0o644); err != nil {
		t.Fatal(err)
	}
	saveThird(t, o, io.Discard)
	wantFile(t, p, head+third)
}

func TestBadFiles(t *testing.T) {
	for what, test := range map[string]struct {
		content string
		wants   []string
	}{
		"another head":       {"sensor;at;value;revision\n", []string{":1: ", `no column for field "at" of record Reading`, `no column for field "sensor"`, `the columns are "sensor;at;value;revision"`, "another url"}},
		"a column twice":     {"sensor,at,value,revision,at\n", []string{":1: ", `two columns are named "at"`}},
		"a number":           {head + row2 + "b,2026-01-01T00:00:00Z,x,1,,\n", []string{":4: ", `field "value": x does not fit`}},
		"a row too short":    {head + row1 + "b,2026-01-01T00:00:00Z\n" + row1, []string{":3: ", "the number of its cells is 2, that of the first row 6"}},
		"a quote":            {head + row1 + "b\"c,2026-01-01T00:00:00Z,2,1,,\n", []string{":3: ", "cell 1: a quote"}},
		"an open quote":      {head + row1 + "\"b,2026-01-01T00:00:00Z,2,1,,\n" + row1, []string{":3: ", "cell 1: its quote is not closed"}},
		"torn by others":     {head + row1 + row2[:9], []string{":3: ", "the number of its cells is 2"}},
		"JSON":               {`{"sensor":"a"}` + "\n", []string{":1: ", "cell 1"}},
		"no UTF-8":           {head + "\xe4,2026-01-01T00:00:00Z,2,1,,\n", []string{":2: ", `field "sensor": text is not valid UTF-8`}},
		"a missing value":    {head + "a,,2,1,,\n", []string{":2: ", `field "at": the cell is empty`}},
		"line of a long row": {head + row2 + "\n\n" + row2 + "x\n", []string{":8: "}},
	} {
		for _, mode := range []flow.Mode{flow.Append, flow.ReplaceAll} {
			p := file(t, test.content)
			_, err := open(t, flow.StoreOptions[records.Reading]{URL: "csv:" + p, Mode: mode}, io.Discard)
			for _, want := range append(test.wants, p) {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: error %v, want %s", what, err, want)
				}
			}
			wantFile(t, p, test.content)
		}
	}
}

// TestReplaceKeepsHead replaces the rows under a first row of the user's.
func TestReplaceKeepsHead(t *testing.T) {
	p := file(t, "\xef\xbb\xbfnote,x,sensor,at,value,revision,stored\r\nold,1,a,2026-01-01T00:00:00Z,1,1,\r\n")
	saveThird(t, flow.StoreOptions[records.Reading]{URL: "csv:" + p, Mode: flow.ReplaceAll, Key: []string{"sensor"}}, io.Discard)
	wantFile(t, p, "\xef\xbb\xbfnote,x,sensor,at,value,revision,stored\r\n,,c,2026-01-01T00:00:00Z,0,0,\r\n")
}

func TestRefusedOptions(t *testing.T) {
	for want, o := range map[string]flow.StoreOptions[records.Reading]{
		"cannot upsert":  {URL: "csv:x.csv", Mode: flow.Upsert, Key: []string{"sensor"}},
		"does not leave": {URL: "csv:../x.csv"},
		"may be missing": {URL: "csv:x.csv", Key: []string{"note"}},
	} {
		if _, err := open(t, o, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// TestEmptyRow opens a store of records whose row might be an empty line.
func TestEmptyRow(t *testing.T) {
	schema := records.SchemaOfReading()
	schema.CSV.Columns = schema.CSV.Columns[5:]
	o := flow.StoreOptions[records.Reading]{Name: "notes", URL: "csv:" + file(t, ""), Schema: schema}
	_, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { csv.Open(s, o, o.URL) })
	if err == nil || !strings.Contains(err.Error(), "an empty line") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkSave(b *testing.B) {
	var st flow.Store[records.Reading]
	o := flow.StoreOptions[records.Reading]{URL: "csv:" + filepath.Join(b.TempDir(), "x.csv"), Key: []string{"sensor", "at"}, Schema: records.SchemaOfReading()}
	stop, err := flow.Open(b.Context(), flow.Env{}, func(s *flow.Setup) { st = csv.Open(s, o, o.URL) })
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
