// Package fail has the errors that the whole runtime shares: those of a value
// that is dropped or that no other try mends, and where in a service an error
// happened. Users see them through package flow, kinds through package driver.
package fail

import (
	"errors"
	"fmt"
	"time"
)

// Skip drops a value: it counts as done and goes no further.
//
//lint:ignore ST1012 it is no failure, and flow.Skip is how the language names it
var Skip = errors.New("flow: skip this value")

// ErrNotOpen is what a store returns that could not be connected, when it is
// used nevertheless: why it could not is reported already.
var ErrNotOpen = errors.New("the store is not open")

// Permanent marks an error that another try would not mend. Permanent(nil) is
// nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

// IsPermanent reports whether err, or an error it wraps, was marked by
// [Permanent].
func IsPermanent(err error) bool {
	var p *permanent
	return errors.As(err, &p)
}

type permanent struct{ err error }

func (e *permanent) Error() string { return e.err.Error() }
func (e *permanent) Unwrap() error { return e.err }

// RetryAfter marks an error whose sender asked not to be tried again before d
// has passed.
func RetryAfter(err error, d time.Duration) error { return &retryAfter{err, d} }

// AskedPause returns the wait that the sender of err asked for; 0 where
// none did.
func AskedPause(err error) time.Duration {
	var asked *retryAfter
	if errors.As(err, &asked) {
		return asked.after
	}
	return 0
}

type retryAfter struct {
	err   error
	after time.Duration
}

func (e *retryAfter) Error() string { return e.err.Error() }
func (e *retryAfter) Unwrap() error { return e.err }

// Refusal drops a value and answers the caller who waits for it with a status
// and a reason. It is a [Skip] to [errors.Is].
type Refusal struct {
	Status int
	Reason string
}

// Error says how the value was refused.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused with status %d: %s", r.Status, r.Reason)
}

// Unwrap returns [Skip].
func (r *Refusal) Unwrap() error { return Skip }
