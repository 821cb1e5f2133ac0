package csv_test

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/csv"
)

var kind = conformance.FileStore{Scheme: "csv", Open: csv.Open[records.Reading]}

// head and two rows as they are written, and a record to save behind them.
const (
	head  = "sensor,at,value,revision,stored,note\n"
	row1  = "a,2026-01-01T00:00:00Z,1,10,,\n"
	row2  = "b,2026-01-01T00:00:00Z,2,123,,\"x\ny\"\n"
	third = "c,2026-01-01T00:00:00Z,0,0,,\n"
)

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
			st := kind.Save(t, kind.File(t, test.content), flow.Append, test.want)
			if r, found, err := st.Get(t.Context(), "a"); err != nil || found != strings.Contains(test.content, "2026") || found && r.Value != 1 {
				t.Errorf("get of a row that was there: %v, %v, %v", r, found, err)
			}
		})
	}
}

func TestNew(t *testing.T) { kind.New(t, head) }

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
			kind.SaveTorn(t, kind.File(t, test.content), test.kept+third, test.line)
		})
	}
}

// TestTornStays fails to start for another reason: the next start still knows
// that the process was killed.
func TestTornStays(t *testing.T) {
	p := kind.File(t, head+"bad\n"+row1[:25])
	kind.Killed(t, p)
	if _, err := kind.Try(t, p, flow.StoreOptions[records.Reading]{}, io.Discard); err == nil {
		t.Fatal("a bad row is accepted")
	}
	if err := os.WriteFile(p, []byte(head+row1[:25]), 0o644); err != nil {
		t.Fatal(err)
	}
	kind.Save(t, p, flow.Append, head+third)
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
		t.Run(what, func(t *testing.T) {
			kind.Refuse(t, test.content, []flow.Mode{flow.Append, flow.ReplaceAll}, test.wants...)
		})
	}
}

// TestReplaceKeepsHead replaces the rows under a first row of the user's.
func TestReplaceKeepsHead(t *testing.T) {
	p := kind.File(t, "\xef\xbb\xbfnote,x,sensor,at,value,revision,stored\r\nold,1,a,2026-01-01T00:00:00Z,1,1,\r\n")
	kind.Save(t, p, flow.ReplaceAll, "\xef\xbb\xbfnote,x,sensor,at,value,revision,stored\r\n,,c,2026-01-01T00:00:00Z,0,0,\r\n")
}

// TestEmptyRow opens a store of records whose row might be an empty line.
func TestEmptyRow(t *testing.T) {
	schema := records.SchemaOfReading()
	schema.CSV.Columns = schema.CSV.Columns[5:]
	o := flow.StoreOptions[records.Reading]{Name: "notes", URL: "csv:" + kind.File(t, ""), Schema: schema}
	_, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { csv.Open(s, o, o.URL) })
	if err == nil || !strings.Contains(err.Error(), "an empty line") {
		t.Errorf("error %v", err)
	}
}

func BenchmarkSave(b *testing.B) { kind.Benchmark(b) }
