package flow

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Skip, returned as the error of a stage function, drops the value: it counts
// as done and goes no further.
//
//lint:ignore ST1012 it is no failure, and flow.Skip is how the language names it
var Skip = errors.New("flow: skip this value")

// ErrNotImplemented is what a stage function returns until it is written.
var ErrNotImplemented = errors.New("not implemented yet: write the body of this stage function")

// Error is an error of a pipeline: where it happened, at which record, and
// what it was.
type Error struct {
	Flow     string
	Pipeline string
	Stage    string
	Record   string // the record at hand as JSON, shortened; empty where there was none
	Err      error
}

// Error says what is wrong in one line, innermost cause last.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flow %q, pipeline %q", e.Flow, e.Pipeline)
	if e.Stage != "" {
		fmt.Fprintf(&b, ", stage %q", e.Stage)
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Record != "" {
		fmt.Fprintf(&b, " (record %s)", e.Record)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Permanent marks an error that another try would not mend: a refused request,
// a record that breaks a constraint. It is not retried. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

// IsPermanent reports whether err, or an error it wraps, was marked by
// [Permanent].
func IsPermanent(err error) bool {
	var p *permanentError
	return errors.As(err, &p)
}

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

// RetryAfter marks an error whose sender asked not to be tried again before d
// has passed (HTTP's Retry-After).
func RetryAfter(err error, d time.Duration) error { return &retryAfterError{err, d} }

type retryAfterError struct {
	err   error
	after time.Duration
}

func (e *retryAfterError) Error() string { return e.err.Error() }
func (e *retryAfterError) Unwrap() error { return e.err }

// PanicError is a panic of a stage function, as the error of its stage.
type PanicError struct {
	Value any
	Stack []byte
}

// Error gives the value of the panic; the stack is logged beside it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// unjoined returns the errors that err stands for: those of [errors.Join], one
// by one.
func unjoined(err error) []error {
	if err == nil {
		return nil
	}
	if !isJoined(err) {
		return []error{err}
	}
	var all []error
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		all = append(all, unjoined(e)...)
	}
	return all
}

// isJoined reports whether err is nothing but a list of errors. fmt.Errorf with
// several %w is not: its text says more than theirs.
func isJoined(err error) bool {
	list, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	var lines []string
	for _, e := range list.Unwrap() {
		lines = append(lines, e.Error())
	}
	return err.Error() == strings.Join(lines, "\n")
}
