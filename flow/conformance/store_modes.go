package conformance

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/internal/await"
)

// start is when the readings of the suite begin: with a part of a second, so
// that a store which drops it is found out.
var start = time.Date(2026, 3, 29, 0, 59, 58, 123456789, time.UTC)

// reading returns a reading: sensor and second are its key.
func reading(sensor string, second int, value float64) records.Reading {
	return records.Reading{Sensor: sensor, At: start.Add(time.Duration(second) * time.Second), Value: value}
}

func revised(r records.Reading, revision int) records.Reading {
	r.Revision = revision
	return r
}

var readingCodec = records.SchemaOfReading().JSON

func (s StoreSuite) testAppend(t *testing.T) {
	o := s.readings(s.URL(t), flow.Append)
	o.Key = nil
	store := open(t, s.Readings, o)
	a, b, c := reading("a", 1, 1), reading("b", 2, 2), reading("c", 3, 3)
	save(t, store, b, a)
	save(t, store, c)
	save(t, store, a)
	wantAll(t, store, readingCodec, b, a, c, a)
}

func (s StoreSuite) testAppendKey(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), flow.Append))
	a, b, c := reading("a", 1, 1), reading("b", 2, 2), reading("a", 2, 3)
	save(t, store, b, a, reading("b", 2, 20))
	save(t, store, reading("a", 1, 10), c)
	save(t, store, reading("a", 1, 11))
	wantAll(t, store, readingCodec, b, a, c)
	elsewhere := a
	elsewhere.At = a.At.In(time.FixedZone("", 3600))
	save(t, store, elsewhere)
	wantAll(t, store, readingCodec, b, a, c)
}

func (s StoreSuite) testUpsert(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), flow.Upsert))
	a, b := reading("a", 1, 1), reading("b", 2, 2)
	note := "optional fields come and go"
	a.Note = &note
	save(t, store, b, a)
	wantAll(t, store, readingCodec, b, a)
	a2, b2, b3 := reading("a", 1, 10), reading("b", 2, 20), reading("b", 2, 21)
	save(t, store, a2, b2, b3)
	wantAll(t, store, readingCodec, b3, a2)
}

func (s StoreSuite) testVersion(t *testing.T) {
	o := s.readings(s.URL(t), flow.Upsert)
	o.Version = "revision"
	o.Stamp = stamp
	store := open(t, s.Readings, o)
	a := func(revision int, value float64) records.Reading { return revised(reading("a", 1, value), revision) }
	steps := []struct {
		save []records.Reading
		want float64
	}{
		{[]records.Reading{a(5, 1)}, 1},
		{[]records.Reading{a(4, 2)}, 1},                      // older
		{[]records.Reading{a(5, 3)}, 3},                      // equal
		{[]records.Reading{a(10, 4)}, 4},                     // newer: 10 is a number, not a text
		{[]records.Reading{a(9, 5), a(12, 6), a(11, 7)}, 6},  // within a save
		{[]records.Reading{a(11, 8), reading("b", 1, 9)}, 6}, // beside a new one
	}
	for _, step := range steps {
		before, found := s.get(t, store, "a", 1)
		save(t, store, step.save...)
		got, _ := s.get(t, store, "a", 1)
		if got.Value != step.want {
			t.Fatalf("value %v after saving %v, want %v", got.Value, step.save, step.want)
		}
		if found && got.Value == before.Value && !got.Stored.Equal(*before.Stored) {
			t.Fatalf("a dropped record changed the stamp")
		}
	}
}

func (s StoreSuite) testReplace(t *testing.T) {
	store := open(t, s.Readings, s.readings(s.URL(t), flow.ReplaceAll))
	a, b, c := reading("a", 1, 1), reading("b", 2, 2), reading("c", 3, 3)
	save(t, store, c, a)
	wantAll(t, store, readingCodec, c, a)
	again := reading("b", 2, 20)
	save(t, store, b, a, again)
	wantAll(t, store, readingCodec, b, a, again)
	if got, _ := s.get(t, store, "b", 2); got.Value != 20 {
		t.Errorf("get of a repeated key: %v, want the newest", got)
	}
	save(t, store)
	wantAll(t, store, readingCodec)
	save(t, store, a)
	wantAll(t, store, readingCodec, a)
}

// get returns the reading of a key.
func (s StoreSuite) get(t *testing.T, store flow.Reader[records.Reading], sensor string, second int) (records.Reading, bool) {
	t.Helper()
	r, found, err := store.Get(t.Context(), sensor, reading(sensor, second, 0).At)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	return r, found
}

func stamp(r *records.Reading, at time.Time) { r.Stored = &at }

func (s StoreSuite) testStamp(t *testing.T, mode flow.Mode) {
	synctest.Test(t, func(t *testing.T) { s.stampSaves(t, mode) })
}

// stampSaves saves twice, a moment after one another.
func (s StoreSuite) stampSaves(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	o.Stamp = stamp
	store := open(t, s.Readings, o)
	list := []records.Reading{reading("a", 1, 1), reading("b", 2, 2)}
	before := time.Now()
	save(t, store, list...)
	for _, r := range list {
		if r.Stored != nil {
			t.Error("save changed the record that it was given")
		}
		stored, _ := s.get(t, store, r.Sensor, int(r.Value))
		if stored.Stored == nil || stored.Stored.Before(before.Truncate(time.Microsecond)) || stored.Stored.After(time.Now()) {
			t.Fatalf("stamp %v, want the time of the save", stored.Stored)
		}
	}
	first, _ := s.get(t, store, "a", 1)
	await.That(t, "the clock", func() bool { return time.Since(*first.Stored) > 2*time.Millisecond })
	save(t, store, list...)
	if second, _ := s.get(t, store, "a", 1); second.Stored.Equal(*first.Stored) != (mode == flow.Append) {
		t.Errorf("stamp %v after %v: a dropped repeat keeps it, a stored record renews it", second.Stored, first.Stored)
	}
}

func (s StoreSuite) testEmpty(t *testing.T, mode flow.Mode) {
	store := open(t, s.Readings, s.readings(s.URL(t), mode))
	save(t, store)
	list, err := store.All(t.Context())
	if err != nil || list == nil || len(list) > 0 {
		t.Errorf("all of an empty store: %v, %v; want an empty list", list, err)
	}
	if _, found := s.get(t, store, "a", 1); found {
		t.Error("get found something in an empty store")
	}
	save(t, store, reading("a", 1, 1))
	save(t, store)
	if list, _ := store.All(t.Context()); (len(list) == 0) != (mode == flow.ReplaceAll) {
		t.Errorf("%d records after an empty save", len(list))
	}
}

func (s StoreSuite) testReopen(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	a, b := reading("a", 1, 1), reading("b", 2, 2)
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) { save(t, store, b, a) })
	store := open(t, s.Readings, o)
	wantAll(t, store, readingCodec, b, a)
	c := reading("c", 3, 3)
	save(t, store, a, c)
	want := []records.Reading{b, a, c}
	if mode == flow.ReplaceAll {
		want = []records.Reading{a, c}
	}
	wantAll(t, store, readingCodec, want...)
	if r, found := s.get(t, store, "a", 1); !found || r.Value != 1 {
		t.Errorf("get after opening again: %v, %v", r, found)
	}
}
