package conformance

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/internal/campaign"
)

// killedPlaces is in how many places a writer is killed: a place is left for a
// new one after some kills, because all that was saved there is read after each.
func killedPlaces() int { return campaign.Size(1, 5) }

// kills is how often a writer is killed in one place.
func kills() int { return campaign.Size(3, 20) }

// largestNote is the size of the note of each record of the last burst: with it
// a save is larger than a page.
const largestNote = 3600

// testKilled kills a writing process at any moment, again and again: what it
// acknowledged is there, and nothing is unreadable.
func (s StoreSuite) testKilled(t *testing.T, mode flow.Mode) {
	t.Parallel()
	for range killedPlaces() {
		s.killIn(t, s.URL(t), mode)
	}
}

// killIn kills the writers of one place.
func (s StoreSuite) killIn(t *testing.T, url string, mode flow.Mode) {
	k := task{mode: mode, last: 1 << 30, url: url}
	saved := -1
	last := kills() - 1
	for round := range last + 1 {
		k.first, k.bytes = saved+1, largestNote*round*round/(last*last)
		saved = k.kill(t, saved)
		o := s.readings(k.url, mode)
		during(t, s.Readings, o, func(store flow.Store[records.Reading]) { wantSaved(t, store, mode, saved) })
	}
}

// kill runs the task until it has acknowledged a burst at least, kills it, and
// returns the last one that it acknowledged.
func (k task) kill(t *testing.T, saved int) int {
	p := k.run(t)
	for range 1 + rand.N(6) {
		n, ok := p.next(t)
		if !ok {
			t.Fatal("the writer's process ended by itself")
		}
		saved = n
	}
	time.AfterFunc(rand.N(3*time.Millisecond), func() { _ = p.Process.Kill() })
	for n, ok := p.next(t); ok; n, ok = p.next(t) {
		saved = n
	}
	_ = p.Wait()
	return saved
}

// wantSaved checks that a store holds all bursts up to saved. Of those after
// it, which were not acknowledged, it may hold some.
func wantSaved(t *testing.T, store flow.Reader[records.Reading], mode flow.Mode, saved int) {
	t.Helper()
	list, err := store.All(t.Context())
	if err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	count := map[int]int{}
	for _, r := range list {
		count[r.Revision]++
	}
	if mode != flow.Append {
		if len(count) != 1 || len(list) != burstSize || list[0].Revision < saved {
			t.Fatalf("after a kill: saves and their records %v, want %d of one from %d on", count, burstSize, saved)
		}
		return
	}
	for n := range saved + 1 {
		if count[n] != burstSize {
			t.Fatalf("after a kill: %d records of save %d (acknowledged up to %d), want %d", count[n], n, saved, burstSize)
		}
	}
}

// testProcesses writes to one place from three processes at a time.
func (s StoreSuite) testProcesses(t *testing.T) {
	t.Parallel()
	const last = 40
	mode, url := flow.Append, s.URL(t)
	others := []*process{
		task{mode: mode, writer: 1, last: last, url: url}.run(t),
		task{mode: mode, writer: 2, last: last, url: url}.run(t),
	}
	store := open(t, s.Readings, s.readings(url, mode))
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { watch(t, store, burstSize, done) })
	for n := range last + 1 {
		save(t, store, burst(0, n, burstSize)...)
	}
	for _, p := range others {
		for _, ok := p.next(t); ok; _, ok = p.next(t) {
		}
		if err := p.Wait(); err != nil {
			t.Errorf("a writer's process: %v", err)
		}
	}
	close(done)
	watching.Wait()
	list, err := store.All(t.Context())
	if want := 3 * (last + 1) * burstSize; err != nil || len(list) != want {
		t.Errorf("%d records, %v; want %d", len(list), err, want)
	}
}
