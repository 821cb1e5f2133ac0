package run

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/flowc-dev/flowc/internal/setting"
)

// evenness is the time over which calls may come at once: a rate of thousands a
// second would otherwise wait for a timer at each call.
const evenness = 10 * time.Millisecond

// newLimiter returns a limiter of calls a second, evenly spaced.
func newLimiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond*evenness.Seconds())))
}

// Limiter resolves the rate of a stage; nil where it has none. All pipelines of
// the process in which the stage stands share it.
func (s *Setup) Limiter(place, raw string) *rate.Limiter {
	text, ok := s.public(place, "rate", raw)
	if !ok {
		return nil
	}
	perSecond, problem := setting.Rate(text)
	if problem != setting.Fine {
		s.Errorf(place, "rate: not a rate above 0 such as \"100/s\"")
		return nil
	}
	return Share(s, "rate of "+place, func() *rate.Limiter { return newLimiter(perSecond) })
}
