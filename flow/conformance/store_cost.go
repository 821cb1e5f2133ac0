package conformance

import (
	"strings"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
)

// A large store holds manyRecords of noteBytes each. A save that reads or writes
// all of them takes 15 ms and more.
const (
	manyRecords = 20_000
	noteBytes   = 1000
)

// testCost saves into an empty store and into a large one: what a save costs
// does not grow with what is stored. The quickest of some saves counts, so that
// a busy machine does not.
func (s StoreSuite) testCost(t *testing.T) {
	for _, mode := range s.Modes {
		if mode != flow.ReplaceAll && !s.Rewrites {
			t.Run(modeName(mode), func(t *testing.T) { s.compareCost(t, mode) })
		}
	}
}

func (s StoreSuite) compareCost(t *testing.T, mode flow.Mode) {
	const piece = 1000
	note := strings.Repeat("x", noteBytes)
	store := open(t, s.Readings, s.readings(s.URL(t), mode))
	small := quickestSave(t, store, 1, 0)
	for n := range manyRecords / piece {
		list := burst(0, n, piece)
		for i := range list {
			list[i].Note = &note
		}
		save(t, store, list...)
	}
	most := 3*small + 2*time.Millisecond
	large := quickestSave(t, store, 2, most)
	if large > most {
		t.Errorf("a save takes %v, and %v where %d records are stored", small, large, manyRecords)
	}
}

// quickestSave returns how long the quickest of some saves took; of many, until
// one is quick enough.
func quickestSave(t *testing.T, store flow.Store[records.Reading], writer int, enough time.Duration) time.Duration {
	t.Helper()
	const some, many = 20, 1000
	quickest := time.Hour
	for i := 0; i < some || i < many && enough > 0 && quickest > enough; i++ {
		start := time.Now()
		save(t, store, burst(writer, i, 1)...)
		quickest = min(quickest, time.Since(start))
	}
	return quickest
}
