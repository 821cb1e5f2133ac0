package http

import (
	"fmt"
	"io"
	nethttp "net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// builtin is a stage with the settings that every built-in has.
func builtin() flow.StageOptions {
	return flow.StageOptions{Name: "call", Timeout: "30s", Retry: flow.Retry{Attempts: 5, First: "200ms", Max: "10s"}}
}

// tries sends a value to a server and returns the pauses between its tries.
func tries(t *testing.T, o flow.StageOptions, answer nethttp.HandlerFunc) (pauses []time.Duration, err error) {
	t.Helper()
	var at []time.Time
	c, _ := pipedClient(t, ClientOptions[string, string]{Stage: o}, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		at = append(at, time.Now())
		answer(w, r)
	})
	_, err = flow.Do(t.Context(), c.Stage, flow.Batch[string]{Values: []string{"x"}}, c.Send)
	for i := 1; i < len(at); i++ {
		pauses = append(pauses, at[i].Sub(at[i-1]))
	}
	return pauses, err
}

// within reports whether each pause is one of those that double from the first,
// less up to a fifth.
func within(pauses []time.Duration, first, longest time.Duration) bool {
	for _, p := range pauses {
		if p < first-first/5 || p > first {
			return false
		}
		first = min(2*first, longest)
	}
	return true
}

func TestPausesBetweenTries(t *testing.T) {
	for _, status := range []int{408, 425, 429, 500, 501, 502, 503, 504, 599} {
		synctest.Test(t, func(t *testing.T) {
			pauses, err := tries(t, builtin(), func(w nethttp.ResponseWriter, _ *nethttp.Request) { w.WriteHeader(status) })
			if err == nil || driver.IsPermanent(err) || len(pauses) != 4 || !within(pauses, 200*time.Millisecond, 10*time.Second) {
				t.Errorf("%d: tried again after %v: %v", status, pauses, err)
			}
		})
	}
	for _, status := range []int{300, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 415, 418, 422, 451, 499} {
		synctest.Test(t, func(t *testing.T) {
			pauses, err := tries(t, builtin(), func(w nethttp.ResponseWriter, _ *nethttp.Request) { w.WriteHeader(status) })
			if !driver.IsPermanent(err) || len(pauses) != 0 {
				t.Errorf("%d: tried again after %v: %v", status, pauses, err)
			}
		})
	}
}

func TestLongestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := builtin()
		o.Retry = flow.Retry{Attempts: 8, First: "1s", Max: "5s"}
		pauses, err := tries(t, o, func(w nethttp.ResponseWriter, _ *nethttp.Request) { w.WriteHeader(503) })
		if err == nil || len(pauses) != 7 || !within(pauses, time.Second, 5*time.Second) {
			t.Errorf("tried again after %v: %v", pauses, err)
		}
	})
}

// TestRetryAfter holds the pause against what the server asks for.
func TestRetryAfter(t *testing.T) {
	date := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(nethttp.TimeFormat) }
	}
	seconds := func(text string) func() string { return func() string { return text } }
	for name, test := range map[string]struct {
		header func() string
		want   time.Duration // 0: the stage's own pause
	}{
		"seconds":           {seconds("7"), 7 * time.Second},
		"date":              {date(30 * time.Second), 30 * time.Second},
		"beyond a minute":   {seconds("3600"), time.Minute},
		"date of next year": {date(365 * 24 * time.Hour), time.Minute},
		"past date":         {date(-time.Hour), 0},
		"zero":              {seconds("0"), 0},
		"negative":          {seconds("-5"), 0},
		"a word":            {seconds("soon"), 0},
	} {
		for _, status := range []int{429, 503} {
			synctest.Test(t, func(t *testing.T) {
				o := builtin()
				o.Retry.Attempts = 2
				pauses, err := tries(t, o, func(w nethttp.ResponseWriter, _ *nethttp.Request) {
					w.Header().Set("Retry-After", test.header())
					w.WriteHeader(status)
				})
				if err == nil || len(pauses) != 1 {
					t.Fatalf("%s: tried again after %v: %v", name, pauses, err)
				}
				if test.want == 0 && !within(pauses, 200*time.Millisecond, time.Second) || test.want > 0 && pauses[0] != test.want {
					t.Errorf("%s: tried again after %v, not %v", name, pauses[0], test.want)
				}
			})
		}
	}
}

// TestRetryAfterOfARefusal asks in vain: 404 is no error that time mends.
func TestRetryAfterOfARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pauses, err := tries(t, builtin(), func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(404)
		})
		if !driver.IsPermanent(err) || len(pauses) != 0 {
			t.Errorf("tried again after %v: %v", pauses, err)
		}
	})
}

// hang never answers.
func hang(_ nethttp.ResponseWriter, r *nethttp.Request) { <-r.Context().Done() }

// drip answers 200 and a byte each second, for ever.
func drip(w nethttp.ResponseWriter, r *nethttp.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, "x")
		_ = nethttp.NewResponseController(w).Flush()
		_ = driver.Sleep(r.Context(), time.Second)
	}
}

func TestTimeouts(t *testing.T) {
	for name, test := range map[string]struct {
		timeout string
		handle  nethttp.HandlerFunc
		took    time.Duration
		want    string
	}{
		"no answer":              {"3s", hang, 3 * time.Second, "no answer within the timeout of 3s"},
		"an endless answer":      {"3s", drip, 3 * time.Second, "no answer within the timeout of 3s"},
		"no answer, no timeout":  {"", hang, 30 * time.Second, "no answer within 30s"},
		"an endless one without": {"", drip, 30 * time.Second, "no answer within 30s"},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := pipedClient(t, ClientOptions[string, string]{Stage: flow.StageOptions{Name: "call", Timeout: test.timeout}}, test.handle)
			start := time.Now()
			_, err := flow.Map(t.Context(), c.Stage, flow.Batch[string]{Values: []string{"x"}}, c.Ask)
			if err == nil || driver.IsPermanent(err) || time.Since(start) != test.took {
				t.Fatalf("%s: after %v: %v", name, time.Since(start), err)
			}
			mustContain(t, err.Error(), test.want, "GET http://server/")
		})
	}
}

// TestUnneededAnswer drops what nobody needs of an answer: after a second at
// most, and without an error.
func TestUnneededAnswer(t *testing.T) {
	for _, status := range []int{200, 500, 404} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := pipedClient(t, ClientOptions[string, string]{}, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				w.WriteHeader(status)
				drip(w, r)
			})
			start := time.Now()
			err := c.Send(t.Context(), "x")
			if took := time.Since(start); (err == nil) != (status == 200) || took > drainTime {
				t.Errorf("%d: after %v: %v", status, took, err)
			}
			if err != nil {
				mustContain(t, err.Error(), fmt.Sprintf("status %d", status))
			}
		})
	}
}
