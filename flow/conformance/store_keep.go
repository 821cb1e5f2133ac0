package conformance

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// keptReadings are the options of a store of readings that are kept for a day.
func (s StoreSuite) keptReadings(url string, mode flow.Mode) flow.StoreOptions[records.Reading] {
	o := s.readings(url, mode)
	o.Stamp = stamp
	o.Keep = flow.Keep[records.Reading]{Age: "24h", Field: "stored", Stamp: func(r *records.Reading) *time.Time { return r.Stored }}
	return o
}

// testKeep lets records grow old, by a clock of the test's own.
func (s StoreSuite) testKeep(t *testing.T, mode flow.Mode) {
	synctest.Test(t, func(t *testing.T) {
		o := s.keptReadings(s.URL(t), mode)
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
			save(t, store, reading("a", 1, 1), reading("b", 2, 2))
			time.Sleep(24 * time.Hour)
			s.wantKept(t, store, 1, 2) // not older than a day
			time.Sleep(time.Microsecond)
			s.wantKept(t, store)
			if _, found := s.get(t, store, "a", 1); found {
				t.Error("get finds a record that is over")
			}
		})
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
			s.wantKept(t, store)
			save(t, store, reading("b", 2, 3), reading("c", 3, 4)) // a key of one that is over
			s.wantKept(t, store, 3, 4)
			time.Sleep(time.Hour)
			s.wantKept(t, store, 3, 4)
		})
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) { s.wantKept(t, store, 3, 4) })
	})
}

// testKeepVersion upserts a record over one that has a newer version, but is
// over.
func (s StoreSuite) testKeepVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := s.keptReadings(s.URL(t), flow.Upsert)
		o.Version = "revision"
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
			save(t, store, revised(reading("a", 1, 1), 7))
			save(t, store, revised(reading("a", 1, 2), 6), reading("b", 2, 3))
			s.wantKept(t, store, 1, 3)
			time.Sleep(25 * time.Hour)
			save(t, store, revised(reading("a", 1, 4), 6))
			s.wantKept(t, store, 4)
		})
	})
}

// partlyKept are the options of a store in which every fourth burst stays, and
// the others are over at once.
func (s StoreSuite) partlyKept(url string) flow.StoreOptions[records.Reading] {
	o := s.keptReadings(url, flow.Append)
	o.Stamp = func(r *records.Reading, at time.Time) {
		if at = at.Add(-48 * time.Hour); r.Revision%4 != 0 {
			r.Stored = &at
		}
	}
	return o
}

// testKilledKeep kills a writing process while old records are removed: the
// others are there.
func (s StoreSuite) testKilledKeep(t *testing.T) {
	t.Parallel()
	k := task{mode: flow.Append, last: 1 << 30, bytes: 7000, keep: true, url: s.URL(t)}
	saved := -1
	for range kills() {
		k.first = saved + 1
		saved = k.kill(t, saved)
		during(t, s.Readings, s.partlyKept(k.url), func(store flow.Store[records.Reading]) { wantFourth(t, store, saved) })
	}
}

// wantFourth checks that a store holds the bursts up to saved that are not over.
func wantFourth(t *testing.T, store flow.Reader[records.Reading], saved int) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	count := map[int]int{}
	for _, r := range list {
		count[r.Revision]++
	}
	for n, records := range count {
		if n%4 != 0 {
			t.Fatalf("after a kill: %d records of save %d, which is over", records, n)
		}
	}
	for n := 0; n <= saved; n += 4 {
		if count[n] != burstSize {
			t.Fatalf("after a kill: %d records of save %d (acknowledged up to %d), want %d", count[n], n, saved, burstSize)
		}
	}
}

// wantKept checks by each way of reading which values a store of readings has.
func (s StoreSuite) wantKept(t *testing.T, store flow.Reader[records.Reading], want ...float64) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantValues(t, "all", list, want)
	list, err = store.Range(t.Context(), "value", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantValues(t, "range", list, want)
	for _, r := range list {
		if got, found, err := store.Get(t.Context(), r.Sensor, r.At); err != nil || !found || got.Value != r.Value {
			t.Errorf("get: %v, %v, %v; want %v", got, found, err, r)
		}
	}
}

func wantValues(t *testing.T, what string, list []records.Reading, want []float64) {
	t.Helper()
	ok := len(list) == len(want)
	for i := range min(len(list), len(want)) {
		ok = ok && list[i].Value == want[i]
	}
	if !ok {
		t.Errorf("%s: %v, want the values %v", what, list, want)
	}
}

// testKeepUnstamped keeps records without a stamp: they were there before the
// store had one.
func (s StoreSuite) testKeepUnstamped(t *testing.T, mode flow.Mode) {
	synctest.Test(t, func(t *testing.T) {
		o := s.keptReadings(s.URL(t), mode)
		during(t, s.Readings, s.readings(o.URL, mode), func(store flow.Store[records.Reading]) { save(t, store, reading("a", 1, 1)) })
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
			time.Sleep(48 * time.Hour)
			s.wantKept(t, store, 1)
			if mode == flow.ReplaceAll {
				return
			}
			save(t, store, reading("b", 2, 2))
			s.wantKept(t, store, 1, 2)
			time.Sleep(48 * time.Hour)
			s.wantKept(t, store, 1)
		})
	})
}
