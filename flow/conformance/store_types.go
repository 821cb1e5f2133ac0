package conformance

import (
	"context"
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

func (s StoreSuite) samples(url string, mode flow.Mode) flow.StoreOptions[records.Sample] {
	return flow.StoreOptions[records.Sample]{Name: "order", URL: url, Key: []string{"id"}, Mode: mode, Schema: records.SchemaOfSample()}
}

// testTypes stores every type of field at its limits. The store and some
// fields have names that mean something to SQL.
func (s StoreSuite) testTypes(t *testing.T, mode flow.Mode) {
	o := s.samples(s.URL(t), mode)
	list := []records.Sample{emptySample(), smallSample(), largeSample(), textSample()}
	during(t, s.Samples, o, func(store flow.Store[records.Sample]) { save(t, store, list...) })
	store := open(t, s.Samples, o)
	wantAll(t, store, o.Schema.JSON, list...)
	for _, want := range list {
		got, found, err := store.Get(t.Context(), want.ID)
		if err != nil || !found {
			t.Fatalf("get %q: %v, %v", want.ID, found, err)
		}
		wantSame(t, o.Schema.JSON, []records.Sample{got}, []records.Sample{want})
	}
	if mode != flow.ReplaceAll {
		save(t, store, list...) // the keys are the same after a round trip
		wantAll(t, store, o.Schema.JSON, list...)
	}
}

// emptySample has no value that is not zero; json has no zero.
func emptySample() records.Sample {
	return records.Sample{ID: "", Any: json.RawMessage(`""`)}
}

func smallSample() records.Sample {
	return records.Sample{
		ID:     "small",
		Whole:  math.MinInt,
		Small:  math.MinInt32,
		Large:  math.MinInt64,
		Single: math.SmallestNonzeroFloat32,
		Double: math.SmallestNonzeroFloat64,
		At:     time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		Lasts:  math.MinInt64,
		Any:    json.RawMessage(`[]`),
		Addr:   netip.MustParseAddr("::"),
		Epoch:  time.Unix(0, 0).UTC(),
		Parts:  []records.Part{{}},
		Names:  map[string]int{"": math.MinInt},

		MaybeFlag:   new(bool),
		MaybeLarge:  new(int64),
		MaybeDouble: new(float64),
		MaybeText:   new(string),
		MaybeRaw:    new([]byte),
		MaybeAt:     new(time.Time),
		MaybeLasts:  new(time.Duration),
		MaybeParts:  new([]records.Part),
	}
}

func largeSample() records.Sample {
	weight, any, addr := math.MaxFloat64, json.RawMessage(`{"deep":[[[{"n":12345678901234567890.5}]]]}`), netip.MustParseAddr("fe80::1%eth0")
	part := records.Part{Name: "p", Weight: &weight}
	return records.Sample{
		ID:     "large",
		Flag:   true,
		Whole:  math.MaxInt,
		Small:  math.MaxInt32,
		Large:  math.MaxInt64,
		Count:  math.MaxUint32,
		Single: math.MaxFloat32,
		Double: math.MaxFloat64,
		Text:   strings.Repeat("large text, ", 1<<16),
		Raw:    allBytes(),
		At:     time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
		Lasts:  math.MaxInt64,
		Any:    any,
		Addr:   addr,
		Epoch:  time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		Part:   part,
		Parts:  []records.Part{part, {Name: "q"}},
		Names:  map[string]int{"a": 1, "ä": math.MaxInt},
		Rowid:  -1,

		MaybeAny:   &any,
		MaybeAddr:  &addr,
		MaybePart:  &part,
		MaybeParts: &[]records.Part{part},
	}
}

func allBytes() []byte {
	list := make([]byte, 256)
	for i := range list {
		list[i] = byte(i)
	}
	return list
}

func textSample() records.Sample {
	odd := "' \" ` ; -- \\ % _ $1 ? :x \r\n\t \u2028 日本語 ǅ e\u0301 👩‍🚀 </script> null"
	return records.Sample{
		ID:        odd,
		Text:      odd,
		WithQuote: odd,
		Raw:       []byte(odd),
		Any:       json.RawMessage("{\n\t\"a\" : 1e3\n}"), // must not break a line
		Names:     map[string]int{odd: 1},
		At:        start,
		MaybeText: &odd,
	}
}

func (s StoreSuite) wide(t *testing.T, mode flow.Mode) flow.StoreOptions[records.Wide] {
	return flow.StoreOptions[records.Wide]{Name: "wide", URL: s.URL(t), Key: []string{"id"}, Mode: mode, Schema: records.SchemaOfWide()}
}

// testWide stores whole numbers beyond int64: as keys, and in their order.
func (s StoreSuite) testWide(t *testing.T, mode flow.Mode) {
	o := s.wide(t, mode)
	wide := func(id uint64) records.Wide { return records.Wide{ID: id, Limit: &id} }
	a, b, c, d := wide(math.MaxUint64), wide(math.MaxInt64), wide(math.MaxInt64+1), wide(0)
	during(t, s.Wide, o, func(store flow.Store[records.Wide]) { save(t, store, a, b, c, d) })
	store := open(t, s.Wide, o)
	if mode != flow.ReplaceAll {
		save(t, store, a, d)
	}
	wantAll(t, store, o.Schema.JSON, a, b, c, d)
	if r, found, err := store.Get(t.Context(), uint64(math.MaxUint64)); err != nil || !found || r.ID != a.ID {
		t.Errorf("get: %v, %v, %v", r, found, err)
	}
	for what, list := range map[string]func() ([]records.Wide, error){
		"id": func() ([]records.Wide, error) {
			return store.Range(t.Context(), "id", uint64(math.MaxInt64), uint64(math.MaxUint64))
		},
		"limit": func() ([]records.Wide, error) { return store.Range(t.Context(), "limit", 1, nil) },
	} {
		got, err := list()
		if err != nil {
			t.Fatalf("range over %s: %v", what, err)
		}
		wantSame(t, o.Schema.JSON, got, []records.Wide{b, c, a})
	}
}

// testRefusedValues saves what cannot be stored, in the middle of what can:
// none of it may remain.
func (s StoreSuite) testRefusedValues(t *testing.T, mode flow.Mode) {
	o := s.samples(s.URL(t), mode)
	store := open(t, s.Samples, o)
	before := textSample()
	save(t, store, before)
	refused := map[string]func(*records.Sample){
		"NaN":               func(r *records.Sample) { r.Double = math.NaN() },
		"infinity":          func(r *records.Sample) { r.Single = float32(math.Inf(-1)) },
		"no JSON":           func(r *records.Sample) { r.Any = nil },
		"broken JSON":       func(r *records.Sample) { r.Any = json.RawMessage(`{"a":`) },
		"JSON null":         func(r *records.Sample) { r.Any = json.RawMessage(`null`) },
		"text not in UTF-8": func(r *records.Sample) { r.Text = "a\xffb" },
		"year 10000":        func(r *records.Sample) { r.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	}
	for what, spoil := range refused {
		bad := largeSample()
		bad.ID = what
		spoil(&bad)
		wantPermanent(t, store.Save(t.Context(), smallSample(), bad, largeSample()), what)
		wantAll(t, store, o.Schema.JSON, before)
	}
	s.testNUL(t, mode)
}

// testNUL saves the character NUL: a store takes it or refuses the record.
func (s StoreSuite) testNUL(t *testing.T, mode flow.Mode) {
	o := s.samples(s.URL(t), mode)
	store := open(t, s.Samples, o)
	r := emptySample()
	r.Text = "a\x00b"
	err := store.Save(context.Background(), r)
	if err == nil {
		wantAll(t, store, o.Schema.JSON, r)
		return
	}
	wantPermanent(t, err, "NUL")
	wantAll(t, store, o.Schema.JSON)
}
