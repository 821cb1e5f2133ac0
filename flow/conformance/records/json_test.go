package records_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// Generated codecs are held against encoding/json: what both read they read
// alike, what one refuses it refuses for a reason, and each reads what the other
// writes.

const wholeSample = `{"id":"a","flag":true,"whole":-1,"small":2,"large":3,"count":4,"single":0.5,"double":1e300,"text":"ü\u0000\ud83d\ude00","raw":"AP8=",
"at":"2026-02-03T04:05:06.000007+01:00","lasts":"1h2m3.5s","any":{"a":[1,null,{"b":1e400}]},"addr":"fe80::1%eth0","part":{"name":"p","weight":-0},
"parts":[{"name":"q","weight":null},{"name":""}],"names":{"":1,"b":2},"epoch":1770091506.000000001,"with \"quote\"":"q","order":1,"größe; DROP TABLE x":2,"rowid":3,
"maybe flag":false,"maybe_large":9223372036854775807,"maybe_double":5e-324,"maybe_text":"","maybe_raw":"","maybe_at":"0000-01-01 00:00:00Z","maybe_lasts":"-1ns","maybe_any":[],
"maybe_addr":"","maybe_part":{"name":"r"},"maybe_parts":[],"unknown":{"deep":[[{"x":0}]]}}`

const wholeTree = `{"millis":-1.5,"big":18446744073709551615,"blobs":["","AQ=="],"times":["9999-12-31T23:59:59.999999999Z"],"epochs":[0,-0.5,1.7e9],"spans":{"a":"0s"},"any":[1,"",true,[]],
"addrs":{"x":"10.0.0.1"},"grid":[[],[1,-2147483648]],"flags":{"t":true,"f":false},"floats":[3.4028235e38,1e-45],"words":["","\ufffd"],"trees":[],"forest":{},
"next":{"millis":0,"big":0,"blobs":[],"times":[],"epochs":[],"spans":{},"any":[],"addrs":{},"grid":[],"flags":{},"floats":[],"words":[],"trees":[],"forest":{}},
"maybe_list":[4294967295],"maybe_map":{"a":[0]},"maybe_millis":253402300799999,"maybe_epoch":-62167219200}`

func FuzzReadSample(f *testing.F) {
	f.Add([]byte(wholeSample))
	f.Fuzz(func(t *testing.T, data []byte) { read[sample](t, record.CodecOf[records.Sample](), data) })
}

func FuzzReadTree(f *testing.F) {
	f.Add([]byte(wholeTree))
	f.Fuzz(func(t *testing.T, data []byte) { read[tree](t, record.CodecOf[records.Tree](), data) })
}

// read reads data both ways. M is the mirror of R.
func read[M, R any](t *testing.T, codec record.Codec[R], data []byte) {
	var ours R
	var mirror M
	err := codec.Unmarshal(bytes.Clone(data), &ours)
	theirErr := json.Unmarshal(data, &mirror)
	why := difference(data, reflect.TypeFor[M]())
	switch {
	case err == nil && theirErr == nil && why == "":
		if d := different(withoutQuote(ours), convert[R](mirror)); d != "" {
			t.Fatalf("%s is read otherwise than by encoding/json:\n%s", data, d)
		}
	case (err == nil) != (theirErr == nil) && why == "":
		t.Fatalf("%s: ours %v, encoding/json %v, for no reason that is known", data, err, theirErr)
	}
	if err == nil {
		theyRead[M](t, trip(t, codec, ours), ours)
	}
}

// theyRead wants encoding/json to read what was written of a record.
func theyRead[M, R any](t *testing.T, written []byte, v R) {
	var mirror M
	if err := json.Unmarshal(written, &mirror); err != nil {
		t.Fatalf("encoding/json does not read %s: %v", written, err)
	}
	if d := different(withoutQuote(v), convert[R](mirror)); d != "" {
		t.Fatalf("encoding/json reads %s otherwise:\n%s", written, d)
	}
}

// trip writes a record and reads it back.
func trip[R any](t *testing.T, codec record.Codec[R], v R) []byte {
	t.Helper()
	text, err := codec.Marshal(v)
	var back R
	if err == nil {
		err = codec.Unmarshal(text, &back)
	}
	if err != nil {
		t.Fatalf("%+v is written as %s: %v", v, text, err)
	}
	if d := different(v, back); d != "" {
		t.Fatalf("%s reads back otherwise:\n%s", text, d)
	}
	return text
}

// withoutQuote clears the field that a mirror cannot have: a tag holds no such
// name.
func withoutQuote[R any](v R) R {
	if s, ok := any(&v).(*records.Sample); ok {
		s.WithQuote = ""
	}
	return v
}

// FuzzWriteSample writes records both ways, as JSON and as a row of a database.
func FuzzWriteSample(f *testing.F) {
	f.Add("a", []byte{0, 255}, int64(-1), 0.1, int64(1770091506), int64(7), 3600, []byte(`{"a": [1]}`), uint32(math.MaxUint32))
	f.Add("\u2028<&>\"\\\x00", []byte(nil), int64(math.MinInt64), math.MaxFloat64, int64(-62167219200), int64(0), 0, []byte(`"\ud83d\ude00"`), uint32(0))
	f.Add("\xff", []byte{1}, int64(math.MaxInt64), math.Inf(1), int64(253402300799), int64(999999999), -86399, []byte(`null`), uint32(0x5555))
	f.Fuzz(func(t *testing.T, text string, raw []byte, n int64, x float64, second, nanosecond int64, zone int, any []byte, have uint32) {
		at := time.Unix(second, nanosecond).In(time.FixedZone("", zone))
		v := sampleOf(text, raw, n, x, at, any, have)
		_, err := record.CodecOf[records.Sample]().Marshal(v)
		if why := unwritable(v); (why == "") != (err == nil) {
			t.Fatalf("%+v: error %v, want one because of %q", v, err, why)
		}
		row(t, v, err)
		if err != nil {
			return
		}
		theyRead[sample](t, trip(t, record.CodecOf[records.Sample](), v), v)
		theirs(t, v)
	})
}

// theirs writes a record with encoding/json and reads that.
func theirs(t *testing.T, v records.Sample) {
	if v.At = v.At.UTC(); v.MaybeAt != nil { // of a zone with seconds encoding/json writes another instant
		v.MaybeAt = &v.At
	}
	written, err := json.Marshal(convert[sample](v))
	if err != nil {
		t.Fatal(err)
	}
	quote, err := json.Marshal(v.WithQuote)
	if err != nil {
		t.Fatal(err)
	}
	written = fmt.Appendf(nil, `{"with \"quote\"": %s, %s`, quote, written[1:])
	var back records.Sample
	if err := record.CodecOf[records.Sample]().Unmarshal(written, &back); err != nil {
		t.Fatalf("%s of encoding/json is not read: %v", written, err)
	}
	if d := different(v, back); d != "" {
		t.Fatalf("%s of encoding/json is read otherwise:\n%s", written, d)
	}
}

// row writes a record as a row of a database and reads that back, as SQLite
// gives it. jsonErr is what writing it as JSON met.
func row(t *testing.T, v records.Sample, jsonErr error) {
	schema := records.SchemaOfSample()
	values, err := schema.Values(&v)
	if err != nil {
		if jsonErr == nil || !driver.IsPermanent(err) {
			t.Fatalf("%+v fits JSON (%v), but no row: %v", v, jsonErr, err)
		}
		return
	}
	var back records.Sample
	for i, target := range schema.Targets(&back) {
		if err := target.(sql.Scanner).Scan(stored(values[i])); err != nil {
			if jsonErr == nil {
				t.Fatalf("field %s: %v is not read: %v", schema.Fields[i].Name, values[i], err)
			}
			return
		}
	}
	if d := different(v, back); d != "" && jsonErr == nil {
		t.Fatalf("a row reads back otherwise:\n%s", d)
	}
}

// stored returns a value as SQLite gives it back.
func stored(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
	}
	return v
}

// sampleOf makes a record of which have says what is there.
func sampleOf(text string, raw []byte, n int64, x float64, at time.Time, any []byte, have uint32) records.Sample {
	is := func(bit int) bool { return have&(1<<bit) != 0 }
	addr, _ := netip.AddrFromSlice(raw) // four or sixteen bytes, else none
	v := records.Sample{
		ID: text, Flag: is(0), Whole: int(n), Small: int32(n), Large: n, Count: uint32(n), Single: float32(x), Double: x, Text: text, Raw: raw,
		At: at, Lasts: time.Duration(n), Any: any, Addr: addr, Part: records.Part{Name: text}, Names: map[string]int{text: int(n)}, Epoch: at,
		WithQuote: text, Order: int(n),
	}
	if is(1) {
		v.Parts = []records.Part{{}, {Name: text, Weight: &x}}
	}
	v.MaybeFlag = maybe(is(2), is(3))
	v.MaybeLarge = maybe(is(4), n)
	v.MaybeDouble = maybe(is(5), x)
	v.MaybeText = maybe(is(6), text)
	v.MaybeRaw = maybe(is(7), raw)
	v.MaybeAt = maybe(is(8), at)
	v.MaybeLasts = maybe(is(9), time.Duration(n))
	v.MaybeAny = maybe(is(10), json.RawMessage(any))
	v.MaybeAddr = maybe(is(11), addr)
	v.MaybePart = maybe(is(12), records.Part{Name: text})
	v.MaybeParts = maybe(is(13), v.Parts)
	return v
}

func maybe[T any](is bool, v T) *T {
	if !is {
		return nil
	}
	return &v
}

// unwritable says why a record does not fit JSON; empty where it does.
func unwritable(v records.Sample) string {
	year := func(t time.Time) bool { return t.Year() < 0 || t.Year() > 9999 }
	_, offset := v.At.Zone()
	local := v.At
	if offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		local = v.At.UTC()
	}
	double, single := v.Double, float64(v.Single)
	switch {
	case !utf8.ValidString(v.Text):
		return "text that is not UTF-8"
	case math.IsNaN(double) || math.IsInf(double, 0) || math.IsInf(single, 0):
		return "a number that is none"
	case year(local) || year(v.Epoch.UTC()):
		return "a year beyond 9999"
	case !jsontext.Value(v.Any).IsValid() || jsontext.Value(v.Any).Kind() == 'n':
		return "no JSON"
	}
	return ""
}
