package flow

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/run"
)

// A pipeline that fails drains the others: what they do ends well.
func TestFailureDrainsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen events
		start := time.Now()
		r := runProgram(t, "", func(s *Setup) {
			stage := NewStage(s, StageOptions{Name: "core"})
			Run(s, PipelineOptions{Name: "core"}, Trigger{Every: "10s", Delay: "1s"}, func(ctx context.Context) error {
				_, err := Map(ctx, stage, batchOf(map[string]int{"a": 1}), func(context.Context, map[string]int) (int, error) {
					return 0, errors.New("no such sensor")
				})
				return err
			})
			everySecond(s, "slow", func(ctx context.Context) error {
				err := run.Sleep(ctx, 3*time.Second)
				seen.add("slow(%v)", err)
				return err
			})
			Receive(s, PipelineOptions{Name: "listen"}, queueOf(), func(context.Context, Batch[int]) error { return nil })
		})
		r.want(t, 1, `error: flow "weather", pipeline "core", stage "core": no such sensor (record {"a":1})`)
		equal(t, "events", seen.String(), "slow(<nil>)")
		equal(t, "time", time.Since(start), 3*time.Second)
		equal(t, "times the error is shown", strings.Count(r.stderr, "no such sensor"), 1)
	})
}

// The stack of a panic in a branch outside of a stage is logged too.
func TestPanicInABranch(t *testing.T) {
	runProgram(t, "", func(s *Setup) {
		everySecond(s, "poll", func(ctx context.Context) error {
			return Branches(ctx, func(context.Context) error { panic("off the rails") }, func(context.Context) error { return nil })
		})
	}).want(t, 1, "panic: off the rails", "program_test.go")
}
