package filestore_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// kept are the options of a store that keeps its records for a day.
func kept(path string) flow.StoreOptions[records.Reading] {
	return flow.StoreOptions[records.Reading]{
		Name: "readings", URL: "jsonl:" + path, Key: []string{"sensor"}, Schema: records.SchemaOfReading(),
		Stamp: func(r *records.Reading, at time.Time) { r.Stored = &at },
		Keep:  flow.Keep[records.Reading]{Age: "24h", Field: "stored", Stamp: func(r *records.Reading) *time.Time { return r.Stored }},
	}
}

// during opens a store, runs do and closes it.
func during(t *testing.T, o flow.StoreOptions[records.Reading], do func(flow.Store[records.Reading])) {
	t.Helper()
	var store flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { store = jsonl.Open(s, o, o.URL) })
	if err != nil {
		t.Fatal(err)
	}
	do(store)
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// hourly are the readings of an hour: a hundred of a kilobyte each.
func hourly(hour int) []records.Reading {
	list := make([]records.Reading, 100)
	note := strings.Repeat("x", 1000)
	for i := range list {
		list[i] = records.Reading{Sensor: fmt.Sprintf("%d.%d", hour, i), Revision: hour*100 + i, Note: &note}
	}
	return list
}

// next returns the revisions that are new to a reader, as first-last, and keeps
// the position behind them.
func next(t *testing.T, store flow.Store[records.Reading]) string {
	t.Helper()
	feed, err := store.(load.Journal[records.Reading]).Follow(t.Context(), load.FeedOptions{Service: "plant", Stage: "fresh"})
	if err != nil {
		t.Fatal(err)
	}
	chunk, err := feed.Next(t.Context(), 0, 1<<30)
	if err == nil {
		err = feed.Keep(t.Context(), chunk.To)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range chunk.Records {
		if r.Revision != chunk.Records[0].Revision+i {
			t.Errorf("revision %d follows %d", r.Revision, chunk.Records[i-1].Revision)
		}
	}
	if len(chunk.Records) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%d-%d", chunk.Records[0].Revision, chunk.Records[len(chunk.Records)-1].Revision)
}

func save(t *testing.T, store flow.Store[records.Reading], list ...records.Reading) {
	t.Helper()
	if err := store.Save(t.Context(), list...); err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestKeep saves for days into a file that keeps one: it does not grow, what is
// not over is there, and a reader of what is new gets each record once.
func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		largest := int64(0)
		for day := range campaign.Size(3, 6) {
			during(t, kept(path), func(store flow.Store[records.Reading]) {
				for hour := day * 20; hour < day*20+20; hour++ {
					save(t, store, hourly(hour)...)
					if got, want := next(t, store), fmt.Sprintf("%d-%d", hour*100, hour*100+99); got != want {
						t.Fatalf("hour %d: %s is new, want %s", hour, got, want)
					}
					wantDay(t, store, hour)
					largest = max(largest, size(t, path))
					time.Sleep(time.Hour)
				}
			})
		}
		const perHour = 110 << 10
		if most := int64(2*25*perHour + 128<<10); largest > most || largest < 24*perHour {
			t.Errorf("the file had up to %d bytes, want %d at most", largest, most)
		}
	})
}

// TestKeepSmall is TestKeep with a record an hour: a small file does not grow
// either.
func TestKeepSmall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		largest := int64(0)
		during(t, kept(path), func(store flow.Store[records.Reading]) {
			for hour := range campaign.Size(100, 300) {
				save(t, store, hourly(hour)[0])
				largest = max(largest, size(t, path))
				time.Sleep(time.Hour)
			}
		})
		const perHour = 1200
		if most := int64(2*25*perHour + 8<<10); largest > most {
			t.Errorf("the file had up to %d bytes, want %d at most", largest, most)
		}
	})
}

// wantDay checks that a store holds the readings of the last 24 hours.
func wantDay(t *testing.T, store flow.Store[records.Reading], hour int) {
	t.Helper()
	first := max(hour-24, 0)
	list, err := store.All(t.Context())
	if err != nil || len(list) != (hour-first+1)*100 || list[0].Revision != first*100 {
		t.Fatalf("hour %d: %d readings from %d on, %v", hour, len(list), list[0].Revision, err)
	}
	for h := max(hour-30, 0); h <= hour; h++ {
		sensor := fmt.Sprintf("%d.%d", h, h%100)
		r, found, err := store.Get(t.Context(), sensor)
		if err != nil || found != (h >= first) || found && r.Sensor != sensor {
			t.Fatalf("hour %d: get of hour %d: %v, %v, %v", hour, h, r.Sensor, found, err)
		}
	}
}

// TestKeepUnstamped takes old records out from between some without a stamp:
// these stay, in their order.
func TestKeepUnstamped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		old := kept(path)
		old.Stamp = nil
		during(t, old, func(store flow.Store[records.Reading]) { save(t, store, hourly(0)...) })
		during(t, kept(path), func(store flow.Store[records.Reading]) { save(t, store, hourly(1)...) })
		during(t, old, func(store flow.Store[records.Reading]) { save(t, store, hourly(2)...) })
		during(t, kept(path), func(store flow.Store[records.Reading]) { save(t, store, hourly(3)...) })
		before := size(t, path)
		time.Sleep(25 * time.Hour)
		during(t, kept(path), func(store flow.Store[records.Reading]) {
			save(t, store, hourly(4)...)
			wantHours(t, store, 0, 2, 4)
			save(t, store, hourly(1)...) // its keys are free again
			wantHours(t, store, 0, 2, 4, 1)
		})
		if after := size(t, path); after > before+100 {
			t.Errorf("the file has %d bytes, had %d with as many hours", after, before)
		}
		during(t, kept(path), func(store flow.Store[records.Reading]) { wantHours(t, store, 0, 2, 4, 1) })
	})
}

// wantHours checks that a store holds the readings of some hours.
func wantHours(t *testing.T, store flow.Store[records.Reading], hours ...int) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil || len(list) != len(hours)*100 {
		t.Fatalf("%d readings, %v; want the hours %v", len(list), err, hours)
	}
	for i, r := range list {
		if want := hours[i/100]*100 + i%100; r.Revision != want {
			t.Fatalf("reading %d is %d, want %d", i, r.Revision, want)
		}
		if got, found, err := store.Get(t.Context(), r.Sensor); err != nil || !found || got.Revision != r.Revision {
			t.Fatalf("get of %s: %d, %v, %v", r.Sensor, got.Revision, found, err)
		}
	}
}

// TestKeepCrash stops between the steps of taking records away: positions are
// those of the file that is there.
func TestKeepCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.jsonl")
		during(t, kept(path), func(store flow.Store[records.Reading]) {
			save(t, store, hourly(0)...)
			next(t, store)
		})
		old, positions := read(t, path), read(t, path+".positions")
		time.Sleep(25 * time.Hour)
		during(t, kept(path), func(flow.Store[records.Reading]) {})
		removed := read(t, path+".removed")
		if size(t, path) > 0 {
			t.Fatal("what is over is still there")
		}
		// What NAME.removed says while the file is being replaced; the print is
		// that of no bytes.
		both := fmt.Sprintf(`[{"bytes":0,"size":%d,"print":"e3b0c44298fc1c14"},{"bytes":%d,"size":0}]`, len(old), len(old))
		another := fmt.Sprintf("{\"sensor\":\"a\",\"at\":\"2026-01-01T00:00:00Z\",\"value\":1,\"revision\":99,\"note\":%q}\n", strings.Repeat("x", 2000))
		for what, state := range map[string]struct{ content, removed, want string }{
			"before":            {old, "", "100-100"},
			"noted":             {old, both, "100-100"},
			"replaced":          {"", both, "100-100"},
			"noted again":       {"", removed, "100-100"},
			"another file":      {another, removed, "99-100"},
			"another, meantime": {another, both, "99-100"},
		} {
			dir := t.TempDir()
			path := filepath.Join(dir, "x.jsonl")
			write(t, path, state.content)
			write(t, path+".positions", positions)
			if state.removed != "" {
				write(t, path+".removed", state.removed)
			}
			for range 2 {
				during(t, kept(path), func(flow.Store[records.Reading]) {})
			}
			during(t, kept(path), func(store flow.Store[records.Reading]) {
				save(t, store, records.Reading{Sensor: "new", Revision: 100})
				if got := next(t, store); got != state.want {
					t.Errorf("%s: %s is new, want %s", what, got, state.want)
				}
			})
		}
	})
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestKeepSettings opens stores whose age is none.
func TestKeepSettings(t *testing.T) {
	for age, want := range map[string]string{"0s": "keep: no time at all", "x": "keep: not a duration", "${AGE}": "AGE is not set"} {
		o := kept(filepath.Join(t.TempDir(), "x.jsonl"))
		o.Keep.Age = age
		_, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { jsonl.Open(s, o, o.URL) })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", age, err, want)
		}
	}
}

// TestRemovedThatIsNone refuses a file beside the store's that is damaged, and
// names it.
func TestRemovedThatIsNone(t *testing.T) {
	for _, text := range []string{"", "17", "[]", "[{}, {}, {}]"} {
		path := kind.File(t, line)
		write(t, path+".removed", text)
		_, err := kind.Try(t, path, flow.StoreOptions[records.Reading]{}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), path+".removed") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}
