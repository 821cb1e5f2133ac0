package conformance

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

func (s StoreSuite) testGet(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), s.Modes[0]))
	save(t, store, reading("a", 1, 1), reading("a", 2, 2), reading("b", 1, 3))
	for i, want := range []records.Reading{reading("a", 1, 1), reading("a", 2, 2), reading("b", 1, 3)} {
		got, found, err := store.Get(t.Context(), want.Sensor, want.At.In(time.FixedZone("", -7*3600)))
		if err != nil || !found {
			t.Fatalf("get %d: %v, %v", i, found, err)
		}
		wantSame(t, readingCodec, []records.Reading{got}, []records.Reading{want})
	}
	if r, found := s.get(t, store, "b", 2); found {
		t.Errorf("get found %v, whose key is another one", r)
	}
}

func (s StoreSuite) testGetErrors(t *testing.T) {
	o := s.readings(s.URL(t), s.Modes[0])
	store := open(t, s.Readings, o)
	save(t, store, reading("a", 1, 1))
	for what, key := range map[string][]any{
		"no value":         {},
		"too few values":   {"a"},
		"too many values":  {"a", start, start},
		"a time as text":   {"a", start.Format(time.RFC3339Nano)},
		"a text as number": {7, start},
		"nil":              {nil, start},
	} {
		_, found, err := store.Get(t.Context(), key...)
		wantPermanent(t, err, "get with "+what)
		if found {
			t.Errorf("get with %s found a record", what)
		}
	}
	if s.Modes[0] == flow.Upsert {
		return
	}
	o.URL, o.Key = s.URL(t), nil
	_, _, err := open(t, s.Readings, o).Get(t.Context(), "a", start)
	wantPermanent(t, err, "get without a key")
}

func (s StoreSuite) testRange(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), s.Modes[0]))
	note := func(r records.Reading, text string) records.Reading { r.Note = &text; return r }
	a, b, c, d := revised(reading("a", 30, 2.5), 10), note(reading("b", 10, -1), "é"), note(reading("B", 20, 2.5), "z"), revised(reading("b", 5, 100), 9)
	save(t, store, a, b, c, d)
	second := func(n int) time.Time { return reading("", n, 0).At }
	tests := map[string]struct {
		field    string
		from, to any
		want     []records.Reading
	}{
		"times":                {"at", second(10), second(20), []records.Reading{b, c}},
		"times, open above":    {"at", second(11), nil, []records.Reading{c, a}},
		"times, elsewhere":     {"at", nil, second(10).In(time.FixedZone("", 3600)), []records.Reading{d, b}},
		"numbers":              {"value", -1.0, 2.5, []records.Reading{b, a, c}},
		"numbers, whole bound": {"value", 3, nil, []records.Reading{d}},
		"whole numbers":        {"revision", 9, 10, []records.Reading{d, a}},
		"texts":                {"sensor", "a", "b", []records.Reading{a, b, d}},
		"texts, open":          {"sensor", nil, nil, []records.Reading{c, a, b, d}},
		"optional":             {"note", nil, nil, []records.Reading{c, b}},
		"optional, from":       {"note", "zz", nil, []records.Reading{b}},
		"nothing":              {"at", second(20), second(10), nil},
	}
	for what, test := range tests {
		got, err := store.Range(t.Context(), test.field, test.from, test.to)
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", what, got, err)
		}
		t.Run(what, func(t *testing.T) { wantSame(t, readingCodec, got, test.want) })
	}
}

func (s StoreSuite) testRangeErrors(t *testing.T) {
	store := open(t, s.Samples, s.samples(s.URL(t), s.Modes[0]))
	for _, field := range []string{"flag", "raw", "lasts", "any", "part", "parts", "names", "nosuch", `id" OR 1=1 --`} {
		_, err := store.Range(t.Context(), field, nil, nil)
		wantPermanent(t, err, "range over "+field)
	}
	for field, bound := range map[string]any{"whole": "1", "double": start, "text": 1, "at": "2026-01-01", "size": 1} {
		_, err := store.Range(t.Context(), field, bound, nil)
		wantPermanent(t, err, "range over "+field+" from a value of another type")
	}
	for _, field := range []string{`with "quote"`, "order", "größe; DROP TABLE x", "rowid", "addr", "epoch"} {
		if _, err := store.Range(t.Context(), field, nil, nil); err != nil {
			t.Errorf("range over %s: %v", field, err)
		}
	}
}

func (s StoreSuite) testEach(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), s.Modes[0]))
	want := make([]records.Reading, 300)
	for i := range want {
		want[i] = reading("a", -i, float64(i))
	}
	save(t, store, want...)
	var got []records.Reading
	for r, err := range store.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	wantSame(t, readingCodec, got, want)
	s.testEachNested(t, store)
}

// testEachMemory reads a store of ten megabytes and looks at what is in memory
// meanwhile.
func (s StoreSuite) testEachMemory(t *testing.T) {
	const pieces, piece = 10, 1000
	store := open(t, s.Readings, s.readings(s.URL(t), s.Modes[0]))
	note := strings.Repeat("x", 1000)
	for n := range pieces {
		list := burst(0, n, piece)
		for i := range list {
			list[i].Note = &note
		}
		save(t, store, list...)
	}
	before, most, read := heap(), uint64(0), 0
	for _, err := range store.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if read++; read%piece == 0 {
			most = max(most, heap())
		}
	}
	if read != pieces*piece {
		t.Fatalf("%d records", read)
	}
	if grown := int64(most) - int64(before); grown > 2<<20 {
		t.Errorf("%d bytes more are in memory while %d are read", grown, read*len(note))
	}
}

// heap returns how much is in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// testEachNested reads and writes within the loop, and leaves it early many
// times: what the loop holds must be freed.
func (s StoreSuite) testEachNested(t *testing.T, store flow.Store[records.Reading]) {
	for range 100 {
		n := 0
		for r, err := range store.Each(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 3 {
				break
			}
			if _, found := s.get(t, store, r.Sensor, -int(r.Value)); !found {
				t.Fatalf("get within each does not find %v", r)
			}
		}
	}
	for _, err := range store.Each(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		save(t, store, reading("within", 0, 0))
		break
	}
}
