package fail

import (
	"fmt"
	"strings"
)

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

// List returns the errors that err stands for: those of [errors.Join], one by
// one.
func List(err error) []error {
	if err == nil {
		return nil
	}
	if !IsList(err) {
		return []error{err}
	}
	var all []error
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		all = append(all, List(e)...)
	}
	return all
}

// IsList reports whether err is nothing but a list of errors. fmt.Errorf with
// several %w is not: its text says more than theirs.
func IsList(err error) bool {
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
