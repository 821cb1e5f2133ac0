package driver

import (
	"errors"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// ErrNotOpen is what a store returns that could not be connected, when it is
// used nevertheless. A part whose connecting fails with it is not reported: the
// store has said why already.
var ErrNotOpen = fail.ErrNotOpen

// IsPermanent reports whether err, or an error it wraps, was marked by
// flow.Permanent: another try would not mend it.
func IsPermanent(err error) bool { return fail.IsPermanent(err) }

// RefusalOf returns the status and the reason that a stage gave to
// flow.Refuse; ok is false where err is no refusal.
func RefusalOf(err error) (status int, reason string, ok bool) {
	var r *fail.Refusal
	if !errors.As(err, &r) {
		return 0, "", false
	}
	return r.Status, r.Reason, true
}
