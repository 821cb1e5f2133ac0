package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// ParseRate reads a rate such as "100/s": calls a ms, s, m or h, as calls a
// second.
func ParseRate(text string) (float64, error) {
	number, unit, _ := strings.Cut(text, "/")
	units := map[string]time.Duration{"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour}
	calls, err := strconv.ParseFloat(number, 64)
	if err != nil || !(calls > 0) || units[unit] == 0 {
		return 0, fmt.Errorf("%q is not a rate above 0 such as \"100/s\"", text)
	}
	return calls / units[unit].Seconds(), nil
}

// evenness is the time over which calls may come at once: a rate of thousands a
// second would otherwise wait for a timer at each call.
const evenness = 10 * time.Millisecond

// newLimiter returns a limiter of calls a second, evenly spaced.
func newLimiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond*evenness.Seconds())))
}

// limiter resolves the rate of a stage; nil where it has none. All pipelines of
// the process in which the stage stands share it.
func (s *Setup) limiter(place, raw string) *rate.Limiter {
	text, ok := s.public(place, "rate", raw)
	if !ok {
		return nil
	}
	perSecond, err := ParseRate(text)
	if err != nil {
		s.Errorf(place, "rate: not a rate above 0 such as \"100/s\"")
		return nil
	}
	return Share(s, "rate of "+place, func() *rate.Limiter { return newLimiter(perSecond) })
}

// await waits until the stage's rate allows a call. The wait counts towards no
// timeout.
func (s *Stage) await(ctx context.Context) error {
	if s.rate == nil {
		return nil
	}
	return s.rate.Wait(ctx)
}
