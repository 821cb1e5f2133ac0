package flow

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// fakeStore keeps what is saved, and refuses negative numbers for good.
type fakeStore struct {
	saved [][]int
	calls int
	down  int // calls that fail first
}

func (f *fakeStore) Save(_ context.Context, records ...int) error {
	f.calls++
	if f.calls <= f.down {
		return errors.New("down")
	}
	for _, r := range records {
		if r < 0 {
			return Permanent(fmt.Errorf("%d breaks a constraint", r))
		}
	}
	f.saved = append(f.saved, records)
	return nil
}

func TestSaveIsOneSave(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	var f fakeStore
	in := batch([]int{3, 4}, 1, 2)
	out, err := Save(ctx, stageOf(t, StageOptions{Name: "store.a"}), &f, in)
	same(t, "error", err, nil)
	same(t, "saves", f.saved, [][]int{{1, 2}})
	same(t, "goes on", origins(out), []int{3, 4})
	equal(t, "sent", sc.Stage("store.a").Sent.Load(), 2)
}

func TestSaveOfNothing(t *testing.T) {
	var f fakeStore
	_, err := Save(t.Context(), stageOf(t, StageOptions{Name: "s"}), &f, Batch[int]{})
	same(t, "error", err, nil)
	_, err = SaveItems(t.Context(), stageOf(t, StageOptions{Name: "s"}), &f, batchOf([]int{}))
	same(t, "error", err, nil)
	equal(t, "calls", f.calls, 0)
}

func TestRefusedRecordsAreSingledOut(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	var f fakeStore
	in := batchOf(1, 2, -3, 4, 5, 6, 7, -8)
	out, err := Save(ctx, stageOf(t, StageOptions{Name: "s", OnError: SkipRecord}), &f, in)
	same(t, "error", err, nil)
	same(t, "goes on", out.Values, []int{1, 2, 4, 5, 6, 7})
	same(t, "origins", origins(out), []int{0, 1, 3, 4, 5, 6})
	total := 0
	for _, s := range f.saved {
		total += len(s)
	}
	equal(t, "saved", total, 6)
	c := sc.Stage("s")
	equal(t, "sent, skipped, errors", fmt.Sprint(c.Sent.Load(), c.Skipped.Load(), c.Errors.Load()), "6 2 2")
}

func TestRefusedRecordFailsTheBatch(t *testing.T) {
	var f fakeStore
	_, err := Save(t.Context(), stageOf(t, StageOptions{Name: "s"}), &f, batchOf(1, -2, 3))
	equal(t, "error", fmt.Sprint(err), `flow "", pipeline "", stage "s": -2 breaks a constraint (record -2)`)
}

func TestSaveIsTriedAgain(t *testing.T) {
	f := fakeStore{down: 2}
	out, err := Save(t.Context(), stageOf(t, StageOptions{Name: "s", Retry: Retry{Attempts: 3}}), &f, batchOf(1, 2))
	same(t, "error", err, nil)
	same(t, "saves", f.saved, [][]int{{1, 2}})
	equal(t, "goes on", len(out.Values), 2)
}

// A store that is down is no reason to try record by record.
func TestSaveThatIsDownIsNotHalved(t *testing.T) {
	f := fakeStore{down: 100}
	out, err := Save(t.Context(), stageOf(t, StageOptions{Name: "s", OnError: SkipRecord}), &f, batchOf(1, 2, 3, 4))
	same(t, "error", err, nil)
	equal(t, "calls", f.calls, 1)
	equal(t, "goes on", len(out.Values), 0)
}

func TestSaveItems(t *testing.T) {
	var f fakeStore
	s := stageOf(t, StageOptions{Name: "s", OnError: SkipRecord})
	out, err := SaveItems(t.Context(), s, &f, batchOf([]int{1, 2}, nil, []int{3}))
	same(t, "error", err, nil)
	same(t, "one save", f.saved, [][]int{{1, 2, 3}})
	equal(t, "losses", len(out.lost), 0)
	out, err = SaveItems(t.Context(), s, &f, batchOf([]int{1, -2}, []int{3}, []int{-4}))
	same(t, "error", err, nil)
	same(t, "goes on", out.Values, [][]int{{1}, {3}, {}})
	same(t, "losses", out.lost, []int{0, 2})
}

func TestReplaceWritesTheLast(t *testing.T) {
	var f fakeStore
	s := stageOf(t, StageOptions{Name: "s"})
	_, err := Replace(t.Context(), s, &f, batchOf(1, 2, 3))
	same(t, "error", err, nil)
	_, err = ReplaceItems(t.Context(), s, &f, batchOf([]int{1}, []int{4, 5}))
	same(t, "error", err, nil)
	_, err = ReplaceItems(t.Context(), s, &f, batchOf([]int{}))
	same(t, "error", err, nil)
	_, err = Replace(t.Context(), s, &f, Batch[int]{})
	same(t, "error", err, nil)
	equal(t, "saves", fmt.Sprint(f.saved), "[[3] [4 5] []]")
}
