package run

import (
	"math"
	"time"
)

// Timeout resolves the time for one try of a stage; 0 where the spec has none: the
// call has no limit then, so a setting of 0s is rejected.
func (s *Setup) Timeout(place, raw string) time.Duration {
	if raw == "" {
		return 0
	}
	return s.Positive(place, "timeout", raw, "a timeout cannot be zero")
}

// longestPause bounds the pauses of a stage that names no bound.
const longestPause = time.Hour

// LongestPause resolves the bound of a stage's pauses. One that is wrong, which is
// noted, bounds none.
func (s *Setup) LongestPause(place, raw string) time.Duration {
	if raw == "" {
		return longestPause
	}
	noted := len(s.process.errs)
	d := s.Duration(place, "retry.max", raw)
	if len(s.process.errs) > noted {
		return math.MaxInt64
	}
	return d
}
