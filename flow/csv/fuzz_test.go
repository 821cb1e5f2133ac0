package csv_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/record"
)

// FuzzRecord writes records of every type as rows and reads them back.
func FuzzRecord(f *testing.F) {
	f.Add("", "", []byte{}, int64(0), 0.0, uint8(0))
	f.Add("a,b", "\"\n", []byte{0, 255}, int64(math.MaxInt64), math.MaxFloat64, uint8(255))
	f.Add(" \\.", "\r\n", []byte("fe80::1%eth0"), int64(math.MinInt64), -5e-324, uint8(170))
	f.Add(`\.`, "\ufeffä\x00", []byte(`{"a" : [1, null, "\u00e4"]}`), int64(1774745998), 1e21, uint8(85))
	schema := records.SchemaOfSample()
	table := schema.CSV.Own()
	f.Fuzz(func(t *testing.T, id, text string, raw []byte, n int64, x float64, given uint8) {
		want := sample(id, text, raw, n, x, given)
		wantText, err := schema.JSON.Marshal(want)
		row, csvErr := table.AppendRow(nil, &want)
		if (err == nil) != (csvErr == nil) {
			t.Fatalf("as JSON: %v; as CSV: %v", err, csvErr)
		}
		if err != nil {
			return // no store holds it
		}
		rows := record.ContinueCSVRows(bytes.NewReader(append(row, '\n')), 0, 0)
		var back records.Sample
		if !rows.Next() {
			t.Fatalf("%q cannot be read: %v", row, rows.Err())
		}
		if err := table.Decode(rows.Cells(), &back); err != nil {
			t.Fatalf("%q cannot be read: %v", row, err)
		}
		if got, err := schema.JSON.Marshal(back); err != nil || !bytes.Equal(got, wantText) {
			t.Fatalf("%q is read as\n%s, %v\nwant\n%s", row, got, err, wantText)
		}
		others, err := stdcsv.NewReader(bytes.NewReader(row)).Read()
		if err != nil || len(others) != len(rows.Cells()) {
			t.Fatalf("encoding/csv reads %q as %q, %v", row, others, err)
		}
		for i, cell := range rows.Cells() {
			if want := strings.ReplaceAll(string(cell.Text), "\r\n", "\n"); others[i] != want {
				t.Fatalf("encoding/csv reads cell %d as %q, want %q", i, others[i], want)
			}
		}
	})
}

// sample makes a record of what is fuzzed; given tells which optional fields
// are there.
func sample(id, text string, raw []byte, n int64, x float64, given uint8) records.Sample {
	at := time.Unix(n%1e11, n%1e9).UTC()
	r := records.Sample{
		ID: id, Flag: n > 0, Whole: int(n), Small: int32(n), Large: n, Count: uint32(n), Single: float32(x), Double: x, Text: text, Raw: raw,
		At: at, Lasts: time.Duration(n), Any: json.RawMessage(raw), Epoch: at, WithQuote: text, Names: map[string]int{id: int(n), text: 0},
		Part: records.Part{Name: text}, Parts: []records.Part{{Name: id, Weight: &x}, {}},
	}
	if !json.Valid(raw) || string(bytes.TrimSpace(raw)) == "null" {
		r.Any = json.RawMessage(`{}`)
	}
	if addr, err := netip.ParseAddr(string(raw)); err == nil {
		r.Addr = addr
	}
	optional(given, 1, &r.MaybeFlag, r.Flag)
	optional(given, 2, &r.MaybeLarge, n)
	optional(given, 4, &r.MaybeDouble, x)
	optional(given, 8, &r.MaybeText, text)
	optional(given, 16, &r.MaybeRaw, raw)
	optional(given, 32, &r.MaybeAt, at)
	optional(given, 64, &r.MaybeLasts, r.Lasts)
	optional(given, 128, &r.MaybeAny, r.Any)
	optional(given, 3, &r.MaybeAddr, r.Addr)
	optional(given, 12, &r.MaybePart, r.Part)
	optional(given, 48, &r.MaybeParts, r.Parts)
	return r
}

// optional fills a field if one of some bits is set.
func optional[T any](given, bits uint8, field **T, v T) {
	if given&bits != 0 {
		*field = &v
	}
}
