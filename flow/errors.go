package flow

import (
	"errors"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Skip, returned as the error of a stage function, drops the value: it counts
// as done and goes no further.
var Skip = fail.Skip

// ErrNotImplemented is what a stage function returns until it is written.
var ErrNotImplemented = errors.New("not implemented yet: write the body of this stage function")

// Permanent marks an error that another try would not mend: a refused request,
// a record that breaks a constraint. It is not retried. Permanent(nil) is nil.
func Permanent(err error) error { return fail.Permanent(err) }

// RetryAfter marks an error whose sender asked not to be tried again before d
// has passed (HTTP's Retry-After).
func RetryAfter(err error, d time.Duration) error { return fail.RetryAfter(err, d) }

// Refuse, returned as the error of a stage function, drops the value as [Skip]
// does, and has the caller of http.listen who waits for it answered with a
// status of 400 to 599 and the reason, as {"error": "no such order"}. Any other
// status counts as 422. Where nobody waits, the reason is logged.
func Refuse(status int, reason string) error { return &fail.Refusal{Status: status, Reason: reason} }
