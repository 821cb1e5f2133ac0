package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/sqlite"
)

// openReadings opens a store until the end of the test.
func openReadings(t testing.TB, o flow.StoreOptions[records.Reading]) flow.Store[records.Reading] {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	var store flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { store = sqlite.Open(s, o, o.URL) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return store
}

// batch returns size readings whose keys are new.
func batch(from, size int) []records.Reading {
	list := make([]records.Reading, size)
	for i := range list {
		list[i] = records.Reading{Sensor: "sensor-7", At: time.Unix(int64(from+i), 0).UTC(), Value: float64(i) / 3, Revision: i}
	}
	return list
}

func BenchmarkSave(b *testing.B) {
	for _, key := range [][]string{nil, {"sensor", "at"}} {
		for _, size := range []int{1, 100, 1000} {
			b.Run(fmt.Sprintf("key=%d/batch=%d", len(key), size), func(b *testing.B) {
				store := openReadings(b, flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(b.TempDir(), "x.db"), Key: key})
				saved := 0
				for b.Loop() {
					if err := store.Save(b.Context(), batch(saved, size)...); err != nil {
						b.Fatal(err)
					}
					saved += size
				}
				b.ReportMetric(float64(saved)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

func BenchmarkEach(b *testing.B) {
	store := openReadings(b, flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(b.TempDir(), "x.db")})
	if err := store.Save(b.Context(), batch(0, 100_000)...); err != nil {
		b.Fatal(err)
	}
	read := 0
	for b.Loop() {
		for _, err := range store.Each(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkNew(b *testing.B) {
	store := openReadings(b, flow.StoreOptions[records.Reading]{URL: "sqlite:" + filepath.Join(b.TempDir(), "x.db")})
	feed, err := store.(load.Journal[records.Reading]).Follow(b.Context(), load.FeedOptions{Service: "plant", Stage: "fresh"})
	if err == nil {
		err = store.Save(b.Context(), batch(0, 100_000)...)
	}
	if err != nil {
		b.Fatal(err)
	}
	read := 0
	for b.Loop() {
		for position, end := int64(0), int64(1); position < end; {
			chunk, err := feed.Next(b.Context(), 0, 10_000)
			if err == nil {
				err = feed.Keep(b.Context(), chunk.To)
			}
			if err != nil {
				b.Fatal(err)
			}
			position, end, read = chunk.To, chunk.End, read+len(chunk.Records)
		}
		if err := feed.Keep(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "rows/s")
}
