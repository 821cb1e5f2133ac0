package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

// stageOf returns a stage with these settings.
func stageOf(t *testing.T, o StageOptions) *Stage {
	t.Helper()
	setup := setupWith(nil)
	s := NewStage(setup, o)
	if wrong := setup.wrongs(); wrong != "" {
		t.Fatal(wrong)
	}
	return s
}

// inPipeline returns a context as a run of a pipeline has it, and its scope.
func inPipeline(ctx context.Context) (context.Context, *run.Scope) {
	sc := run.NewScope("plant", "core", slog.New(slog.DiscardHandler))
	return run.WithScope(ctx, sc), sc
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// odd skips even numbers.
func odd(_ context.Context, v int) (string, error) {
	if v%2 == 0 {
		return "", Skip
	}
	return fmt.Sprint(v), nil
}

func origins[T any](b Batch[T]) []int {
	list := make([]int, len(b.Values))
	for i := range list {
		list[i] = b.Origin(i)
	}
	return list
}

func TestMapKeepsOrigins(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	s := stageOf(t, StageOptions{Name: "odd"})
	for _, test := range []struct {
		in      []int
		values  []string
		origins []int
	}{
		{[]int{1, 3, 5}, []string{"1", "3", "5"}, []int{0, 1, 2}},
		{[]int{2, 1, 4, 3}, []string{"1", "3"}, []int{1, 3}},
		{[]int{1, 3, 2}, []string{"1", "3"}, []int{0, 1}},
		{[]int{2}, []string{}, []int{}},
		{nil, []string{}, []int{}},
	} {
		out, err := Map(ctx, s, batchOf(test.in...), odd)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "values", out.Values, test.values)
		same(t, "origins", origins(out), test.origins)
	}
	c := sc.Stage("odd")
	equal(t, "in, out, skipped, errors", fmt.Sprint(c.In.Load(), c.Out.Load(), c.Skipped.Load(), c.Errors.Load()), "11 7 4 0")
}

// Origins hold through several stages that skip.
func TestOriginsThroughStages(t *testing.T) {
	s := stageOf(t, StageOptions{Name: "s"})
	skip := func(n int) func(context.Context, int) (int, error) {
		return func(_ context.Context, v int) (int, error) {
			if v == n {
				return 0, Skip
			}
			return v, nil
		}
	}
	b := batchOf(10, 11, 12, 13, 14)
	for _, n := range []int{11, 14, 10} {
		var err error
		if b, err = Map(t.Context(), s, b, skip(n)); err != nil {
			t.Fatal(err)
		}
	}
	same(t, "values", b.Values, []int{12, 13})
	same(t, "origins", origins(b), []int{2, 3})
}

func TestMapNamesTheRecordThatFails(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	type reading struct {
		Sensor string `json:"sensor"`
	}
	_, err := Map(ctx, stageOf(t, StageOptions{Name: "core"}), batchOf(reading{"a"}, reading{"b"}), func(_ context.Context, r reading) (int, error) {
		if r.Sensor == "b" {
			return 0, errors.New("too hot")
		}
		return 1, nil
	})
	equal(t, "error", fmt.Sprint(err), `flow "plant", pipeline "core", stage "core": too hot (record {"sensor":"b"})`)
	equal(t, "errors", sc.Stage("core").Errors.Load(), 1)
}

func TestOnErrorSkip(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	out, err := Map(ctx, stageOf(t, StageOptions{Name: "s", OnError: SkipRecord}), batchOf(1, 2, 3), func(_ context.Context, v int) (int, error) {
		if v == 2 {
			panic("two")
		}
		return v, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "values", out.Values, []int{1, 3})
	equal(t, "skipped", sc.Stage("s").Skipped.Load(), 1)
	equal(t, "errors", sc.Stage("s").Errors.Load(), 1)
}

func TestCancelledContextNeverSkips(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err := Map(ctx, stageOf(t, StageOptions{Name: "s", OnError: SkipRecord}), batchOf(1, 2), func(ctx context.Context, v int) (int, error) {
		calls++
		cancel()
		return 0, ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	equal(t, "calls", calls, 1)
	_, err = MapItems(ctx, stageOf(t, StageOptions{Name: "s"}), batchOf([]int{1}), func(context.Context, int) (int, error) { return 1, nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestMapItems(t *testing.T) {
	s := stageOf(t, StageOptions{Name: "odd"})
	out, err := MapItems(t.Context(), s, batchOf([]int{1, 2, 3}, nil, []int{5}), odd)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "values", out.Values, [][]string{{"1", "3"}, {}, {"5"}})
	same(t, "lists that lost an item", out.lost, []int{0})
	twice, err := MapItemLists(t.Context(), s, batchOf([]int{1, 2}), func(_ context.Context, v int) ([]int, error) { return []int{v, v}, nil })
	if err != nil {
		t.Fatal(err)
	}
	same(t, "joined lists", twice.Values, [][]int{{1, 1, 2, 2}})
	_, err = MapItems(t.Context(), s, batchOf([]int{1}), func(context.Context, int) (int, error) { return 0, errors.New("no") })
	if err == nil {
		t.Error("no error")
	}
}

func TestCallCountsTheItemsOfItsList(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	s := stageOf(t, StageOptions{Name: "fetch"})
	list := func(values []int, err error) {
		t.Helper()
		if _, err := CallList(ctx, s, func(context.Context) ([]int, error) { return values, err }); err != nil {
			t.Fatal(err)
		}
	}
	list([]int{1, 2, 3}, nil)
	equal(t, "out after a list", sc.Stage("fetch").Out.Load(), 3)
	call(t, ctx, s, []byte("abc"), nil, 1)
	equal(t, "out after bytes", sc.Stage("fetch").Out.Load(), 4)
	list(nil, Skip)
	equal(t, "out after a skip", sc.Stage("fetch").Out.Load(), 4)
	list([]int{}, nil)
	equal(t, "out after an empty list", sc.Stage("fetch").Out.Load(), 4)
}

func call[U any](t *testing.T, ctx context.Context, s *Stage, value U, err error, want int) {
	t.Helper()
	out, err := Call(ctx, s, func(context.Context) (U, error) { return value, err })
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "values", len(out.Values), want)
}

func TestDoPassesOn(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	s := stageOf(t, StageOptions{Name: "tell"})
	even := func(ctx context.Context, v int) error { _, err := odd(ctx, v); return err }
	out, err := Do(ctx, s, batchOf(1, 2, 3), even)
	same(t, "values", out.Values, []int{1, 3})
	lists, err2 := DoItems(ctx, s, batchOf([]int{1, 2}, []int{3}), even)
	same(t, "lists", lists.Values, [][]int{{1}, {3}})
	same(t, "errors", []error{err, err2}, []error{nil, nil})
	equal(t, "sent by a function", sc.Stage("tell").Sent.Load(), 0)
	s.sends = true
	_, err = Do(ctx, s, batchOf(1, 2, 3), even)
	_, err2 = DoItems(ctx, s, batchOf([]int{1, 2}, []int{}, []int{3}), even)
	same(t, "errors", []error{err, err2}, []error{nil, nil})
	equal(t, "sent", sc.Stage("tell").Sent.Load(), 4)
}

func TestRetries(t *testing.T) {
	for _, test := range []struct {
		name  string
		o     StageOptions
		errs  []error // of the calls, in order
		calls int
		fails bool
		took  time.Duration // at most; a fifth less is right too
	}{
		{"no retry", StageOptions{}, []error{errors.New("no")}, 1, true, 0},
		{"mended", StageOptions{Retry: Retry{5, "200ms", "10s"}}, []error{errors.New("no"), errors.New("no")}, 3, false, 600 * time.Millisecond},
		{"given up", StageOptions{Retry: Retry{3, "1s", "10s"}}, []error{errors.New("a"), errors.New("b"), errors.New("c"), nil}, 3, true, 3 * time.Second},
		{"longest pause", StageOptions{Retry: Retry{4, "1s", "2s"}}, []error{errors.New("a"), errors.New("b"), errors.New("c")}, 4, false, 5 * time.Second},
		{"permanent", StageOptions{Retry: Retry{5, "1s", "10s"}}, []error{Permanent(errors.New("no"))}, 1, true, 0},
		{"wrapped permanent", StageOptions{Retry: Retry{5, "1s", "10s"}}, []error{fmt.Errorf("x: %w", Permanent(errors.New("no")))}, 1, true, 0},
		{"not implemented", StageOptions{Retry: Retry{5, "1s", "10s"}}, []error{ErrNotImplemented}, 1, true, 0},
		{"Retry-After", StageOptions{Retry: Retry{2, "1s", "2s"}}, []error{RetryAfter(errors.New("busy"), time.Minute)}, 2, false, time.Minute},
		{"Retry-After that asks for less", StageOptions{Retry: Retry{2, "10s", "20s"}}, []error{RetryAfter(errors.New("busy"), time.Millisecond)}, 2, false, 10 * time.Second},
		{"no bound", StageOptions{Retry: Retry{3, "1s", ""}}, []error{errors.New("a"), errors.New("b")}, 3, false, 3 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, sc := inPipeline(t.Context())
				test.o.Name = "s"
				calls, start := 0, time.Now()
				_, err := Map(ctx, stageOf(t, test.o), batchOf(1), func(context.Context, int) (int, error) {
					if calls++; calls <= len(test.errs) {
						return 0, test.errs[calls-1]
					}
					return 1, nil
				})
				equal(t, "calls", calls, test.calls)
				equal(t, "fails", err != nil, test.fails)
				equal(t, "retries", sc.Stage("s").Retries.Load(), int64(test.calls-1))
				if took := time.Since(start); took > test.took || took < test.took*4/5 {
					t.Errorf("took %v, want %v less a fifth", took, test.took)
				}
			})
		})
	}
}

// Where the spec cannot tell, since they come from outside, the program does.
func TestFirstPauseIsNotLongerThanTheLongest(t *testing.T) {
	s := setupWith(map[string]string{"FIRST": "1m"})
	NewStage(s, StageOptions{Name: "s", Retry: Retry{3, "${FIRST}", "${MAX:-10s}"}})
	equal(t, "errors", s.wrongs(), "stage.s: retry.first (from FIRST): longer than retry.max (from MAX)")
}

func TestPausesStayInBounds(t *testing.T) {
	for _, s := range []Stage{{first: time.Second, max: time.Minute}, {first: 10 * time.Second, max: time.Hour}, {first: time.Hour, max: time.Second}, {}} {
		for attempt := 1; attempt < 200; attempt++ {
			if p := run.Pause(attempt, s.first, s.max, nil); p < 0 || p > s.max || p == 0 && s.first > 0 {
				t.Fatalf("%+v: pause %d is %v", s, attempt, p)
			}
		}
	}
}

// A time of zero is none of "no limit": a timeout of it is refused, a longest
// pause of it is no pause.
func TestZeroTimes(t *testing.T) {
	s := setupWith(map[string]string{"ZERO": "0s"})
	for _, raw := range []string{"0s", "${ZERO}", ""} {
		NewStage(s, StageOptions{Name: "s", Timeout: raw})
	}
	equal(t, "errors", s.wrongs(), `stage.s: timeout: a timeout cannot be zero
stage.s: timeout (from ZERO): a timeout cannot be zero`)
	for raw, want := range map[string]time.Duration{"": 4 * time.Second, "0s": 0, "1s": time.Second} {
		st := NewStage(s, StageOptions{Name: "s", Retry: Retry{First: "2s", Max: raw}})
		if got := run.Pause(2, st.first, st.max, nil); got > want || got < want*4/5 {
			t.Errorf("a longest pause of %q: the second one is %v, want %v less a fifth", raw, got, want)
		}
	}
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, calls := time.Now(), 0
		s := stageOf(t, StageOptions{Name: "s", Timeout: "2s", Retry: Retry{Attempts: 2}})
		_, err := Map(t.Context(), s, batchOf(1), func(ctx context.Context, _ int) (int, error) {
			calls++
			return 0, fmt.Errorf("asking: %w", run.Sleep(ctx, time.Hour))
		})
		if err == nil || !strings.Contains(err.Error(), "no answer within the timeout of 2s (asking: context deadline exceeded)") {
			t.Errorf("error is %v", err)
		}
		equal(t, "calls", calls, 2)
		equal(t, "time", time.Since(start), 4*time.Second)
	})
}

func TestRetryEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s := stageOf(t, StageOptions{Name: "s", Retry: Retry{Attempts: 9, First: "1h"}, OnError: SkipRecord})
		start := time.Now()
		_, err := Map(ctx, s, batchOf(1), func(context.Context, int) (int, error) { return 0, errors.New("no") })
		equal(t, "time", time.Since(start), time.Second)
		if err == nil {
			t.Error("the record was dropped")
		}
	})
}

func TestRefuse(t *testing.T) {
	ctx, sc := inPipeline(t.Context())
	if err := stageOf(t, StageOptions{Name: "s", OnError: SkipRecord}).Refuse(ctx, []byte("{"), errors.New("bad")); err != nil {
		t.Errorf("skip: %v", err)
	}
	err := stageOf(t, StageOptions{Name: "s"}).Refuse(ctx, []byte(strings.Repeat("ü", 150)), errors.New("bad"))
	want := `flow "plant", pipeline "core", stage "s": bad (record ` + strings.Repeat("ü", 100) + "…)"
	equal(t, "error", fmt.Sprint(err), want)
	equal(t, "permanent", fail.IsPermanent(err), true)
	equal(t, "skipped, errors", fmt.Sprint(sc.Stage("s").Skipped.Load(), sc.Stage("s").Errors.Load()), "1 2")
}

func TestShownRecordStaysUTF8(t *testing.T) {
	if got := show("x" + strings.Repeat("ü", 150)); strings.ContainsRune(got, '\uFFFD') || !strings.HasSuffix(got, "ü…") {
		t.Errorf("shown: %q", got)
	}
	equal(t, "nothing", show(nil), "")
	equal(t, "cannot be shown", show(func() {}), "")
}

func TestUnjoined(t *testing.T) {
	a, b := errors.New("a"), errors.New("b")
	both := fmt.Errorf("%w (%w)", a, b)
	same(t, "errors", fail.List(errors.Join(a, nil, errors.Join(b, both))), []error{a, b, both})
	equal(t, "of nil", len(fail.List(nil)), 0)
}
