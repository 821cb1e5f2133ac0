package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/time/rate"

	"github.com/flowc-dev/flowc/flow/internal/fail"
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
	s.know(o.Name)
	stage := &Stage{
		name:     o.Name,
		timeout:  s.timeout(place, o.Timeout),
		attempts: max(1, o.Retry.Attempts),
		first:    s.Duration(place, "retry.first", o.Retry.First),
		max:      s.longestPause(place, o.Retry.Max),
		onError:  o.OnError,
		workers:  o.Workers,
		rate:     s.limiter(place, o.Rate),
	}
	if stage.max > 0 && stage.first > stage.max {
		s.Errorf(place, "retry.first%s: longer than retry.max%s", from(o.Retry.First), from(o.Retry.Max))
	}
	return stage
}

// NewSender is NewStage for a built-in that sends: each value that [Do] and
// [DoItems] hand to it counts as one that left the pipeline.
func NewSender(s *Setup, o StageOptions) *Stage {
	stage := NewStage(s, o)
	stage.sends = true
	return stage
}

// timeout resolves the time for one try; 0 where the spec has none. What has
// none is called without a limit, so 0s is none of the times.
func (s *Setup) timeout(place, raw string) time.Duration {
	if raw == "" {
		return 0
	}
	return s.positive(place, "timeout", raw, "a timeout cannot be zero")
}

// longestPause bounds the pauses of a stage that names no bound.
const longestPause = time.Hour

// longestPause resolves the bound of a stage's pauses.
func (s *Setup) longestPause(place, raw string) time.Duration {
	if raw == "" {
		return longestPause
	}
	return s.Duration(place, "retry.max", raw)
}

// Name returns the stage's name as it stands in a list of stages.
func (s *Stage) Name() string { return s.name }

// Refuse applies the stage's on_error to a record of a source that could not
// be decoded: nil means that the record is done, an error that the batch
// fails. raw is what arrived.
func (s *Stage) Refuse(ctx context.Context, raw []byte, err error) error {
	return s.settle(ctx, Permanent(err), string(raw))
}

// call makes one call of the stage: as often as its settings allow, each try
// within the timeout, a panic turned into an error. It returns Skip as it is.
func (s *Stage) call(ctx context.Context, do func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := s.try(ctx, do)
		if err == nil || attempt >= s.attempts || !retryable(err) || ctx.Err() != nil {
			return err
		}
		scopeOf(ctx).stage(s.name).retries.Add(1)
		wait := s.pause(attempt, err)
		scopeOf(ctx).log(s.name).Warn("call failed, trying again", "attempt", attempt, "wait", wait, "error", err)
		if Sleep(ctx, wait) != nil {
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

// pause returns the wait after a failed try: it doubles from first to max, less
// up to a fifth at random, so that many callers do not come back at once. A
// server's Retry-After is honoured where it asks for longer.
func (s *Stage) pause(attempt int, err error) time.Duration {
	wait := s.first
	for tries := 1; tries < attempt && wait < s.max; tries++ {
		wait *= 2
	}
	wait = min(wait, s.max)
	if wait > 0 {
		wait -= rand.N(wait/5 + 1)
	}
	return max(wait, fail.AskedPause(err))
}

// Sleep waits for d, or until the context ends: then it returns its error.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// settle decides what the error of one record means: nil drops the record,
// which then is done; an error fails the batch. The end of the context, and
// what fails while the service stops, is never the record's fault.
func (s *Stage) settle(ctx context.Context, err error, record any) error {
	sc := scopeOf(ctx)
	counters := sc.stage(s.name)
	if errors.Is(err, Skip) {
		counters.skipped.Add(1)
		return nil
	}
	if ctx.Err() != nil || sc.stopping.Err() != nil {
		return sc.fail(s.name, "", err)
	}
	counters.errors.Add(1)
	shown := show(record)
	var p *fail.Panic
	if errors.As(err, &p) {
		sc.log(s.name).Error("stage panicked", "error", err, "stack", string(p.Stack))
	}
	if s.onError != SkipRecord {
		return sc.fail(s.name, shown, err)
	}
	counters.skipped.Add(1)
	sc.log(s.name).LogAttrs(ctx, slog.LevelWarn, "record skipped", slog.Any("error", err), slog.String("record", shown))
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
