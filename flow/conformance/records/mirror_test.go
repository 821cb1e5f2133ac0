package records_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/netip"
	"reflect"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/go-json-experiment/json/jsontext"
)

// The records as encoding/json would have them: the same names and types, and
// where it has no such type, one that reads and writes by the reference of the
// language, in the simplest way.
type (
	part struct {
		Name   string   `json:"name"`
		Weight *float64 `json:"weight,omitempty"`
	}

	sample struct {
		ID        string          `json:"id"`
		Flag      bool            `json:"flag"`
		Whole     int             `json:"whole"`
		Small     int32           `json:"small"`
		Large     int64           `json:"large"`
		Count     uint32          `json:"count"`
		Single    float32         `json:"single"`
		Double    float64         `json:"double"`
		Text      string          `json:"text"`
		Raw       []byte          `json:"raw"`
		At        stamp           `json:"at"`
		Lasts     span            `json:"lasts"`
		Any       json.RawMessage `json:"any"`
		Addr      netip.Addr      `json:"addr"`
		Part      part            `json:"part"`
		Parts     []part          `json:"parts"`
		Names     map[string]int  `json:"names"`
		Epoch     seconds         `json:"epoch"`
		WithQuote string          `json:"-"` // encoding/json takes no such name
		Order     int             `json:"order"`
		Size      int             `json:"größe; DROP TABLE x"`
		Rowid     int             `json:"rowid"`

		MaybeFlag   *bool            `json:"maybe flag,omitempty"`
		MaybeLarge  *int64           `json:"maybe_large,omitempty"`
		MaybeDouble *float64         `json:"maybe_double,omitempty"`
		MaybeText   *string          `json:"maybe_text,omitempty"`
		MaybeRaw    *[]byte          `json:"maybe_raw,omitempty"`
		MaybeAt     *stamp           `json:"maybe_at,omitempty"`
		MaybeLasts  *span            `json:"maybe_lasts,omitempty"`
		MaybeAny    *json.RawMessage `json:"maybe_any,omitempty"`
		MaybeAddr   *netip.Addr      `json:"maybe_addr,omitempty"`
		MaybePart   *part            `json:"maybe_part,omitempty"`
		MaybeParts  *[]part          `json:"maybe_parts,omitempty"`
	}

	tree struct {
		Millis      millis                `json:"millis"`
		Big         uint64                `json:"big"`
		Blobs       [][]byte              `json:"blobs"`
		Times       []stamp               `json:"times"`
		Epochs      []seconds             `json:"epochs"`
		Spans       map[string]span       `json:"spans"`
		Any         []json.RawMessage     `json:"any"`
		Addrs       map[string]netip.Addr `json:"addrs"`
		Grid        [][]int32             `json:"grid"`
		Flags       map[string]bool       `json:"flags"`
		Floats      []float32             `json:"floats"`
		Words       []string              `json:"words"`
		Next        *tree                 `json:"next,omitempty"`
		Trees       []tree                `json:"trees"`
		Forest      map[string]tree       `json:"forest"`
		MaybeList   *[]uint32             `json:"maybe_list,omitempty"`
		MaybeMap    *map[string][]uint64  `json:"maybe_map,omitempty"`
		MaybeMillis *millis               `json:"maybe_millis,omitempty"`
		MaybeEpoch  *seconds              `json:"maybe_epoch,omitempty"`
	}
)

// stamp is a time as encoding/json has it, with the space that RFC 3339 allows
// in the place of the T.
type stamp struct{ time.Time }

func (s *stamp) UnmarshalText(text []byte) error {
	if len(text) > 10 && text[10] == ' ' {
		text = append([]byte(string(text[:10])+"T"), text[11:]...)
	}
	return s.Time.UnmarshalText(text)
}

// UnmarshalJSON makes encoding/json use the text: time.Time has one of its own.
func (s *stamp) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	return s.UnmarshalText([]byte(text))
}

// span is a duration as its text.
type span time.Duration

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = span(d)
	return err
}

// seconds and millis are times as numbers since 1970, worked out by fractions.
type (
	seconds struct{ time.Time }
	millis  struct{ time.Time }
)

func (s seconds) MarshalJSON() ([]byte, error) {
	sum := new(big.Rat).SetFrac64(int64(s.Nanosecond()), 1e9)
	sum.Add(sum, new(big.Rat).SetInt64(s.Unix()))
	return []byte(sum.FloatString(9)), nil
}

func (s *seconds) UnmarshalJSON(data []byte) (err error) {
	s.Time, err = sinceEpoch(data, 1e9)
	return err
}

func (m millis) MarshalJSON() ([]byte, error) { return fmt.Append(nil, m.UnixMilli()), nil }

func (m *millis) UnmarshalJSON(data []byte) error {
	t, err := sinceEpoch(data, 1e6)
	m.Time = t.Truncate(time.Millisecond) // towards the past, as the times here begin with the year 1
	return err
}

var errNoTime = errors.New("not a time since 1970")

func sinceEpoch(data []byte, unit int64) (time.Time, error) {
	if strings.ContainsAny(string(data), `"tfn[{`) {
		return time.Time{}, errNoTime
	}
	sum, ok := fraction(string(data))
	if !ok {
		return time.Time{}, errNoTime
	}
	sum.Mul(sum, new(big.Rat).SetInt64(unit))
	whole, _ := new(big.Int).SetString(sum.FloatString(0), 10) // rounded, halves away from nought
	first, last := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	if whole.Cmp(nanoseconds(first)) < 0 || whole.Cmp(nanoseconds(last)) > 0 {
		return time.Time{}, errNoTime
	}
	second, rest := new(big.Int).DivMod(whole, big.NewInt(1e9), new(big.Int))
	return time.Unix(second.Int64(), rest.Int64()).UTC(), nil
}

// fraction returns a number as it is. Of an exponent whose power of ten would
// fill the memory only the sign counts, since no time is that far.
func fraction(text string) (*big.Rat, bool) {
	mantissa, exponent, found := strings.Cut(strings.ToLower(text), "e")
	sum, ok := new(big.Rat).SetString(mantissa)
	if !ok || !found || sum.Sign() == 0 {
		return sum, ok
	}
	power, _ := new(big.Int).SetString(exponent, 10)
	far := big.NewInt(int64(len(text) + 1000))
	if power.CmpAbs(far) > 0 {
		power.Mul(far, big.NewInt(int64(power.Sign())))
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), new(big.Int).Abs(power), nil))
	if power.Sign() < 0 {
		scale.Inv(scale)
	}
	return sum.Mul(sum, scale), true
}

func nanoseconds(t time.Time) *big.Int {
	n := new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(1e9))
	return n.Add(n, big.NewInt(int64(t.Nanosecond())))
}

// convert returns a mirror as its record, or a record as its mirror: they have
// the same fields in the same order.
func convert[To, From any](v From) (to To) {
	assign(reflect.ValueOf(v), reflect.ValueOf(&to).Elem())
	return to
}

func assign(from, to reflect.Value) {
	if from.Type().ConvertibleTo(to.Type()) {
		to.Set(from.Convert(to.Type()))
		return
	}
	switch from.Kind() {
	case reflect.Struct:
		switch reflect.TypeFor[time.Time]() {
		case to.Type():
			to.Set(from.Field(0))
			return
		case from.Type():
			to.Field(0).Set(from)
			return
		}
		for i := range from.NumField() {
			assign(from.Field(i), to.Field(i))
		}
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
			assign(from.Elem(), to.Elem())
		}
	case reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			assign(from.Index(i), to.Index(i))
		}
	case reflect.Map:
		to.Set(reflect.MakeMap(to.Type()))
		for _, key := range from.MapKeys() {
			value := reflect.New(to.Type().Elem()).Elem()
			assign(from.MapIndex(key), value)
			to.SetMapIndex(key, value)
		}
	default:
		panic("no way from " + from.Type().String() + " to " + to.Type().String())
	}
}

// different says how two records differ. What is nil and what is empty is the
// same to JSON, and so are two texts of one JSON value; times are instants.
func different[T any](a, b T) string {
	isJSON := func(p cmp.Path) bool { return p.Last().Type() == reflect.TypeFor[json.RawMessage]() }
	isNone := func(p cmp.Path) bool { return !isJSON(p) }
	return cmp.Diff(a, b, cmp.FilterPath(isNone, cmpopts.EquateEmpty()),
		cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) }),
		cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
		cmp.FilterPath(isJSON, cmp.Comparer(func(a, b json.RawMessage) bool { return compact(a) == compact(b) })))
}

func compact(v json.RawMessage) string {
	text := jsontext.Value(v).Clone()
	if err := text.Canonicalize(jsontext.CanonicalizeRawInts(false), jsontext.CanonicalizeRawFloats(false)); err != nil {
		return string(v)
	}
	return string(text)
}
