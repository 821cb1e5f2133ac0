package record

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// csvRow is a row as it was read.
type csvRow struct {
	cells      []string // those in quotes have one before them
	line       int
	start, end int64
	whole      bool
}

// readCSV reads all rows.
func readCSV(r *CSVRows) (rows []csvRow, err error) {
	for r.Next() {
		rows = append(rows, csvRow{texts(r.Cells()), r.Line(), r.Start(), r.End(), r.Whole()})
	}
	return rows, r.Err()
}

func texts(cells []CSVCell) (list []string) {
	for _, c := range cells {
		text := string(c.Text)
		if c.Quoted {
			text = `"` + text
		}
		list = append(list, text)
	}
	return list
}

func TestCSVRows(t *testing.T) {
	long := strings.Repeat("long, ", 100<<10)
	tests := map[string]struct {
		text string
		want []csvRow
	}{
		"nothing":           {"", nil},
		"a mark only":       {"\xef\xbb\xbf", nil},
		"empty lines":       {"\n\r\n\na\n\n", []csvRow{{[]string{"a"}, 4, 4, 6, true}}},
		"cells":             {"a,b,\n,\n", []csvRow{{[]string{"a", "b", ""}, 1, 0, 5, true}, {[]string{"", ""}, 2, 5, 7, true}}},
		"missing and empty": {"\"\",,\"\"\n\"\"\n", []csvRow{{[]string{`"`, "", `"`}, 1, 0, 7, true}, {[]string{`"`}, 2, 7, 10, true}}},
		"mark and quotes":   {"\xef\xbb\xbf\"a\"\n", []csvRow{{[]string{`"a`}, 1, 3, 7, true}}},
		"line breaks":       {"a,\"b\r\nc\nd\re\"\r\nf,g\r\n", []csvRow{{[]string{"a", "\"b\r\nc\nd\re"}, 1, 0, 14, true}, {[]string{"f", "g"}, 4, 14, 19, true}}},
		"doubled quotes":    {"\"\"\"\",\"a\"\"b\"\n", []csvRow{{[]string{`""`, `"a"b`}, 1, 0, 12, true}}},
		"no line break":     {"a\nb", []csvRow{{[]string{"a"}, 1, 0, 2, true}, {[]string{"b"}, 2, 2, 3, false}}},
		"half a line break": {"a\r\nb\r", []csvRow{{[]string{"a"}, 1, 0, 3, true}, {[]string{"b"}, 2, 3, 5, false}}},
		"long":              {"\"" + long + "\",b\nc\n", []csvRow{{[]string{`"` + long, "b"}, 1, 0, int64(len(long) + 5), true}, {[]string{"c"}, 2, int64(len(long) + 5), int64(len(long) + 7), true}}},
	}
	for what, test := range tests {
		got, err := readCSV(NewCSVRows(strings.NewReader(test.text)))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, test.want)
		}
		slow, err := readCSV(NewCSVRows(iotest.OneByteReader(strings.NewReader(test.text))))
		if err != nil || !reflect.DeepEqual(slow, test.want) {
			t.Errorf("%s, byte by byte: %+v, %v", what, slow, err)
		}
	}
}

func TestCSVRowsErrors(t *testing.T) {
	tests := map[string]struct {
		text, want string
		line       int
		whole      bool
	}{
		"a quote within":      {"a\nb,c\"d\n", "cell 2: a quote stands inside", 2, true},
		"text behind a quote": {"\n\"b\" ,c\n", "cell 1: text stands behind", 2, true},
		"open":                {"a\nb,\"c\nd\n", "cell 2: its quote is not closed", 2, false},
		"open at once":        {"\"", "cell 1: its quote is not closed", 1, false},
	}
	for what, test := range tests {
		r := NewCSVRows(strings.NewReader(test.text))
		_, err := readCSV(r)
		if err == nil || !strings.Contains(err.Error(), test.want) || r.Line() != test.line || r.Whole() != test.whole {
			t.Errorf("%s: error %v, line %d, whole %v; want %s", what, err, r.Line(), r.Whole(), test.want)
		}
	}
	broken := errors.New("broken")
	r := NewCSVRows(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(broken)))
	if rows, err := readCSV(r); len(rows) != 1 || !errors.Is(err, broken) {
		t.Errorf("%v, %v; want one row and the error of the reader", rows, err)
	}
}

// endless is a quote that is never closed.
type endless struct{ line string }

func (e endless) Read(b []byte) (n int, err error) {
	for n < len(b) {
		n += copy(b[n:], e.line)
	}
	return n, nil
}

func TestCSVRowsAreBounded(t *testing.T) {
	for _, line := range []string{"no break ", "a line\n"} {
		r := NewCSVRows(io.MultiReader(strings.NewReader("\""), endless{line}))
		if rows, err := readCSV(r); len(rows) > 0 || err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") {
			t.Errorf("%q: %d rows, %v", line, len(rows), err)
		}
	}
}

// FuzzCSVRows holds what is read against encoding/csv, and reads each row again
// by its place.
func FuzzCSVRows(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a\r\n\"b\r\nc\"\r\n", "\xef\xbb\xbfa\n", "\"\",,\"\"\n", "a\"b\n", "\"a\"b\n", "\"a", "a\r", "\r\r\n", "\"a\r\r\nb\"", ",\n\n,", "\"a\"\"b\",c\n\"d\ne\",f", "ä\xff,\x00\n", "\"\"\"\"\n\"\",",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		// Not from the beginning: encoding/csv knows no byte order mark.
		ours, theirs := ContinueCSVRows(bytes.NewReader(text), 0, 0), csv.NewReader(bytes.NewReader(text))
		theirs.FieldsPerRecord = -1
		for ours.Next() {
			want, err := theirs.Read()
			if err != nil {
				t.Fatalf("%q is read, but encoding/csv says %v", texts(ours.Cells()), err)
			}
			got := make([]string, len(ours.Cells()))
			for i, c := range ours.Cells() {
				got[i] = strings.ReplaceAll(string(c.Text), "\r\n", "\n")
			}
			if line, _ := theirs.FieldPos(0); !slices.Equal(got, want) || ours.Line() != line || ours.End() != theirs.InputOffset() {
				t.Fatalf("line %d, up to byte %d: %q; encoding/csv has line %d, up to byte %d: %q", ours.Line(), ours.End(), got, line, theirs.InputOffset(), want)
			}
			again := ContinueCSVRows(bytes.NewReader(text[ours.Start():ours.End()]), ours.Start(), ours.Line()-1)
			if !again.Next() || !slices.Equal(texts(again.Cells()), texts(ours.Cells())) || again.Line() != ours.Line() || again.Lines() != ours.Lines() || again.End() != ours.End() || again.Whole() != ours.Whole() {
				t.Fatalf("read again by its place: %q, want %q", texts(again.Cells()), texts(ours.Cells()))
			}
		}
		if _, err := theirs.Read(); (err == io.EOF) != (ours.Err() == nil) {
			t.Fatalf("error %v, but encoding/csv says %v", ours.Err(), err)
		}
	})
}

// FuzzCSVText writes texts as encoding/csv does, and reads them back from each
// other.
func FuzzCSVText(f *testing.F) {
	f.Add("a", "b", "c")
	f.Add("", "\"", ",")
	f.Add(" a", "b\r\nc", `\.`)
	f.Add("\n", "\r", "a\"\"b")
	f.Add("\u2003x", "\ufeff", "\x00")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		cells := []string{a, b, c}
		var row []byte
		for i, text := range cells {
			if i > 0 {
				row = append(row, ',')
			}
			cell, err := AppendStringCell(row, text)
			if err != nil {
				t.Skip("not UTF-8")
			}
			row = cell
		}
		row = append(row, '\n')
		var theirs bytes.Buffer
		w := csv.NewWriter(&theirs)
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
		if w.Flush(); theirs.String() != string(row) {
			t.Fatalf("%q is written as %q, encoding/csv writes %q", cells, row, &theirs)
		}
		ours := ContinueCSVRows(bytes.NewReader(row), 0, 0)
		if !ours.Next() {
			t.Fatalf("%q cannot be read: %v", row, ours.Err())
		}
		for i, cell := range ours.Cells() {
			if string(cell.Text) != cells[i] {
				t.Fatalf("%q was %q", cell.Text, cells[i])
			}
		}
		back, err := csv.NewReader(bytes.NewReader(row)).Read()
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], "\r\n", "\n") // as encoding/csv reads
		}
		if err != nil || !slices.Equal(back, cells) {
			t.Fatalf("encoding/csv reads %q as %q, %v", row, back, err)
		}
	})
}

// cellTrip checks the cell of a value and that it reads back.
func cellTrip[T any](t *testing.T, appendCell func([]byte, T) ([]byte, error), parse func(*T, CSVCell) error, v T, want string) {
	t.Helper()
	row, err := appendCell([]byte("x,"), v)
	if err != nil {
		t.Errorf("%v: %v", v, err)
		return
	}
	equal(t, fmt.Sprintf("cell of %v", v), string(row), "x,"+want)
	rows := NewCSVRows(bytes.NewReader(append(row, '\n')))
	if !rows.Next() || len(rows.Cells()) != 2 {
		t.Fatalf("%s is read as %q, %v", row, texts(rows.Cells()), rows.Err())
	}
	var back T
	if err := parse(&back, rows.Cells()[1]); err != nil {
		t.Errorf("%s: %v", row, err)
	}
	if !reflect.DeepEqual(back, v) {
		t.Errorf("%s reads back as %v, was %v", row, back, v)
	}
}

// optionalTrip is cellTrip for a value that may be missing.
func optionalTrip[T any](t *testing.T, appendCell func([]byte, T) ([]byte, error), parse func(*T, CSVCell) error, v T, want string) {
	t.Helper()
	optional := func(row []byte, v *T) ([]byte, error) { return AppendOptionalCell(row, v, appendCell) }
	parseOptional := func(v **T, cell CSVCell) error { return ParseOptionalCell(v, cell, parse) }
	cellTrip(t, optional, parseOptional, &v, want)
	cellTrip(t, optional, parseOptional, nil, "")
}

func appendList(row []byte, v []int) ([]byte, error) {
	return AppendJSONCell(row, v, func(v []int, e *jsontext.Encoder) error { return EncodeList(v, e, EncodeInt[int]) })
}

func parseList(v *[]int, cell CSVCell) error {
	return ParseJSONCell(v, cell, func(v *[]int, d *jsontext.Decoder) error { return DecodeList(v, d, DecodeInt[int]) })
}

func appendRaw(row []byte, v json.RawMessage) ([]byte, error) {
	return AppendJSONCell(row, v, EncodeJSON)
}

func parseRaw(v *json.RawMessage, cell CSVCell) error { return ParseJSONCell(v, cell, DecodeJSON) }

func TestCSVCells(t *testing.T) {
	at := time.Date(2026, 3, 29, 0, 59, 58, 120000000, time.UTC)
	cellTrip(t, AppendBoolCell, ParseBoolCell, true, "true")
	cellTrip(t, AppendIntCell[int], ParseIntCell[int], math.MinInt64, "-9223372036854775808")
	cellTrip(t, AppendIntCell[int32], ParseIntCell[int32], math.MaxInt32, "2147483647")
	cellTrip(t, AppendUintCell[uint64], ParseUintCell[uint64], math.MaxUint64, "18446744073709551615")
	cellTrip(t, AppendUintCell[uint32], ParseUintCell[uint32], 7, "7")
	cellTrip(t, AppendStringCell, ParseStringCell, "", "")
	cellTrip(t, AppendStringCell, ParseStringCell, "a, \"b\"\r\n", "\"a, \"\"b\"\"\r\n\"")
	cellTrip(t, AppendBytesCell, ParseBytesCell, []byte{}, "")
	cellTrip(t, AppendBytesCell, ParseBytesCell, []byte{0, 255}, "AP8=")
	cellTrip(t, AppendTimeCell, ParseTimeCell, at, "2026-03-29T00:59:58.12Z")
	cellTrip(t, AppendUnixCell, ParseUnixCell, at, "1774745998.12")
	cellTrip(t, AppendUnixCell, ParseUnixCell, time.Unix(-2, 5e8).UTC(), "-1.5")
	cellTrip(t, AppendUnixMilliCell, ParseUnixMilliCell, at, "1774745998120")
	cellTrip(t, AppendDurationCell, ParseDurationCell, 1500*time.Millisecond, "1.5s")
	cellTrip(t, AppendTextCell[netip.Addr], ParseTextCell[netip.Addr], netip.MustParseAddr("::1"), "::1")
	cellTrip(t, AppendTextCell[netip.Addr], ParseTextCell[netip.Addr], netip.Addr{}, "")
	cellTrip(t, appendList, parseList, []int{}, "[]")
	cellTrip(t, appendList, parseList, []int{1, 2}, `"[1,2]"`)
	cellTrip(t, appendRaw, parseRaw, json.RawMessage(`{"a":[1,"b"]}`), `"{""a"":[1,""b""]}"`)
	optionalTrip(t, AppendBoolCell, ParseBoolCell, false, "false")
	optionalTrip(t, AppendIntCell[int], ParseIntCell[int], 0, "0")
	optionalTrip(t, AppendStringCell, ParseStringCell, "", `""`)
	optionalTrip(t, AppendStringCell, ParseStringCell, `"`, `""""`)
	optionalTrip(t, AppendBytesCell, ParseBytesCell, []byte{}, `""`)
	optionalTrip(t, AppendTextCell[netip.Addr], ParseTextCell[netip.Addr], netip.Addr{}, `""`)
	optionalTrip(t, appendList, parseList, []int{}, "[]")
}

// TestCSVFloats writes numbers as JSON has them.
func TestCSVFloats(t *testing.T) {
	for _, f := range []float64{0, math.Copysign(0, -1), 1, 0.1, 1e6, 1e20, 1e21, 1e-6, 1e-7, 1.5e-10, -2.5e300, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		text, err := floatCodec.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		cellTrip(t, AppendFloatCell[float64], ParseFloatCell[float64], f, string(text))
	}
	cellTrip(t, AppendFloatCell[float32], ParseFloatCell[float32], 0.1, "0.1")
	cellTrip(t, AppendFloatCell[float32], ParseFloatCell[float32], 1e-6, "0.000001")
	cellTrip(t, AppendFloatCell[myFloat], ParseFloatCell[myFloat], 1e-7, "1e-7")
}

func TestCSVCellsRead(t *testing.T) {
	read := func(text string, parse func(CSVCell) error) error { return parse(CSVCell{Text: []byte(text)}) }
	var b bool
	for text, want := range map[string]bool{"TRUE": true, "True": true, "1": true, "False": false, "0": false} {
		if err := read(text, func(c CSVCell) error { return ParseBoolCell(&b, c) }); err != nil || b != want {
			t.Errorf("%s: %v, %v", text, b, err)
		}
	}
	// A missing number in quotes, as programs write that quote every cell.
	one := 1
	number := &one
	if err := ParseOptionalCell(&number, CSVCell{Quoted: true}, ParseIntCell[int]); err != nil || number != nil {
		t.Errorf("an empty number: %v, %v; want none", number, err)
	}
}

func TestCSVCellsRefused(t *testing.T) {
	var (
		n int32
		f float64
		s string
		b []byte
		a time.Time
		l []int
	)
	for text, err := range map[string]error{
		"a required number":  ParseIntCell(&n, CSVCell{Quoted: true}),
		"2147483648":         ParseIntCell(&n, CSVCell{Text: []byte("2147483648")}),
		"1.0":                ParseIntCell(&n, CSVCell{Text: []byte("1.0")}),
		"a space":            ParseIntCell(&n, CSVCell{Text: []byte(" 1")}),
		"NaN":                ParseFloatCell(&f, CSVCell{Text: []byte("NaN")}),
		"Inf":                ParseFloatCell(&f, CSVCell{Text: []byte("-Inf")}),
		"1e999":              ParseFloatCell(&f, CSVCell{Text: []byte("1e999")}),
		"latin1":             ParseStringCell(&s, CSVCell{Text: []byte("\xe4")}),
		"base64":             ParseBytesCell(&b, CSVCell{Text: []byte("A")}),
		"a date":             ParseTimeCell(&a, CSVCell{Text: []byte("2026-01-01")}),
		"an empty list":      parseList(&l, CSVCell{}),
		"more than a list":   parseList(&l, CSVCell{Text: []byte("[1] 2")}),
		"a list of texts":    parseList(&l, CSVCell{Text: []byte(`["1"]`)}),
		"an empty time":      ParseTimeCell(&a, CSVCell{}),
		"an empty epoch":     ParseUnixCell(&a, CSVCell{}),
		"an optional number": ParseOptionalCell(new(*int32), CSVCell{Text: []byte("x")}, ParseIntCell[int32]),
	} {
		if err == nil {
			t.Errorf("%s is read", text)
		}
	}
	_, nan := AppendFloatCell(nil, math.NaN())
	_, year := AppendTimeCell(nil, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
	_, text := AppendStringCell(nil, "a\xff")
	_, null := appendRaw(nil, nil)
	for what, err := range map[string]error{"NaN": nan, "year 10000": year, "no UTF-8": text, "no JSON": null} {
		if !fail.IsPermanent(err) {
			t.Errorf("%s: error %v, want a permanent one", what, err)
		}
	}
}

// point is a record with a codec as it is generated.
type point struct {
	Name string
	X    int
	Note *string
}

var pointCSV = CSV[point]{
	Record:  "Point",
	Columns: []CSVColumn{{Name: "name"}, {Name: "x"}, {Name: "the note, if any", Optional: true}},
	Append: func(row []byte, r *point, field int) ([]byte, error) {
		switch field {
		case 0:
			return AppendStringCell(row, r.Name)
		case 1:
			return AppendIntCell(row, r.X)
		case 2:
			return AppendOptionalCell(row, r.Note, AppendStringCell)
		}
		return row, nil
	},
	Parse: func(r *point, field int, cell CSVCell) error {
		switch field {
		case 0:
			return ParseStringCell(&r.Name, cell)
		case 1:
			return ParseIntCell(&r.X, cell)
		case 2:
			return ParseOptionalCell(&r.Note, cell, ParseStringCell)
		}
		return nil
	},
}

// pointTable returns the table of a file with this first row.
func pointTable(t *testing.T, header string) (CSVTable[point], error) {
	t.Helper()
	rows := NewCSVRows(strings.NewReader(header + "\n"))
	if !rows.Next() {
		t.Fatal(rows.Err())
	}
	return pointCSV.Table(rows.Cells())
}

func TestCSVTable(t *testing.T) {
	header, err := pointCSV.AppendHeader(nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the header", string(header), `name,x,"the note, if any"`)
	note := ""
	for header, want := range map[string]string{
		string(header): `a,1,""`,
		`other,"the note, if any",x,other,"name"`: `,"",1,,a`,
	} {
		table, err := pointTable(t, header)
		if err != nil || len(table.Missing()) > 0 {
			t.Fatalf("%s: %v", header, err)
		}
		row, err := table.AppendRow(nil, &point{"a", 1, &note})
		if err != nil || string(row) != want {
			t.Errorf("under %s: %s, %v; want %s", header, row, err, want)
		}
		rows := NewCSVRows(bytes.NewReader(row))
		var back point
		if !rows.Next() || table.Decode(rows.Cells(), &back) != nil || back.Note == nil || back.X != 1 {
			t.Errorf("%s is read as %+v", row, back)
		}
	}
	if own, _ := pointCSV.Own().AppendRow(nil, &point{"a", 1, nil}); string(own) != "a,1," {
		t.Errorf("own row: %s", own)
	}
}

func TestCSVTableErrors(t *testing.T) {
	table, err := pointTable(t, "x,name")
	if err != nil || !slices.Equal(table.Missing(), []string{"the note, if any"}) {
		t.Errorf("missing %q, %v", table.Missing(), err)
	}
	for header, wants := range map[string][]string{
		"Name;x":     {`no column for field "name"`, `no column for field "x"`, `the columns are "Name;x"`},
		"x,name,x":   {`two columns are named "x"`},
		"other,name": {`no column for field "x" of record Point`, `"other", "name"`},
	} {
		_, err := pointTable(t, header)
		for _, want := range wants {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %s", header, err, want)
			}
		}
	}
	var p point
	for row, want := range map[string]string{"1": "number of its cells is 1", "1,a,b": "number of its cells is 3", "a,b": `field "x": a is not a whole number`} {
		rows := NewCSVRows(strings.NewReader(row))
		if rows.Next(); true {
			if err := table.Decode(rows.Cells(), &p); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %s", row, err, want)
			}
		}
	}
}

// TestCSVOneColumn writes rows of one cell: an empty line would be no row.
func TestCSVOneColumn(t *testing.T) {
	one := CSV[point]{Record: "Point", Columns: pointCSV.Columns[:1], Append: pointCSV.Append, Parse: pointCSV.Parse}
	row, err := one.Own().AppendRow(nil, &point{})
	if err != nil || string(row) != `""` {
		t.Errorf("an empty text: %s, %v", row, err)
	}
	one.Columns = []CSVColumn{{Name: "name", Optional: true}}
	if row, err = one.Own().AppendRow(nil, &point{}); !fail.IsPermanent(err) {
		t.Errorf("a missing value: %q, %v; want an error", row, err)
	}
}

// TestCSVLongRows writes the longest row that can be read, and none that is
// longer.
func TestCSVLongRows(t *testing.T) {
	table := pointCSV.Own()
	const others = len(",1,")
	for size, want := range map[int]bool{csvLongest - others: true, csvLongest - others + 1: false} {
		row, err := table.AppendRow(nil, &point{Name: strings.Repeat("x", size), X: 1})
		if (err == nil) != want || err != nil && !fail.IsPermanent(err) {
			t.Fatalf("a row of %d bytes: %v", len(row), err)
		}
		rows := NewCSVRows(bytes.NewReader(append(row, '\n')))
		if want && (!rows.Next() || len(rows.Cells()[0].Text) != size) {
			t.Errorf("a row of %d bytes cannot be read: %v", len(row), rows.Err())
		}
	}
}

func BenchmarkCSV(b *testing.B) {
	note := "a note, with a comma"
	table := pointCSV.Own()
	var text []byte
	for i := range 1000 {
		text, _ = table.AppendRow(text, &point{"sensor", i, &note})
		text = append(text, '\n')
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		rows := NewCSVRows(bytes.NewReader(text))
		var p point
		for rows.Next() {
			if err := table.Decode(rows.Cells(), &p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
