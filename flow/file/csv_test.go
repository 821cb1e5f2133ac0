package file

import (
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow/record"
)

// asCSV reads numbers from the column n; others are passed over.
func asCSV(o *ReadOptions[int]) {
	o.CSV = record.CSV[int]{
		Record: "Number", Columns: []record.CSVColumn{{Name: "n"}},
		Parse: func(r *int, _ int, cell record.CSVCell) error { return record.ParseIntCell(r, cell) },
	}
}

func TestCSV(t *testing.T) {
	for what, test := range map[string]struct {
		text string
		want []int
	}{
		"nothing":           {"", nil},
		"names only":        {"n\n", nil},
		"rows":              {"n\n1\n2\n", []int{1, 2}},
		"without its end":   {"n,x\n1,a\n2,b", []int{1, 2}},
		"of Windows":        {"\ufeffx,n\r\na,1\r\n\r\n\"b\r\n\r\nb\",2\r\n", []int{1, 2}},
		"quotes":            {"\ufeff\"n\",\"x\n,y\"\n\"1\",\"a\n\"\"b\"\"\n,c\"\n2,\"\"\n", []int{1, 2}},
		"quote at the end":  {"n,x\n1,\"a\n\nb\"", []int{1}},
		"more than a batch": {"n\n" + numbered(0, 1000), upTo(0, 1000)},
	} {
		t.Run(what, func(t *testing.T) {
			l := newLog(t)
			l.write(test.text)
			l.open(once, asCSV)
			l.want(test.want...)
			l.wantEnd()
			l.stop()
			l.must(os.Truncate(l.path, 0))
			l.open(asCSV)
			l.wantGrowing(test.text, test.want)
		})
	}
}

// wantGrowing follows a file that grows by a byte at a time, and is rotated at
// its end.
func (l *log) wantGrowing(text string, want []int) {
	var got []int
	for i := range min(len(text), 100) {
		l.write(text[i : i+1])
		if values, _, err := l.reader.gather(l.Context()); err == nil {
			got = append(got, values...)
		}
	}
	l.write(text[min(len(text), 100):])
	l.rotate()
	l.write("n\n1000000\n")
	for len(got) < len(want)+1 {
		d, err := l.receive()
		if err != nil {
			l.Fatalf("got %d numbers, then %v", len(got), err)
		}
		got = append(got, d.Batch.Values...)
	}
	if !slices.Equal(got, append(want, 1000000)) {
		l.Errorf("got %s, want %s", brief(got), brief(want))
	}
}

// TestCSVRefused finds rows that are no records, and goes on behind them.
func TestCSVRefused(t *testing.T) {
	l := newLog(t)
	l.write("n,x\n1,a\nx,b\n2\n3,\"c\n\"d\n4,\"e\n,e\"\n5,f\"\n6,\"g\n")
	l.open(once, asCSV, skip)
	l.want(1, 4)
	l.wantEnd()
	for _, line := range []string{
		`:3: field \"n\": x is not a whole number`, ":4: the number of its cells is 1, that of the first row 2", ":5: cell 2: text stands behind the quote",
		":9: cell 2: a quote stands inside", ":10: a quote is not closed",
	} {
		l.wantLog(l.path + line)
	}
}

// TestCSVClosedLate forgets a quote that one further down closes: the lines
// between are one row, and the log says how many they are.
func TestCSVClosedLate(t *testing.T) {
	l := newLog(t)
	l.write("n,x\n1,a\n2,\"open\n3,b\n4,c\n5,\"d\"\n6,e\n7\n")
	l.open(asCSV, skip)
	l.want(1, 6)
	l.wantNothing()
	l.wantLog(l.path + `:3: cell 2: text stands behind the quote`)
	l.wantLog(" (the row has 4 lines, by its quotes)")
	l.wantLog(l.path + ":8: the number of its cells is 1, that of the first row 2")
	if n := strings.Count(l.output.String(), "by its quotes"); n != 1 {
		t.Errorf("said of %d rows:\n%s", n, l.output.String())
	}
}

// TestCSVUnclosed takes a quote that nobody closes for a mistake once the row is
// too long: only its line is refused.
func TestCSVUnclosed(t *testing.T) {
	l := newLog(t)
	l.write("n,x\n1,a\n2,\"b\n")
	l.open(asCSV, skip)
	l.reader.follow.in.longest = 1000
	l.want(1)
	l.wantNothing()
	l.write(strings.Repeat("3,c\n", 300))
	l.want(slices.Repeat([]int{3}, 300)...)
	l.wantLog(l.path + ":3: a quote is not closed within 1000 bytes")
	l.write("4,\"" + strings.Repeat("x", 1000))
	l.wantNothing()
	l.wantLog(l.path + ":304: the line is longer than 1000 bytes")
	l.write("\"\n5,\"a\nb\"\n")
	l.want(5)
}

// TestOpenQuote tells of a row that waits for long, once.
func TestOpenQuote(t *testing.T) {
	l := newLog(t)
	l.write("n,x\n1,\"a\n")
	l.open(asCSV)
	l.wantNothing()
	now := time.Now()
	for i := range 5 {
		l.reader.follow.tellOpenQuote(now.Add(time.Duration(i) * longOpen))
	}
	if n := strings.Count(l.output.String(), "a quote is still open"); n != 1 {
		t.Errorf("told %d times:\n%s", n, l.output.String())
	}
	l.write("\"\n2,\"b")
	l.want(1)
	l.wantNothing()
	l.reader.follow.tellOpenQuote(now.Add(longOpen))
	if n := strings.Count(l.output.String(), "a quote is still open"); n != 1 {
		t.Errorf("told of a row that waits for a moment:\n%s", l.output.String())
	}
}

// TestCSVColumns reads columns that change from file to file, and goes on in a
// file in which they do not stand where reading goes on.
func TestCSVColumns(t *testing.T) {
	l := newLog(t)
	l.write("\r\nn,x\n1,a\n")
	l.open(asCSV, skip)
	l.want(1)
	l.restart(asCSV, skip)
	l.write("2,\"b\n")
	l.wantNothing()
	l.write("b\"\n")
	l.want(2)
	l.rotate()
	l.write("x,y,n\na,b,3\n")
	l.want(3)
	l.restart(asCSV, skip)
	l.write("a,b,4\n")
	l.want(4)
	l.rotate()
	l.write("x,n,n\na,1,2\nb,2,3\n")
	l.wantNothing()
	l.wantLog(l.path + `:2: the first row of the file: two columns are named \"n\"; the columns are \"x\", \"n\", \"n\"`)
	l.wantLog(l.path + ":3: the first row")
	l.rotate()
	l.write("m\n1\n")
	l.wantNothing()
	l.wantLog(`there is no column for field \"n\" of record Number`)
	l.rotate()
	l.write("n\"\n1\n")
	l.wantNothing()
	l.wantLog("the first row of the file: cell 1: a quote stands inside")
	l.rotate()
	l.write("n\n5\n")
	l.want(5)
}

// FuzzCSV reads a file that grows in pieces, and wants the rows that
// encoding/csv reads from all of it.
func FuzzCSV(f *testing.F) {
	f.Add("n,x\n1,a\n", uint8(1))
	f.Add("\ufeff\"a\"\"\n\",b\r\n\r\n\"\n\n\",\"\"\n,", uint8(3))
	f.Fuzz(func(t *testing.T, text string, piece uint8) {
		want, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
		if err != nil {
			return
		}
		got := splitGrowing(t, text, max(1, int(piece)))
		if len(got) != len(want) {
			t.Fatalf("%q has %d rows, encoding/csv finds %d: %q", got, len(got), len(want), want)
		}
		for i, row := range got {
			cells, err := csv.NewReader(strings.NewReader(row)).Read()
			if err != nil || !slices.Equal(cells, want[i]) {
				t.Fatalf("row %d of %q is %q, %v; encoding/csv has %q", i, text, row, err, want[i])
			}
		}
	})
}

// splitGrowing splits a text that comes in pieces into rows.
func splitGrowing(t *testing.T, text string, piece int) (rows []string) {
	in := &input{longest: longest, line: 1, split: splitter{csv: true}}
	for rest := []byte(text); !in.whole; {
		n := min(len(rest), piece)
		in.data, rest = append(in.data, rest[:n]...), rest[n:]
		in.whole = len(rest) == 0
		for rec, ok := in.peek(); ok; rec, ok = in.peek() {
			if rec.err != nil {
				t.Fatal(rec.err)
			}
			if !isEmpty(rec) {
				rows = append(rows, string(rec.text))
			}
			in.take(rec)
		}
	}
	if in.offset != int64(len(text)) || in.line != strings.Count(text, "\n")+1 {
		t.Fatalf("%q: %d bytes and %d lines were read", text, in.offset, in.line-1)
	}
	return rows
}

// TestPiece gives a row out in parts.
func TestPiece(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789"), 20000)
	got, err := io.ReadAll(&piece{text})
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d of %d bytes, %v", len(got), len(text), err)
	}
}
