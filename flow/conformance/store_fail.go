package conformance

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
)

// testCancelled ends the context before and during saves: each of them is
// there as a whole, or not at all and with an error.
func (s StoreSuite) testCancelled(t *testing.T, mode flow.Mode) {
	store := open(t, s.Readings, s.readings(s.URL(t), mode))
	save(t, store, reading("before", 0, 0))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	wantCancelled(t, store.Save(gone, reading("a", 1, 1)))
	_, err := store.All(gone)
	wantCancelled(t, err)
	_, _, err = store.Get(gone, "before", start)
	wantCancelled(t, err)
	wantAll(t, store, readingCodec, reading("before", 0, 0))
	for i := range 10 {
		s.cancelSave(t, store, mode, i)
	}
}

func wantCancelled(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want that of the context", err)
	}
	if driver.IsPermanent(err) {
		t.Errorf("the end of the context is no error of the record: %v", err)
	}
}

// cancelSave ends the context some time after a large save began.
func (s StoreSuite) cancelSave(t *testing.T, store flow.Store[records.Reading], mode flow.Mode, round int) {
	list := make([]records.Reading, 1000)
	for i := range list {
		list[i] = reading("many", i, float64(round+1))
	}
	count := func() (n int) {
		for r, err := range store.Each(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Value == float64(round+1) {
				n++
			}
		}
		return n
	}
	if mode == flow.Append { // whose keys must be new
		for i := range list {
			list[i].At = list[i].At.AddDate(0, 0, round)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(round)*time.Millisecond)
	defer cancel()
	err := store.Save(ctx, list...)
	if err != nil {
		wantCancelled(t, err)
	}
	if n := count(); (err == nil && n != len(list)) || (err != nil && n != 0) {
		t.Fatalf("%d of %d records after a save with error %v", n, len(list), err)
	}
}

// testConcurrent writes and reads at once. A save is seen as a whole.
func (s StoreSuite) testConcurrent(t *testing.T) {
	const writers, saves, size = 4, 15, 7
	mode := s.Modes[0]
	store := open(t, s.Readings, s.readings(s.URL(t), mode))
	done := make(chan struct{})
	var writing, reading sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range saves {
				if err := store.Save(t.Context(), burst(w, i, size)...); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	for range 3 {
		reading.Go(func() { watch(t, store, size, done) })
	}
	writing.Wait()
	close(done)
	reading.Wait()
	list, err := store.All(t.Context())
	if want := writers * saves * size; err != nil || len(list) != want {
		t.Fatalf("%d records, %v; want %d", len(list), err, want)
	}
}

// testConcurrentUpserts leaves the last save of each writer.
func (s StoreSuite) testConcurrentUpserts(t *testing.T) { s.overwrite(t, flow.Upsert, overwriters) }

// testConcurrentReplacements leaves the last save of one of the writers.
func (s StoreSuite) testConcurrentReplacements(t *testing.T) { s.overwrite(t, flow.ReplaceAll, 1) }

const overwriters = 3

// overwrite lets several writers save the same keys again and again, and reads
// meanwhile: of each writer all records of one save are seen. The last saves of
// some of them remain.
func (s StoreSuite) overwrite(t *testing.T, mode flow.Mode, remain int) {
	const saves, size = 12, 7
	store := open(t, s.Readings, s.readings(s.URL(t), mode))
	done := make(chan struct{})
	var writing, watching sync.WaitGroup
	for w := range overwriters {
		writing.Go(func() {
			for i := range saves {
				list := burst(w, i, size)
				for k := range list {
					list[k].At = reading("", k, 0).At
				}
				if err := store.Save(t.Context(), list...); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	watching.Go(func() { watchKeys(t, store, size, done) })
	writing.Wait()
	close(done)
	watching.Wait()
	last := wholeSaves(t, store, size)
	for sensor, revision := range last {
		if revision != saves-1 {
			t.Errorf("of writer %s save %d remains, want the last one", sensor, revision)
		}
	}
	if len(last) != remain {
		t.Errorf("records of the writers %v, want those of %d", last, remain)
	}
}

// watchKeys reads until done.
func watchKeys(t *testing.T, store flow.Reader[records.Reading], size int, done <-chan struct{}) {
	for {
		wholeSaves(t, store, size)
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// wholeSaves returns the save of which the records of each writer are: all of
// them must be of one.
func wholeSaves(t *testing.T, store flow.Reader[records.Reading], size int) map[string]int {
	list, err := store.All(t.Context())
	if err != nil {
		t.Errorf("a reader: %v", err)
	}
	saves, count := map[string]int{}, map[string]int{}
	for _, r := range list {
		if n, ok := saves[r.Sensor]; ok && n != r.Revision {
			t.Errorf("a reader saw saves %d and %d of writer %s at once", n, r.Revision, r.Sensor)
		}
		saves[r.Sensor] = r.Revision
		count[r.Sensor]++
	}
	for sensor, n := range count {
		if n != size {
			t.Errorf("a reader saw %d records of writer %s, want %d", n, sensor, size)
		}
	}
	return saves
}

// burst is one save of a writer.
func burst(writer, number, size int) []records.Reading {
	list := make([]records.Reading, size)
	for i := range list {
		list[i] = revised(reading(string(rune('a'+writer)), number*size+i, 0), number)
	}
	return list
}

// watch reads until done: it must see whole saves only.
func watch(t *testing.T, store flow.Reader[records.Reading], size int, done <-chan struct{}) {
	for {
		list, err := store.All(t.Context())
		if err != nil || len(list)%size != 0 {
			t.Errorf("a reader saw %d records, %v; saves have %d each", len(list), err, size)
			return
		}
		select {
		case <-done:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// testRemoved takes the place away: from then on every save fails, and not for
// a fault of its records.
func (s StoreSuite) testRemoved(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	store := open(t, s.Readings, o)
	save(t, store, reading("a", 1, 1))
	if err := s.Remove(o.URL); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := store.Save(t.Context(), reading("a", i+2, 2)); err == nil || driver.IsPermanent(err) {
			t.Errorf("a save into what was removed: error %v, want one that passes", err)
		}
	}
}

// testChanged lets the file grow as another program would: no save writes over
// that, but one which replaces all that is there.
func (s StoreSuite) testChanged(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	store := open(t, s.Readings, o)
	save(t, store, reading("a", 1, 1))
	path := strings.TrimPrefix(o.URL, schemeOf(o.URL)+":")
	content, err := os.ReadFile(path)
	if err == nil {
		content = append(content, '\n')
		err = os.WriteFile(path, content, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	err = store.Save(t.Context(), reading("b", 2, 2))
	if mode == flow.ReplaceAll {
		wantAll(t, store, readingCodec, reading("b", 2, 2))
	} else if err == nil || !strings.Contains(err.Error(), "changed by another program") {
		t.Errorf("error %v", err)
	} else if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
		t.Errorf("the file holds %q, %v", now, err)
	}
}

func (s StoreSuite) testForeign(t *testing.T) {
	url, name := s.Foreign(t)
	_, _, err := connect(s.Readings, s.readings(url, s.Modes[0]))
	if err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("error %v, want one that names %s", err, name)
	}
}

// testOptionalAdded goes to a record with an optional field more, and back.
func (s StoreSuite) testOptionalAdded(t *testing.T) {
	o := s.readings(s.URL(t), s.Modes[0])
	a, b, c := reading("a", 1, 1), reading("b", 2, 2), reading("c", 3, 3)
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) { save(t, store, a) })
	changed, unit := changedOptions(o), "°C"
	during(t, s.Changed, changed, func(store flow.Store[records.Changed]) {
		wantAll(t, store, changed.Schema.JSON, changedReading(a, nil))
		save(t, store, changedReading(b, &unit))
		wantAll(t, store, changed.Schema.JSON, changedReading(a, nil), changedReading(b, &unit))
	})
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
		save(t, store, c)
		wantAll(t, store, readingCodec, a, b, c)
	})
	wantAll(t, open(t, s.Changed, changed), changed.Schema.JSON, changedReading(a, nil), changedReading(b, &unit), changedReading(c, nil))
}

func changedOptions(o flow.StoreOptions[records.Reading]) flow.StoreOptions[records.Changed] {
	return flow.StoreOptions[records.Changed]{Name: o.Name, URL: o.URL, Key: o.Key, Mode: o.Mode, Schema: records.SchemaOfChanged()}
}

func changedReading(r records.Reading, unit *string) records.Changed {
	return records.Changed{Sensor: r.Sensor, At: r.At, Value: r.Value, Unit: unit}
}

// testRequiredAdded goes to a record with a required field more: the records
// that are there do not have it.
func (s StoreSuite) testRequiredAdded(t *testing.T) {
	o := s.readings(s.URL(t), s.Modes[0])
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) { save(t, store, reading("a", 1, 1)) })
	refused := flow.StoreOptions[records.Refused]{Name: o.Name, URL: o.URL, Key: o.Key, Mode: o.Mode, Schema: records.SchemaOfRefused()}
	_, _, err := connect(s.Refused, refused)
	if err == nil || !strings.Contains(err.Error(), `"unit"`) {
		t.Errorf("error %v, want one that names the field", err)
	}
	wantAll(t, open(t, s.Readings, o), readingCodec, reading("a", 1, 1))
}
