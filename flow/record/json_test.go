package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

func codecOf[T any](encode func(T, *jsontext.Encoder) error, decode func(*T, *jsontext.Decoder) error) Codec[T] {
	return Codec[T]{encode, decode}
}

var (
	intCodec    = codecOf(EncodeInt[int], DecodeInt[int])
	floatCodec  = codecOf(EncodeFloat[float64], DecodeFloat[float64])
	stringCodec = codecOf(EncodeString, DecodeString)
	timeCodec   = codecOf(EncodeTime, DecodeTime)
	unixCodec   = codecOf(EncodeUnix, DecodeUnix)
	milliCodec  = codecOf(EncodeUnixMilli, DecodeUnixMilli)
)

// roundTrip checks the text of a value and that it reads back.
func roundTrip[T any](t *testing.T, c Codec[T], v T, want string) {
	t.Helper()
	text, err := c.Marshal(v)
	if err != nil {
		t.Errorf("%v: %v", v, err)
		return
	}
	equal(t, fmt.Sprintf("text of %v", v), string(text), want)
	var back T
	if err := c.Unmarshal(text, &back); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	if !reflect.DeepEqual(back, v) {
		t.Errorf("%s reads back as %v, was %v", text, back, v)
	}
}

func TestRoundTrips(t *testing.T) {
	roundTrip(t, codecOf(EncodeBool, DecodeBool), true, "true")
	roundTrip(t, codecOf(EncodeBool, DecodeBool), false, "false")
	roundTrip(t, stringCodec, "a\"b\\\n\u2028ü<>&", "\"a\\\"b\\\\\\n\u2028ü<>&\"")
	roundTrip(t, intCodec, math.MinInt64, "-9223372036854775808")
	roundTrip(t, codecOf(EncodeInt[int32], DecodeInt[int32]), math.MaxInt32, "2147483647")
	roundTrip(t, codecOf(EncodeUint[uint64], DecodeUint[uint64]), math.MaxUint64, "18446744073709551615")
	roundTrip(t, codecOf(EncodeUint[uint32], DecodeUint[uint32]), 7, "7")
	roundTrip(t, floatCodec, 0.1, "0.1")
	roundTrip(t, floatCodec, math.MaxFloat64, "1.7976931348623157e+308")
	roundTrip(t, codecOf(EncodeFloat[float32], DecodeFloat[float32]), 0.1, "0.1")
	roundTrip(t, codecOf(EncodeFloat[myFloat], DecodeFloat[myFloat]), 0.1, "0.1")
	roundTrip(t, codecOf(EncodeBytes, DecodeBytes), []byte{0, 255}, `"AP8="`)
	roundTrip(t, codecOf(EncodeDuration, DecodeDuration), 1500*time.Millisecond, `"1.5s"`)
	roundTrip(t, codecOf(EncodeJSON, DecodeJSON), json.RawMessage(`{"a":[1,null]}`), `{"a":[1,null]}`)
	roundTrip(t, codecOf(EncodeText[netip.Addr], DecodeText[netip.Addr]), netip.MustParseAddr("10.0.0.1"), `"10.0.0.1"`)
	roundTrip(t, ListOf(intCodec), []int{1, 2}, "[1,2]")
	roundTrip(t, ListOf(ListOf(intCodec)), [][]int{{}, {1}}, "[[],[1]]")
	roundTrip(t, MapOf(stringCodec), map[string]string{"b": "2", "a": "1", "": "0"}, `{"":"0","a":"1","b":"2"}`)
	roundTrip(t, optional(intCodec), nil, "null")
	one := 1
	roundTrip(t, optional(intCodec), &one, "1")
}

func optional[T any](c Codec[T]) Codec[*T] {
	return Codec[*T]{
		Encode: func(v *T, e *jsontext.Encoder) error { return EncodeOptional(v, e, c.Encode) },
		Decode: func(v **T, d *jsontext.Decoder) error { return DecodeOptional(v, d, c.Decode) },
	}
}

// TestTimesOfPython reads times as str(datetime) writes them.
func TestTimesOfPython(t *testing.T) {
	for text, want := range map[string]string{
		"2023-04-17 15:20:54.594447+03:00": "2023-04-17T12:20:54.594447Z",
		"2023-04-17 15:20:54+03:00":        "2023-04-17T12:20:54Z",
		"2023-04-17 15:20:54Z":             "2023-04-17T15:20:54Z",
		"2023-04-17 15:20:54":              "",
		"2023-04-17  15:20:54Z":            "",
		"2023-04-17 ":                      "",
	} {
		at, err := parseTime(text)
		if got := at.UTC().Format(time.RFC3339Nano); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%s is %v, %v; want %q", text, got, err, want)
		}
	}
}

func TestTimesRoundTrip(t *testing.T) {
	roundTrip(t, timeCodec, time.Date(2026, 11, 23, 1, 2, 3, 4, time.UTC), `"2026-11-23T01:02:03.000000004Z"`)
	roundTrip(t, unixCodec, time.Unix(1795000000, 0).UTC(), "1795000000")
	roundTrip(t, unixCodec, time.Unix(1795000000, 123456789).UTC(), "1795000000.123456789")
	roundTrip(t, unixCodec, time.Unix(0, 500000000).UTC(), "0.5")
	roundTrip(t, unixCodec, time.Unix(-1, 500000000).UTC(), "-0.5")
	roundTrip(t, unixCodec, time.Unix(-2, 999999999).UTC(), "-1.000000001")
	roundTrip(t, unixCodec, time.Date(9000, 1, 1, 0, 0, 0, 7, time.UTC), "221845392000.000000007")
	roundTrip(t, milliCodec, time.UnixMilli(1795000000123).UTC(), "1795000000123")
	roundTrip(t, milliCodec, time.UnixMilli(-1).UTC(), "-1")
	for text, want := range map[string]time.Time{
		"1.5e3":                           time.Unix(1500, 0),
		"1e0":                             time.Unix(1, 0),
		"1770091506.000000001e0":          time.Unix(1770091506, 1),
		"1.770091506123456789E+9":         time.Unix(1770091506, 123456789),
		"-17700915060000000005e-10":       time.Unix(-1770091507, 999999999), // half a nanosecond, away from nought
		"0.00000000049999999999999999999": time.Unix(0, 0),
		"0.9999999999":                    time.Unix(1, 0),
		"0e99999999999999999999":          time.Unix(0, 0),
		"1e-99999999999999999999":         time.Unix(0, 0),
		"1e99999999999999999999":          {},
		"1795000000.":                     {},
	} {
		var got time.Time
		err := unixCodec.Unmarshal([]byte(text), &got)
		if want.IsZero() != (err != nil) || !got.Equal(want) {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
}

// TestTimesAtTheirLimits holds the first and last times that fit, in each of
// their types, against those beside them.
func TestTimesAtTheirLimits(t *testing.T) {
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999000000, time.UTC)
	roundTrip(t, timeCodec, first, `"0000-01-01T00:00:00Z"`)
	roundTrip(t, timeCodec, last, `"9999-12-31T23:59:59.999Z"`)
	roundTrip(t, unixCodec, first, "-62167219200")
	roundTrip(t, unixCodec, last, "253402300799.999")
	roundTrip(t, milliCodec, first, "-62167219200000")
	roundTrip(t, milliCodec, last, "253402300799999")
	for _, v := range []time.Time{first.Add(-1), last.Add(time.Millisecond), time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.UnixMilli(math.MaxInt64)} {
		for name, c := range map[string]Codec[time.Time]{"time": timeCodec, "unix": unixCodec, "unix_ms": milliCodec} {
			if text, err := c.Marshal(v); !fail.IsPermanent(err) {
				t.Errorf("%s: the year %d is written as %s, %v", name, v.Year(), text, err)
			}
		}
	}
	for text, c := range map[string]Codec[time.Time]{
		"-62167219200.1": unixCodec, "253402300800": unixCodec, "1770091506000": unixCodec, "9223372036854775807": unixCodec, "-9223372036854775808": unixCodec, "1e18": unixCodec,
		"-62167219200001": milliCodec, "253402300800000": milliCodec, "-1e17": milliCodec,
	} {
		if err := unmarshalError(c, text); err == nil || !strings.Contains(err.Error(), "is not a time since 1970") {
			t.Errorf("%s is read: %v", text, err)
		}
	}
}

// TestZones writes times of zones that RFC 3339 does not know: the instant stays.
func TestZones(t *testing.T) {
	for offset, want := range map[int]string{
		3208:      `"1890-01-01T00:00:00Z"`, // Berlin until 1893
		86399:     `"1890-01-01T00:00:00Z"`,
		24 * 3600: `"1890-01-01T00:00:00Z"`,
		-99 * 60:  `"1889-12-31T22:21:00-01:39"`,
		23 * 3600: `"1890-01-01T23:00:00+23:00"`,
	} {
		v := time.Date(1890, 1, 1, 0, 0, 0, 0, time.UTC)
		text, err := timeCodec.Marshal(v.In(time.FixedZone("", offset)))
		var back, theirs time.Time
		err = errors.Join(err, timeCodec.Unmarshal(text, &back), json.Unmarshal(text, &theirs))
		if err != nil || string(text) != want || !back.Equal(v) || !theirs.Equal(v) {
			t.Errorf("offset %d: %s, %v; want %s", offset, text, err, want)
		}
	}
	v := time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -30))
	if text, err := timeCodec.Marshal(v); !fail.IsPermanent(err) {
		t.Errorf("%v is written as %s, %v: its year is 10000 in UTC", v, text, err)
	}
}

// TestErrorsAreShort shows little of a text from outside.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("9", 1<<20)
	for what, err := range map[string]error{
		"int":      unmarshalError(intCodec, long),
		"uint":     unmarshalError(codecOf(EncodeUint[uint64], DecodeUint[uint64]), long),
		"float":    unmarshalError(floatCodec, long),
		"unix":     unmarshalError(unixCodec, long),
		"time":     unmarshalError(timeCodec, `"`+long+`"`),
		"duration": unmarshalError(codecOf(EncodeDuration, DecodeDuration), `"`+long+`"`),
		"Go type":  unmarshalError(codecOf(EncodeText[netip.Addr], DecodeText[netip.Addr]), `"`+long+`"`),
		"map":      unmarshalError(MapOf(intCodec), `{"`+long+`": true}`),
		"twice":    unmarshalError(MapOf(intCodec), `{"`+long+`": 1, "`+long+`": 1}`),
	} {
		if err == nil || len(err.Error()) > 1100 {
			t.Errorf("%s: %.1000v", what, err)
		}
	}
	for what, err := range map[string]error{
		"bool": ParseBoolCell(new(bool), CSVCell{Text: []byte(long)}), "time": ParseTimeCell(new(time.Time), CSVCell{Text: []byte(long)}),
		"duration": ParseDurationCell(new(time.Duration), CSVCell{Text: []byte(long)}), "Go type": ParseTextCell(new(netip.Addr), CSVCell{Text: []byte(long)}),
		"int": ParseIntCell(new(int), CSVCell{Text: []byte(long)}), "infinity": ParseFloatCell(new(float64), CSVCell{Text: []byte(long)}),
	} {
		if err == nil || len(err.Error()) > 400 {
			t.Errorf("a cell, %s: %.1000v", what, err)
		}
	}
}

func TestNilListsAndMaps(t *testing.T) {
	list, _ := ListOf(intCodec).Marshal(nil)
	names, _ := MapOf(intCodec).Marshal(nil)
	equal(t, "texts", fmt.Sprintf("%s %s", list, names), "[] {}")
}

func TestWhatCannotBeWritten(t *testing.T) {
	for what, err := range map[string]error{
		"NaN":       marshalError(floatCodec, math.NaN()),
		"infinity":  marshalError(floatCodec, math.Inf(-1)),
		"far year":  marshalError(timeCodec, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)),
		"not UTF-8": marshalError(stringCodec, "\xff"),
		"no JSON":   marshalError(codecOf(EncodeJSON, DecodeJSON), nil),
		"null":      marshalError(codecOf(EncodeJSON, DecodeJSON), json.RawMessage("null")),
	} {
		if err == nil {
			t.Errorf("%s is written", what)
		}
	}
}

func marshalError[T any](c Codec[T], v T) error {
	_, err := c.Marshal(v)
	return err
}

func TestWhatIsRefused(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{unmarshalError(intCodec, "null"), "null, but a value is required"},
		{unmarshalError(intCodec, "nothing"), "invalid character 'o' in literal null"},
		{unmarshalError(intCodec, "this"), "invalid character 'h' in literal true"},
		{unmarshalError(intCodec, `"1"`), "a number expected, not a string"},
		{unmarshalError(intCodec, "1.5"), "1.5 is not a whole number that fits int"},
		{unmarshalError(intCodec, "9223372036854775808"), "is not a whole number that fits int"},
		{unmarshalError(codecOf(EncodeInt[int32], DecodeInt[int32]), "2147483648"), "fits int32"},
		{unmarshalError(codecOf(EncodeUint[uint32], DecodeUint[uint32]), "-1"), "fits uint32"},
		{unmarshalError(floatCodec, "1e999"), "1e999 does not fit float64"},
		{unmarshalError(stringCodec, "{}"), "a string expected, not an object"},
		{unmarshalError(stringCodec, ""), "unexpected EOF"},
		{unmarshalError(stringCodec, `"a`), "EOF"},
		{unmarshalError(stringCodec, `"a" "b"`), "more text after the JSON value"},
		{unmarshalError(stringCodec, "\"\xff\""), "UTF-8"},
		{unmarshalError(codecOf(EncodeBool, DecodeBool), "1"), "a bool expected, not a number"},
		{unmarshalError(codecOf(EncodeBytes, DecodeBytes), `"?"`), "base64"},
		{unmarshalError(timeCodec, `"yesterday"`), `"yesterday" is not a time such as 2026-01-02T15:04:05Z`},
		{unmarshalError(timeCodec, `"2025-01-01 10:00:00.5"`), `"2025-01-01 10:00:00.5" has no time zone: Z or an offset such as +02:00 is missing at its end`},
		{unmarshalError(unixCodec, "99999999999999999999"), "is not a time since 1970"},
		{unmarshalError(unixCodec, "1e30"), "is not a time since 1970"},
		{unmarshalError(codecOf(EncodeDuration, DecodeDuration), `"5"`), "missing unit"},
		{unmarshalError(codecOf(EncodeJSON, DecodeJSON), "null"), "null, but a value is required"},
		{unmarshalError(ListOf(intCodec), "[1,null]"), "item 1: null, but"},
		{unmarshalError(ListOf(intCodec), "{}"), "a list expected, not an object"},
		{unmarshalError(ListOf(intCodec), "[1"), "EOF"},
		{unmarshalError(MapOf(intCodec), `{"a":"b"}`), `field "a": a number expected`},
		{unmarshalError(MapOf(intCodec), `{"a":1,"a":2}`), "duplicate"},
		{unmarshalError(ListOf(intCodec), strings.Repeat("[", 20000)), "a number expected"},
	} {
		if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("error is %v, want %q", test.err, test.want)
		}
		if test.err != nil && strings.Contains(test.err.Error(), "jsontext") {
			t.Errorf("the error names a library: %v", test.err)
		}
	}
}

func unmarshalError[T any](c Codec[T], text string) error {
	var v T
	return c.Unmarshal([]byte(text), &v)
}

// sample is a record as flowc generates it.
type sample struct {
	Name  string            `json:"name"`
	Value float64           `json:"value"`
	Count *int              `json:"count,omitempty"`
	Tags  []string          `json:"tags"`
	Meta  map[string]string `json:"meta"`
}

func (r sample) MarshalJSONTo(e *jsontext.Encoder) error {
	if err := e.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	err := errors.Join(
		EncodeField(e, "name", r.Name, EncodeString),
		EncodeField(e, "value", r.Value, EncodeFloat[float64]))
	if r.Count != nil {
		err = errors.Join(err, EncodeField(e, "count", *r.Count, EncodeInt[int]))
	}
	err = errors.Join(err,
		EncodeField(e, "tags", r.Tags, ListOf(stringCodec).Encode),
		EncodeField(e, "meta", r.Meta, MapOf(stringCodec).Encode))
	if err != nil {
		return err
	}
	return e.WriteToken(jsontext.EndObject)
}

func (r *sample) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*r = sample{}
	var seen [4]bool
	err := ReadObject(d, func(name []byte) (bool, error) {
		switch string(name) {
		case "name":
			seen[0] = true
			return true, FieldError("name", DecodeString(&r.Name, d))
		case "value":
			seen[1] = true
			return true, FieldError("value", DecodeFloat(&r.Value, d))
		case "count":
			return true, FieldError("count", DecodeOptional(&r.Count, d, DecodeInt[int]))
		case "tags":
			seen[2] = true
			return true, FieldError("tags", DecodeList(&r.Tags, d, DecodeString))
		case "meta":
			seen[3] = true
			return true, FieldError("meta", DecodeMap(&r.Meta, d, DecodeString))
		}
		return false, nil
	})
	if err != nil {
		return InRecord("Sample", err)
	}
	return Required("Sample", []string{"name", "value", "tags", "meta"}, seen[:])
}

func TestRecords(t *testing.T) {
	c, two := CodecOf[sample](), 2
	roundTrip(t, c, sample{Name: "a", Value: 1, Count: &two, Tags: []string{"x"}, Meta: map[string]string{"k": "v"}},
		`{"name":"a","value":1,"count":2,"tags":["x"],"meta":{"k":"v"}}`)
	var v sample
	if err := c.Unmarshal([]byte(` {"unknown": {"deep": [1, 2]}, "n\u0061me": "a", "value": 1, "count": null, "tags": [], "meta": {}} `), &v); err != nil {
		t.Error(err)
	}
	equal(t, "name", v.Name, "a")
	for text, want := range map[string]string{
		`{"name":"a","tags":[],"meta":{}}`:                `record Sample: field "value" is missing`,
		`{"name":null,"value":1,"tags":[],"meta":{}}`:     `record Sample: field "name": null, but a value is required (declare the field with ? if it may be missing)`,
		`{"name":"a","value":1,"tags":["a",1],"meta":{}}`: `record Sample: field "tags": item 1: a string expected, not a number`,
		`[]`: "record Sample: an object expected, not a list",
		`{"name":"a","name":"b","value":1,"tags":[],"meta":{}}`: `duplicate`,
		`{"name":"a"`: "EOF",
	} {
		if err := unmarshalError(c, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %q", text, err, want)
		}
	}
}

// FuzzRecord compares the generated codec with encoding/json: what both read,
// they read alike, and what is written reads back.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"name":"a","value":1.5,"count":2,"tags":["x","y"],"meta":{"k":"v"}}`))
	f.Add([]byte(`{"name":"\ud83d\ude00","value":-0,"count":null,"tags":[],"meta":{}, "x":[{}]}`))
	c := CodecOf[sample]()
	f.Fuzz(func(t *testing.T, data []byte) {
		var ours, theirs sample
		err := c.Unmarshal(bytes.Clone(data), &ours)
		if err != nil {
			return // encoding/json takes more: missing fields, nulls, names in any case
		}
		if err := json.Unmarshal(data, &theirs); err != nil {
			t.Fatalf("only we take %s: %v", data, err)
		}
		if hasNamesInOtherCase(data) {
			return
		}
		if !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%s: ours %+v, encoding/json %+v", data, ours, theirs)
		}
		text, err := c.Marshal(ours)
		if err != nil {
			t.Fatal(err)
		}
		var back sample
		if err := c.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back, ours) {
			t.Fatalf("%s reads back as %+v, %v", text, back, err)
		}
	})
}

// hasNamesInOtherCase reports whether encoding/json would take a name of the
// object for one of ours that it only resembles.
func hasNamesInOtherCase(data []byte) bool {
	var names map[string]json.RawMessage
	if json.Unmarshal(data, &names) != nil {
		return true
	}
	for name := range names {
		for _, ours := range []string{"name", "value", "count", "tags", "meta"} {
			if name != ours && strings.EqualFold(name, ours) {
				return true
			}
		}
	}
	return false
}

func TestPayloads(t *testing.T) {
	var text string
	if err := Text().Unmarshal([]byte("\xff"), &text); err == nil {
		t.Error("text that is not UTF-8 is taken")
	}
	same(t, "error", Text().Unmarshal([]byte(`"bare"`), &text), nil)
	equal(t, "text", text, `"bare"`)
	data, shared := []byte("ab"), []byte(nil)
	same(t, "error", Bytes().Unmarshal(data, &shared), nil)
	data[0] = 'x'
	equal(t, "bytes are copied", string(shared), "ab")
	body, contentType, send, err := Whole(JSON(intCodec))(5)
	equal(t, "whole", fmt.Sprintf("%s %s %v %v", body, contentType, send, err), "5 application/json true <nil>")
	field := OneField(Text(), func(p *string) *string { return p })
	_, _, send, _ = field(nil)
	equal(t, "missing field is sent", send, false)
	word := "w"
	body, _, send, _ = field(&word)
	equal(t, "field", fmt.Sprintf("%s %v", body, send), "w true")
}

func TestMergeFields(t *testing.T) {
	field := func(name string, typ FieldType, text string) TextField {
		return TextField{Field{Name: name, Type: typ}, text}
	}
	for _, test := range []struct {
		body   string
		fields []TextField
		want   string
	}{
		{`{"a":1}`, nil, `{"a":1}`},
		{"", []TextField{field("s", FieldString, `a"b`)}, `{"s":"a\"b"}`},
		{`{"s":"old","x":[1, 2]}`, []TextField{field("s", FieldString, "new"), field("n", FieldInt, "5")}, `{"s":"new","n":5,"x":[1,2]}`},
		{`{}`, []TextField{field("b", FieldBool, "true")}, `{"b":true}`},
		{`{}`, []TextField{field("n", FieldInt, "5, \"x\": 6")}, `error: field "n": "5, \"x\": 6" is not a number or a bool`},
		{`[]`, []TextField{field("s", FieldString, "x")}, "error: an object expected, not a list"},
		{`{} {}`, []TextField{field("s", FieldString, "x")}, "error: more text after the JSON value"},
		{`{"a":`, []TextField{field("s", FieldString, "x")}, "error: "},
		{``, []TextField{field("s", FieldString, "\xff")}, "error: "},
	} {
		got, err := MergeFields([]byte(test.body), test.fields)
		text := strings.TrimSuffix(string(got), "\n")
		if err != nil {
			text = "error: " + err.Error()
		}
		if strings.HasSuffix(test.want, ": ") && strings.HasPrefix(text, test.want) {
			continue
		}
		equal(t, test.body, text, test.want)
	}
}

// TestMergeFieldsRefusesGarbage wants nothing after the object, whether it would
// be JSON or not.
func TestMergeFieldsRefusesGarbage(t *testing.T) {
	field := []TextField{{Field: Field{Name: "id", Type: FieldInt}, Text: "1"}}
	for _, body := range []string{`{"a":1} x`, `{"a":1} {}`, `{"a":1}]`} {
		if got, err := MergeFields([]byte(body), field); err == nil {
			t.Errorf("MergeFields(%s) = %s, and no error", body, got)
		}
	}
}

// TestOddZones writes times whose zone has an offset that RFC 3339 cannot hold:
// of seconds, or of more than a day. The instant stays.
func TestOddZones(t *testing.T) {
	for _, offset := range []int{-44*60 - 30, 3600, 25 * 60 * 60, -24 * 60 * 60} {
		at := time.Date(1970, 1, 1, 12, 0, 0, 0, time.FixedZone("", offset))
		text, err := codecOf(EncodeTime, DecodeTime).Marshal(at)
		var back time.Time
		if err == nil {
			err = codecOf(EncodeTime, DecodeTime).Unmarshal(text, &back)
		}
		row, err2 := AppendTimeCell(nil, at)
		var cell time.Time
		if err2 == nil {
			err2 = ParseTimeCell(&cell, CSVCell{Text: row})
		}
		if err != nil || err2 != nil || !back.Equal(at) || !cell.Equal(at) {
			t.Errorf("%v is %s and %s: %v, %v", at, text, row, err, err2)
		}
	}
}
