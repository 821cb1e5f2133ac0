package jsonl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
)

var kind = conformance.FileStore{Scheme: "jsonl", Open: jsonl.Open[records.Reading]}

// Two records as they are written, and what is saved behind them.
const (
	line1 = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}` + "\n"
	line2 = `{"sensor":"b","at":"2026-01-01T00:00:00Z","value":2,"revision":0}` + "\n"
	third = `{"sensor":"c","at":"2026-01-01T00:00:00Z","value":0,"revision":0}` + "\n"
)

// TestFiles appends to files of other programs and hands.
func TestFiles(t *testing.T) {
	crlf := strings.ReplaceAll(line1, "\n", "\r\n")
	for what, test := range map[string]struct{ content, want string }{
		"a new one":        {"", third},
		"our own":          {line1 + line2, line1 + line2 + third},
		"without an end":   {line1 + strings.TrimSuffix(line2, "\n"), line1 + line2 + third},
		"of Windows":       {"\xef\xbb\xbf" + crlf, "\xef\xbb\xbf" + crlf + third},
		"only a mark":      {"\xef\xbb\xbf", "\xef\xbb\xbf" + third},
		"blank lines":      {"\n" + line1 + " \r\n\n" + line2 + "\n\n", "\n" + line1 + " \r\n\n" + line2 + "\n\n" + third},
		"blank to the end": {line1 + "\n  ", line1 + "\n  " + third},
	} {
		t.Run(what, func(t *testing.T) {
			st := kind.Save(t, kind.File(t, test.content), flow.Append, test.want)
			list, err := st.All(t.Context())
			if err != nil || len(list) != strings.Count(test.want, "sensor") {
				t.Errorf("%v, %v", list, err)
			}
		})
	}
}

// TestTorn opens files that a killed process left behind.
func TestTorn(t *testing.T) {
	for what, test := range map[string]struct{ content, kept, told string }{
		"torn":           {line1 + line2[:20], line1, "line=2"},
		"torn at once":   {line1[:1], "", "line=1"},
		"zeros":          {line1 + strings.Repeat("\x00", 100), line1, "line=2"},
		"only its break": {line1 + strings.TrimSuffix(line2, "\n"), line1 + line2, ""},
		"whole":          {line1 + line2, line1 + line2, ""},
	} {
		t.Run(what, func(t *testing.T) { kind.SaveTorn(t, kind.File(t, test.content), test.kept+third, test.told) })
	}
}

// TestBadFiles opens files that are no records of the store. Where no process of
// ours was killed over them, a last line without its end is somebody else's too.
func TestBadFiles(t *testing.T) {
	for what, test := range map[string]struct{ content, want string }{
		"an object":        {`{"service":"config","very":"precious"}`, ":1: "},
		"plain text":       {"plain text", ":1: "},
		"an array":         {"[" + strings.TrimSuffix(line1, "\n") + "]", ":1: "},
		"a missing field":  {line1 + `{"sensor":"b"}`, ":2: "},
		"torn by others":   {line1 + line2[:20], ":2: "},
		"CSV":              {line1 + line2 + "sensor,at\n" + line1, ":3: "},
		"another type":     {line1 + line2 + `{"sensor":7}` + "\n" + line1, ":3: "},
		"a part":           {line1 + line2 + line1[:20] + "\n" + line1, ":3: "},
		"more on the line": {line1 + line2 + line1[:len(line1)-1] + " 7\n" + line1, ":3: "},
	} {
		t.Run(what, func(t *testing.T) {
			kind.Refuse(t, test.content, []flow.Mode{flow.Append, flow.ReplaceAll}, test.want)
		})
	}
}

// TestReplaceLeavesNothing replaces beside what a killed process left behind.
func TestReplaceLeavesNothing(t *testing.T) {
	p := kind.File(t, line1)
	if err := os.WriteFile(p+".new", []byte(strings.Repeat(line2, 100)), 0o644); err != nil {
		t.Fatal(err)
	}
	kind.Save(t, p, flow.ReplaceAll, third)
	files, err := os.ReadDir(filepath.Dir(p))
	if err != nil || len(files) != 2 { // the file and its lock
		t.Errorf("the folder holds %v, %v", files, err)
	}
}

func BenchmarkSave(b *testing.B) { kind.Benchmark(b) }
