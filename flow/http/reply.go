package http

import (
	"encoding/json"
	"errors"
	nethttp "net/http"
	"strings"
	"time"

	"github.com/flowc-dev/flowc/flow/driver"
)

// answer is what a caller of a listener gets.
type answer struct {
	status      int
	body        []byte
	contentType string
}

// accepted is the answer where the pipeline has no value for the caller.
var accepted = answer{status: nethttp.StatusAccepted}

// unavailable tells no more than that: what went wrong inside is for the log.
var unavailable = failed(nethttp.StatusServiceUnavailable, "not taken, try again later")

// unprocessable is the answer where the pipeline refused the record for good: to
// send it again would not help.
var unprocessable = failed(nethttp.StatusUnprocessableEntity, "refused; it would be refused again")

// outcome is the answer to a caller whose record was not taken: what the stage
// that refused it says, or no more than whether to try again.
func outcome(err error) answer {
	if status, reason, ok := driver.RefusalOf(err); ok {
		return refusedWith(status, reason)
	}
	if driver.IsPermanent(err) {
		return unprocessable
	}
	return unavailable
}

func refusedWith(status int, reason string) answer {
	if status < 400 || status > 599 {
		status = nethttp.StatusUnprocessableEntity
	}
	return failed(status, reason)
}

func replied(body []byte, contentType string) answer {
	return answer{nethttp.StatusOK, body, contentType}
}

// shownReason is how much of a reason a caller gets, in bytes: it may quote
// what the caller sent.
const shownReason = 300

func failed(status int, reason string) answer {
	if len(reason) > shownReason {
		reason = strings.ToValidUTF8(reason[:shownReason], "") + "…"
	}
	// A struct of one string can always be written.
	body, _ := json.Marshal(struct {
		Error string `json:"error"`
	}{reason})
	return answer{status, body, "application/json"}
}

// refusal is the error of a bad request with its status.
type refusal struct {
	status int
	err    error
}

func refuseAs(status int, err error) error { return &refusal{status, err} }

func (r *refusal) Error() string { return r.err.Error() }

func refusalOf(err error) answer {
	var r *refusal
	if errors.As(err, &r) {
		return failed(r.status, r.Error())
	}
	return failed(nethttp.StatusBadRequest, err.Error())
}

func (a answer) write(w nethttp.ResponseWriter) {
	h := w.Header()
	switch a.status {
	case nethttp.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case nethttp.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	case nethttp.StatusRequestTimeout:
		h.Set("Connection", "close")
	}
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	limitWrite(w, time.Now().Add(writeTime))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that went away needs no answer
}
