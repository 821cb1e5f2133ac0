package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

// shop refuses what is not there, skips what is none of its business, and
// breaks at -1.
func shop(_ context.Context, v int) (string, error) {
	switch {
	case v == -1:
		return "", errors.New("broken")
	case v == 0:
		return "", Skip
	case v > 99:
		return "", fmt.Errorf("looking: %w", Refuse(404, fmt.Sprintf("no order %d", v)))
	}
	return fmt.Sprint(v), nil
}

// told returns a context in which callers wait, and what they are told.
func told(ctx context.Context) (context.Context, map[int]string) {
	var mu sync.Mutex
	told := map[int]string{}
	return withCallers(ctx, func(i int, err error) {
		mu.Lock()
		defer mu.Unlock()
		told[i] = err.Error()
	}), told
}

func TestRefuseTellsTheCaller(t *testing.T) {
	for _, workers := range []int{1, 3} {
		ctx, sc := inPipeline(t.Context())
		ctx, told := told(ctx)
		s := stageOf(t, StageOptions{Name: "shop", Workers: workers, Retry: Retry{Attempts: 5}})
		in, err := Map(ctx, s, batchOf(0, 1, 2), shop)
		if err != nil {
			t.Fatal(err)
		}
		// Of the records 1 and 2 the second is refused, one step later.
		out, err := Map(ctx, s, in, func(_ context.Context, v string) (int, error) {
			if v == "2" {
				return 0, Refuse(409, "taken")
			}
			return 1, nil
		})
		same(t, "error", err, nil)
		same(t, "goes on", origins(out), []int{1})
		same(t, "told", told, map[int]string{2: "refused with status 409: taken"})
		same(t, "skipped", sc.Stage("shop").Skipped.Load(), int64(2))
		same(t, "retries", sc.Stage("shop").Retries.Load(), int64(0))
	}
}

// TestRefuseItems tells the caller of a list which of its items was refused; the
// others go on.
func TestRefuseItems(t *testing.T) {
	ctx, _ := inPipeline(t.Context())
	ctx, told := told(ctx)
	s := stageOf(t, StageOptions{Name: "shop"})
	out, err := MapItems(ctx, s, batchOf([]int{}, []int{1, 2}, []int{}, []int{3, 100, 4}, []int{5}), shop)
	same(t, "error", err, nil)
	same(t, "lists", out.Values, [][]string{{}, {"1", "2"}, {}, {"3", "4"}, {"5"}})
	same(t, "told", told, map[int]string{3: "looking: refused with status 404: no order 100"})
}

// TestRefuseNobody logs the reason where no caller waits.
func TestRefuseNobody(t *testing.T) {
	var log bytes.Buffer
	sc := run.NewScope("plant", "core", slog.New(slog.NewTextHandler(&log, nil)))
	out, err := Map(run.WithScope(t.Context(), sc), stageOf(t, StageOptions{Name: "shop"}), batchOf(100, 1), shop)
	same(t, "error", err, nil)
	same(t, "goes on", origins(out), []int{1})
	if !bytes.Contains(log.Bytes(), []byte(`level=WARN msg="record refused" flow=plant pipeline=core stage=shop error="looking: refused with status 404: no order 100"`)) {
		t.Errorf("%s", &log)
	}
}

// TestRefuseBesideAFailure refuses one record of a batch in which another one
// fails: each caller is told what becomes of his own.
func TestRefuseBesideAFailure(t *testing.T) {
	ctx, _ := inPipeline(t.Context())
	s := stageOf(t, StageOptions{Name: "shop"})
	told := map[int]int{} // statuses; 0: failed
	d := Delivery[int]{Batch: batchOf(1, 100, -1, 101), Refuse: func(i int, err error) {
		var r *fail.Refusal
		if errors.As(err, &r) {
			told[i] = r.Status
			return
		}
		told[i] = 0
	}}
	err := isolate(ctx, d, func(ctx context.Context, in Batch[int]) error {
		_, err := Map(ctx, s, in, shop)
		return err
	})
	same(t, "told", told, map[int]int{1: 404, 2: 0, 3: 404})
	if !run.IsTold(err) {
		t.Error("a failure beside a refusal is none:", err)
	}
}
