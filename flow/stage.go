package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/time/rate"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/run"
)

// OnError says what becomes of a record whose call failed for good.
type OnError int

const (
	// Fail fails the batch: the pipeline's own setting decides what follows.
	Fail OnError = iota
	// SkipRecord logs and counts the record; it is done.
	SkipRecord
)

// StageOptions are the settings of a stage, as the spec has them: durations
// are texts such as "30s" and may hold ${NAME}.
type StageOptions struct {
	Name    string // "core", "store.summaries"
	Timeout string // of one call; empty: none
	Retry   Retry
	OnError OnError
	Workers int    // calls at a time; 0 and 1: one
	Rate    string // calls a time at most, such as "100/s", tries included; empty: no limit
}

// Retry says how often a call is tried. The pause between tries doubles from
// First to Max.
type Retry struct {
	Attempts int    // 0 and 1: one try
	First    string // pause after the first failed try
	Max      string // longest pause; empty: an hour
}

// Place is how errors of settings name the stage: "stage.core",
// "store.summaries".
func (o StageOptions) Place() string {
	if strings.Contains(o.Name, ".") {
		return o.Name
	}
	return "stage." + o.Name
}

// Stage is a stage of a service with its settings resolved. It is safe for
// concurrent use: a stage may stand in several pipelines.
type Stage struct {
	name     string
	timeout  time.Duration
	attempts int
	first    time.Duration
	max      time.Duration
	onError  OnError
	workers  int
	rate     *rate.Limiter // nil: no limit
	sends    bool          // what is done with a value counts as sent
}

// NewStage resolves the settings of a stage.
func NewStage(s *Setup, o StageOptions) *Stage {
	place := o.Place()
	s.core.AddName(o.Name)
	stage := &Stage{
		name:     o.Name,
		timeout:  s.core.Timeout(place, o.Timeout),
		attempts: max(1, o.Retry.Attempts),
		first:    s.Duration(place, "retry.first", o.Retry.First),
		max:      s.core.LongestPause(place, o.Retry.Max),
		onError:  o.OnError,
		workers:  o.Workers,
		rate:     s.core.Limiter(place, o.Rate),
	}
	if stage.first > stage.max {
		s.Errorf(place, "retry.first%s: longer than retry.max%s", run.From(o.Retry.First), run.From(o.Retry.Max))
	}
	return stage
}

// Sending makes each value that [Do] and [DoItems] hand to the stage count as one
// that left the pipeline, and returns the stage.
func (s *Stage) Sending() *Stage {
	s.sends = true
	return s
}

// Name returns the stage's name as it stands in a list of stages.
func (s *Stage) Name() string { return s.name }

// Refuse applies the stage's on_error to a record of a source that could not
// be decoded: nil means that the record is done, an error that the batch
// fails. raw is what arrived.
func (s *Stage) Refuse(ctx context.Context, raw []byte, err error) error {
	return s.settle(ctx, Permanent(err), string(raw))
}

// Attempt makes a call for the stage that is about no record: each try within
// its timeout, as often as its retries allow. Whatever on_error says, its error
// fails the run.
func (s *Stage) Attempt(ctx context.Context, do func(context.Context) error) error {
	err := s.call(ctx, do)
	if err == nil {
		return nil
	}
	sc := run.ScopeOf(ctx)
	if ctx.Err() == nil {
		sc.Stage(s.name).Errors.Add(1)
	}
	return sc.Fail(s.name, "", err)
}

// call makes one call of the stage: as often as its settings allow, each try
// within the timeout, a panic turned into an error. It returns Skip as it is.
func (s *Stage) call(ctx context.Context, do func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := s.try(ctx, do)
		if err == nil || attempt >= s.attempts || !retryable(err) || ctx.Err() != nil {
			return err
		}
		run.ScopeOf(ctx).Stage(s.name).Retries.Add(1)
		wait := run.Pause(attempt, s.first, s.max, err)
		run.ScopeOf(ctx).Log(s.name).Warn("call failed, trying again", "attempt", attempt, "wait", wait, "error", err)
		if run.Sleep(ctx, wait) != nil {
			return err
		}
	}
}

func (s *Stage) try(ctx context.Context, do func(context.Context) error) (err error) {
	if err := s.await(ctx); err != nil {
		return err
	}
	if s.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.timeout, fmt.Errorf("no answer within the timeout of %v", s.timeout))
		defer cancel()
		defer func() {
			if err != nil && errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
				err = fmt.Errorf("%w (%w)", context.Cause(ctx), err)
			}
		}()
	}
	defer fail.Catch(&err)
	return do(ctx)
}

// retryable reports whether another try may mend err.
func retryable(err error) bool {
	return !errors.Is(err, Skip) && !errors.Is(err, ErrNotImplemented) && !fail.IsPermanent(err)
}

// settle decides what the error of one record means: nil drops the record,
// which then is done; an error fails the batch. The end of the context, and
// what fails while the service stops, is never the record's fault.
func (s *Stage) settle(ctx context.Context, err error, record any) error {
	sc := run.ScopeOf(ctx)
	counters := sc.Stage(s.name)
	if errors.Is(err, Skip) {
		counters.Skipped.Add(1)
		return nil
	}
	if ctx.Err() != nil || sc.Stopping() {
		return sc.Fail(s.name, "", err)
	}
	counters.Errors.Add(1)
	shown := show(record)
	var p *fail.Panic
	if errors.As(err, &p) {
		sc.Log(s.name).Error("stage panicked", "error", err, "stack", string(p.Stack))
	}
	if s.onError != SkipRecord {
		return sc.Fail(s.name, shown, err)
	}
	counters.Skipped.Add(1)
	sc.Log(s.name).LogAttrs(ctx, slog.LevelWarn, "record skipped", slog.Any("error", err), slog.String("record", shown))
	return nil
}

// shownLength is how much of a record an error shows, in bytes.
const shownLength = 200

// show returns a record for people: its JSON, shortened.
func show(record any) string {
	if record == nil || record == (struct{}{}) { // a first stage has no record
		return ""
	}
	text, ok := record.(string)
	if !ok {
		b, err := json.Marshal(record)
		if err != nil {
			return ""
		}
		text = string(b)
	}
	if len(text) > shownLength {
		text = strings.ToValidUTF8(text[:shownLength], "") + "…" // the cut may lie in a character
	}
	return text
}

// await waits until the stage's rate allows a call. The wait counts towards no
// timeout.
func (s *Stage) await(ctx context.Context) error {
	if s.rate == nil {
		return nil
	}
	return s.rate.Wait(ctx)
}
