package conformance

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/load"
	"github.com/flowc-dev/flowc/flow/record"
)

// testNew tests what is new in a store; one that cannot tell says so.
func (s StoreSuite) testNew(t *testing.T, mode flow.Mode) {
	if !slices.Contains(s.New, mode) {
		if _, ok := open(t, s.Readings, s.readings(s.URL(t), mode)).(load.Journal[records.Reading]); ok {
			t.Error("the store is a load.Journal")
		}
		return
	}
	for name, test := range s.news(mode) {
		t.Run(name, func(t *testing.T) { test(t, mode) })
	}
}

// news are the tests of what is new in a store of a mode, by their names.
func (s StoreSuite) news(mode flow.Mode) map[string]func(*testing.T, flow.Mode) {
	tests := map[string]func(*testing.T, flow.Mode){
		"order and limit": s.testNewOrder,
		"kept":            s.testNewKept,
		"readers":         s.testNewReaders,
		"saved meanwhile": s.testNewMeanwhile,
		"nothing":         s.testNewNothing,
		"where":           s.testNewWhere,
		"saved again":     s.testNewAgain,
		"cancelled":       s.testNewCancelled,
		"killed":          s.testNewKilled,
	}
	if mode != flow.ReplaceAll { // where a save takes away what nobody has read
		tests["concurrent"] = s.testNewConcurrent
	}
	if s.Shared && mode == flow.Append {
		tests["written elsewhere"] = s.testNewProcesses
	}
	return tests
}

// following opens a store and a feed of it until the end of the test.
func (s StoreSuite) following(t *testing.T, o flow.StoreOptions[records.Reading], where ...record.Match) (flow.Store[records.Reading], load.Feed[records.Reading]) {
	t.Helper()
	store := open(t, s.Readings, o)
	return store, s.feed(t, store, "fresh", where...)
}

func (s StoreSuite) feed(t *testing.T, store flow.Store[records.Reading], stage string, where ...record.Match) load.Feed[records.Reading] {
	t.Helper()
	feed, err := store.(load.Journal[records.Reading]).Follow(t.Context(), load.FeedOptions{Service: "plant", Stage: stage, Where: where})
	if err != nil {
		t.Fatalf("follow: %v", err)
	}
	return feed
}

// next returns the next chunk of a feed, which must hold these records.
func next(t *testing.T, feed load.Feed[records.Reading], to int64, limit int, want ...records.Reading) load.Chunk[records.Reading] {
	t.Helper()
	chunk, err := feed.Next(t.Context(), to, limit)
	if err != nil || chunk.Records == nil {
		t.Fatalf("next: %v, %v", chunk, err)
	}
	wantSame(t, readingCodec, chunk.Records, want)
	if len(want) > 0 && chunk.To <= chunk.From || chunk.To > chunk.End {
		t.Fatalf("%d records lie from %d to %d of %d", len(want), chunk.From, chunk.To, chunk.End)
	}
	return chunk
}

func keepAt(t *testing.T, feed load.Feed[records.Reading], position int64) {
	t.Helper()
	if err := feed.Keep(t.Context(), position); err != nil {
		t.Fatalf("keep: %v", err)
	}
}

// several are readings with keys of their own.
func several(from, to int) (list []records.Reading) {
	for i := from; i < to; i++ {
		list = append(list, revised(reading("a", -i, float64(i)), i))
	}
	return list
}

func (s StoreSuite) testNewOrder(t *testing.T, mode flow.Mode) {
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	all := several(0, 25)
	save(t, store, all...)
	chunk := next(t, feed, 0, 10, all[:10]...)
	end := chunk.End
	if next(t, feed, 0, 10, all[:10]...).To != chunk.To {
		t.Error("the same records lie elsewhere when they come again")
	}
	keepAt(t, feed, chunk.To)
	chunk = next(t, feed, end, 10, all[10:20]...)
	keepAt(t, feed, chunk.To)
	if chunk = next(t, feed, end, 10, all[20:]...); chunk.To != end {
		t.Errorf("the last records end at %d, what was asked for at %d", chunk.To, end)
	}
	keepAt(t, feed, chunk.To)
	if chunk = next(t, feed, 0, 10); chunk.To != chunk.From || chunk.From != end {
		t.Errorf("nothing lies from %d to %d; the end was %d", chunk.From, chunk.To, end)
	}
}

// testNewKept keeps positions over restarts.
func (s StoreSuite) testNewKept(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	all := several(0, 6)
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
		save(t, store, all[:4]...) // before anybody follows
		keepAt(t, s.feed(t, store, "fresh"), next(t, s.feed(t, store, "fresh"), 0, 2, all[:2]...).To)
	})
	during(t, s.Readings, o, func(store flow.Store[records.Reading]) {
		feed := s.feed(t, store, "fresh")
		next(t, feed, 0, 100, all[2:4]...) // and does not keep it
		if mode != flow.ReplaceAll {
			save(t, store, all[4:]...)
		}
	})
	if mode == flow.ReplaceAll {
		all = all[:4]
	}
	_, feed := s.following(t, o)
	keepAt(t, feed, next(t, feed, 0, 100, all[2:]...).To)
	next(t, feed, 0, 100)
}

// testNewReaders gives every reader a position of its own.
func (s StoreSuite) testNewReaders(t *testing.T, mode flow.Mode) {
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	journal := store.(load.Journal[records.Reading])
	readers := func() []string {
		list, err := journal.Readers(t.Context(), "plant")
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(list)
		return list
	}
	if list := readers(); len(list) > 0 {
		t.Errorf("readers of a new store: %v", list)
	}
	all := several(0, 3)
	save(t, store, all...)
	keepAt(t, feed, next(t, feed, 0, 2, all[:2]...).To)
	next(t, s.feed(t, store, "other"), 0, 100, all...)
	elsewhere, err := journal.Follow(t.Context(), load.FeedOptions{Service: "farm", Stage: "fresh"})
	if err != nil {
		t.Fatal(err)
	}
	keepAt(t, elsewhere, next(t, elsewhere, 0, 100, all...).To)
	next(t, feed, 0, 100, all[2:]...)
	if list := readers(); !slices.Equal(list, []string{"fresh"}) {
		t.Errorf("readers: %v", list)
	}
	other := s.feed(t, store, "other")
	keepAt(t, other, next(t, other, 0, 1, all[0]).To)
	if list := readers(); !slices.Equal(list, []string{"fresh", "other"}) {
		t.Errorf("readers: %v", list)
	}
}

// testNewMeanwhile saves behind the end that was asked for.
func (s StoreSuite) testNewMeanwhile(t *testing.T, mode flow.Mode) {
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	all := several(0, 5)
	save(t, store, all[:2]...)
	chunk := next(t, feed, 0, 100, all[:2]...)
	save(t, store, all[2:]...)
	before := all[:2]
	if mode == flow.ReplaceAll {
		before = nil // they are gone
	}
	again := next(t, feed, chunk.End, 100, before...)
	if again.To != chunk.To || again.End != chunk.End {
		t.Errorf("the chunk ends at %d of %d, before at %d of %d", again.To, again.End, chunk.To, chunk.End)
	}
	keepAt(t, feed, again.To)
	next(t, feed, 0, 100, all[2:]...)
}

func (s StoreSuite) testNewNothing(t *testing.T, mode flow.Mode) {
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	if chunk := next(t, feed, 0, 100); chunk.To != chunk.From || chunk.End != chunk.From {
		t.Errorf("nothing lies from %d to %d of %d", chunk.From, chunk.To, chunk.End)
	}
	save(t, store)
	next(t, feed, 0, 100)
	a := several(0, 1)
	save(t, store, a...)
	next(t, feed, 0, 100, a...)
}

// testNewWhere passes over the records that do not match.
func (s StoreSuite) testNewWhere(t *testing.T, mode flow.Mode) {
	note := "it's"
	store, feed := s.following(t, s.readings(s.URL(t), mode), record.Match{Field: "note", Value: note}, record.Match{Field: "value", Value: 1.0})
	var all, want []records.Reading
	for i, r := range several(0, 30) {
		r.Value = float64(i % 3)
		if i > 5 {
			r.Note = &note
		}
		if all = append(all, r); i > 5 && r.Value == 1 {
			want = append(want, r)
		}
	}
	save(t, store, all...)
	chunk := next(t, feed, 0, 3, want[:3]...)
	keepAt(t, feed, chunk.To)
	if chunk = next(t, feed, chunk.End, 100, want[3:]...); chunk.To != chunk.End {
		t.Errorf("the records end at %d of %d", chunk.To, chunk.End)
	}
	keepAt(t, feed, chunk.To)
	next(t, feed, 0, 100)
}

// testNewAgain saves records whose keys are there already: what was stored
// anew is new, what was dropped is not.
func (s StoreSuite) testNewAgain(t *testing.T, mode flow.Mode) {
	o := s.readings(s.URL(t), mode)
	if mode == flow.Upsert {
		o.Version = "revision"
	}
	store, feed := s.following(t, o)
	a, b, c := reading("a", 1, 1), reading("b", 2, 2), reading("c", 3, 3)
	save(t, store, a, b)
	keepAt(t, feed, next(t, feed, 0, 100, a, b).To)
	a2, b0 := revised(reading("a", 1, 10), 2), revised(reading("b", 2, 20), -1)
	save(t, store, b0, c, a2)
	switch mode {
	case flow.Append:
		next(t, feed, 0, 100, c)
	case flow.Upsert: // b0 is older
		next(t, feed, 0, 100, c, a2)
	case flow.ReplaceAll:
		next(t, feed, 0, 100, b0, c, a2)
		save(t, store, a)
		next(t, feed, 0, 100, a)
	}
}

func (s StoreSuite) testNewCancelled(t *testing.T, mode flow.Mode) {
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	all := several(0, 3)
	save(t, store, all...)
	chunk := next(t, feed, 0, 2, all[:2]...)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := feed.Next(gone, 0, 100)
	wantCancelled(t, err)
	wantCancelled(t, feed.Keep(gone, chunk.To))
	next(t, feed, 0, 100, all...)
}

// testNewConcurrent reads what is new while several write: each record comes
// once, those of a writer in the order in which it saved them.
func (s StoreSuite) testNewConcurrent(t *testing.T, mode flow.Mode) {
	const writers, saves, size = 3, 25, 4
	store, feed := s.following(t, s.readings(s.URL(t), mode))
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range saves {
				if err := store.Save(t.Context(), burst(w, i, size)...); err != nil {
					t.Errorf("writer %d: %v", w, err)
				}
			}
		})
	}
	followAll(t, feed, writers, saves*size)
	writing.Wait()
	next(t, feed, 0, 100)
}

// followAll reads until all records of all writers have come: burst numbers
// them by their times.
func followAll(t *testing.T, feed load.Feed[records.Reading], writers, each int) {
	t.Helper()
	came := map[string]int{}
	for begin, total := time.Now(), 0; total < writers*each; {
		chunk, err := feed.Next(t.Context(), 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range chunk.Records {
			if n := int(r.At.Sub(start) / time.Second); n != came[r.Sensor] {
				t.Fatalf("record %d of writer %s came where %d was due", n, r.Sensor, came[r.Sensor])
			}
			came[r.Sensor]++
			total++
		}
		if chunk.To != chunk.From {
			keepAt(t, feed, chunk.To)
		}
		if time.Since(begin) > 3*patience {
			t.Fatalf("only these came: %v", came)
		}
	}
}

// testNewProcesses reads what processes of their own write.
func (s StoreSuite) testNewProcesses(t *testing.T, mode flow.Mode) {
	t.Parallel()
	const last = 60
	url := s.URL(t)
	_, feed := s.following(t, s.readings(url, mode))
	others := []*process{
		task{mode: mode, writer: 0, last: last, url: url}.run(t),
		task{mode: mode, writer: 1, last: last, url: url}.run(t),
	}
	followAll(t, feed, len(others), (last+1)*burstSize)
	for _, p := range others {
		for _, ok := p.next(t); ok; _, ok = p.next(t) {
		}
		if err := p.Wait(); err != nil {
			t.Errorf("a writer's process: %v", err)
		}
	}
}
