package record

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

func scan(target any, src any) error { return target.(sql.Scanner).Scan(src) }

func TestScans(t *testing.T) {
	at := time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC)
	var (
		b  bool
		i  int32
		f  float64
		s  string
		by []byte
		tm time.Time
		d  time.Duration
		ad netip.Addr
		l  []int
		o  *string
	)
	for _, test := range []struct {
		target, src any
		got         func() any
		want        any
	}{
		{ScanValue(&b), int64(1), func() any { return b }, true},
		{ScanValue(&b), false, func() any { return b }, false},
		{ScanValue(&i), int64(-5), func() any { return i }, int32(-5)},
		{ScanValue(&f), 2.5, func() any { return f }, 2.5},
		{ScanValue(&s), "x", func() any { return s }, "x"},
		{ScanValue(&by), []byte("ab"), func() any { return string(by) }, "ab"},
		{ScanTime(&tm), at, func() any { return tm }, at},
		{ScanTime(&tm), "2026-11-23T01:02:03Z", func() any { return tm }, at},
		{ScanTime(&tm), []byte("2026-11-23T01:02:03Z"), func() any { return tm }, at},
		{ScanDuration(&d), "1.5s", func() any { return d }, 1500 * time.Millisecond},
		{ScanText(&ad), "10.0.0.1", func() any { return ad }, netip.MustParseAddr("10.0.0.1")},
		{ScanJSON(&l, ListOf(intCodec).Decode), "[1,2]", func() any { return fmt.Sprint(l) }, "[1 2]"},
		{ScanOptional(&o, ScanValue[string]), "x", func() any { return *o }, "x"},
		{ScanOptional(&o, ScanValue[string]), nil, func() any { return o == nil }, true},
	} {
		if err := scan(test.target, test.src); err != nil {
			t.Errorf("%v: %v", test.src, err)
			continue
		}
		same(t, fmt.Sprint(test.src), test.got(), test.want)
	}
}

func TestScansThatAreRefused(t *testing.T) {
	var (
		i  int32
		s  string
		tm time.Time
		d  time.Duration
		l  []int
	)
	for _, test := range []struct {
		target, src any
		want        string
	}{
		{ScanValue(&i), nil, "null, but a value is required"},
		{ScanValue(&i), int64(math.MaxInt64), "out of range"},
		{ScanValue(&s), nil, "null, but a value is required"},
		{ScanTime(&tm), nil, "null, but a value is required"},
		{ScanTime(&tm), "now", "is not a time such as"},
		{ScanTime(&tm), true, "a text expected, not bool"},
		{ScanDuration(&d), "x", "invalid duration"},
		{ScanJSON(&l, ListOf(intCodec).Decode), "[1", "EOF"},
	} {
		err := scan(test.target, test.src)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: error is %v, want %q", test.src, err, test.want)
		}
	}
}

// A database may reuse its buffer after a scan.
func TestScansCopy(t *testing.T) {
	var raw json.RawMessage
	var b []byte
	buffer := []byte(`"abc"`)
	same(t, "error", scan(ScanJSON(&raw, DecodeJSON), buffer), nil)
	same(t, "error", scan(ScanValue(&b), buffer), nil)
	copy(buffer, "xxxxx")
	equal(t, "JSON", string(raw), `"abc"`)
	equal(t, "bytes", string(b), `"abc"`)
}

func TestRows(t *testing.T) {
	at, word := time.Unix(0, 0), "w"
	row, err := RowOf(BoolValue(true), IntValue(int32(3)), UintValue(uint32(4)), FloatValue(float32(0.5)), StringValue("s"), BytesValue(nil), TimeValue(at),
		DurationValue(time.Second), JSONValue([]int{1}, ListOf(intCodec).Encode), TextValue(netip.MustParseAddr("10.0.0.1")),
		OptionalValue(&word, StringValue), OptionalValue(nil, StringValue))
	same(t, "error", err, nil)
	same(t, "row", row, []any{true, int64(3), int64(4), 0.5, "s", []byte{}, at, "1s", "[1]", "10.0.0.1", "w", nil})
	for what, v := range map[string]Value{
		"NaN": FloatValue(math.NaN()), "NaN in JSON": JSONValue(math.NaN(), EncodeFloat[float64]),
	} {
		if _, err := RowOf(v); !fail.IsPermanent(err) {
			t.Errorf("%s: error is %v, want a permanent one", what, err)
		}
	}
}
