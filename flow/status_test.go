package flow

import (
	"context"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

func TestCounts(t *testing.T) {
	r := runProgram(t, "-once", func(s *Setup) {
		fetch := NewStage(s, StageOptions{Name: "fetch"})
		save := NewStage(s, StageOptions{Name: "store.a", OnError: SkipRecord})
		tell := []*Stage{NewStage(s, StageOptions{Name: "tell_a"}).Sending(), NewStage(s, StageOptions{Name: "tell_b"}).Sending()}
		note := NewStage(s, StageOptions{Name: "note"}) // a function: what it does counts as nothing sent
		Run(s, PipelineOptions{Name: "http_in"}, Trigger{Once: true}, func(ctx context.Context) error {
			b, err := CallList(ctx, fetch, func(context.Context) ([]int, error) { return []int{1, 2, -3, 4}, nil })
			if err == nil {
				_, err = SaveItems(ctx, save, &fakeStore{}, b)
			}
			return err
		})
		Run(s, PipelineOptions{Name: "send"}, Trigger{Once: true}, func(ctx context.Context) error {
			b, err := Call(ctx, fetch, func(context.Context) (int, error) { return 1, nil })
			if err != nil {
				return err
			}
			send := func(stage *Stage) func(context.Context) error {
				return func(ctx context.Context) error {
					_, err := Do(ctx, stage, b, func(context.Context, int) error { return nil })
					return err
				}
			}
			return Branches(ctx, send(tell[0]), send(tell[1]), send(note))
		})
		s.core.Part(run.Part{Name: "store.a", Where: "sqlite:data/a.db"})
		s.core.Part(run.Part{Name: "silent"})
	})
	r.want(t, 0)
	equal(t, "rows", summaryOf(r), "http_in 1 4 3 1 1; send 1 1 2 0 0")
	if !strings.HasSuffix(r.stdout, ":\n  store.a  sqlite:data/a.db\n") {
		t.Errorf("Data is not told:\n%s", r.stdout)
	}
}

// summaryOf returns the cells of a summary's rows: pipeline, runs, in, out,
// skipped, errors.
func summaryOf(r result) string {
	var rows []string
	for line := range strings.Lines(r.stdout) {
		if f := strings.Fields(line); len(f) == 8 && f[0] != "flow" {
			rows = append(rows, strings.Join(f[1:7], " "))
		}
	}
	return strings.Join(rows, "; ")
}
