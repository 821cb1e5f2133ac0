package http

import (
	"context"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/flowc-dev/flowc/flow"
)

const (
	// shownAnswer is how much of an answer an error shows, in bytes.
	shownAnswer = 200
	// longestRetryAfter bounds the wait that a server may ask for.
	longestRetryAfter = time.Minute
	// A body that nobody needs is read so that its connection can be used
	// again, as long as that is cheaper than a new one.
	drainBytes = 256 << 10
	drainTime  = time.Second
)

func (c *call) accepts(status int) bool {
	if len(c.accept) > 0 {
		return slices.Contains(c.accept, status)
	}
	return status >= 200 && status < 300
}

// readAnswer reads a body up to limit. The transport has decompressed it, so
// that the limit holds for what memory holds.
func readAnswer(response *nethttp.Response, limit int64) ([]byte, error) {
	tooLarge := flow.Permanent(fmt.Errorf("the answer is larger than the limit of %d bytes", limit))
	if response.ContentLength > limit {
		return nil, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, tooLarge
	}
	return data, nil
}

// drain reads the rest of a body and closes it. cancel ends the request.
func drain(body io.ReadCloser, cancel context.CancelFunc) {
	defer body.Close()
	defer time.AfterFunc(drainTime, cancel).Stop()
	// What cannot be read any more is not needed.
	_, _ = io.CopyN(io.Discard, body, drainBytes)
}

// statusError describes an answer whose status is not a success.
func statusError(response *nethttp.Response) error {
	text := fmt.Sprintf("status %d %s", response.StatusCode, nethttp.StatusText(response.StatusCode))
	if to, err := response.Location(); err == nil && response.StatusCode/100 == 3 {
		text += fmt.Sprintf(" to %s, which is not followed", origin(to))
	}
	start, _ := io.ReadAll(io.LimitReader(response.Body, 4*shownAnswer))
	if shown := show(start); shown != "" {
		text += ": " + shown
	}
	return errors.New(text)
}

// unreadable describes an answer that cannot be decoded.
func unreadable(data []byte, err error) error {
	if len(data) == 0 {
		return fmt.Errorf("the answer is empty (%w)", err)
	}
	return fmt.Errorf("the answer cannot be read: %w (answer: %s)", err, show(data[:min(len(data), 4*shownAnswer)]))
}

// show returns the start of a text on one line.
func show(data []byte) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(string(data), "?"))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > shownAnswer {
		text = strings.ToValidUTF8(text[:shownAnswer], "") + "…"
	}
	return text
}

// refused says whether another try may mend what a status stands for, and when.
func refused(response *nethttp.Response, err error) error {
	switch s := response.StatusCode; {
	case s == nethttp.StatusRequestTimeout, s == nethttp.StatusTooEarly, s == nethttp.StatusTooManyRequests, s >= 500:
		if after := retryAfter(response.Header.Get("Retry-After"), time.Now()); after > 0 {
			return flow.RetryAfter(err, after)
		}
		return err
	}
	return flow.Permanent(err)
}

// retryAfter reads a Retry-After header: seconds, or a date.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), longestRetryAfter)
	}
	date, err := nethttp.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(now), 0), longestRetryAfter)
}

// transportError takes the URL out of an error, which may hold secrets.
func transportError(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		return outer.Err
	}
	return err
}
