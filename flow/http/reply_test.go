package http

import (
	"bytes"
	"errors"
	"fmt"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowc-dev/flowc/flow"
)

// TestOutcome tells a caller to try again only where that may help.
func TestOutcome(t *testing.T) {
	if got := outcome(flow.Permanent(errors.New("secret"))); got.status != 422 || string(got.body) != `{"error":"refused; it would be refused again"}` {
		t.Errorf("a permanent error is answered %d %s", got.status, got.body)
	}
	if got := outcome(errors.New("secret")); got.status != 503 {
		t.Errorf("another error is answered %d %s", got.status, got.body)
	}
}

// TestRefusedByAStage answers with the status that the stage has chosen.
func TestRefusedByAStage(t *testing.T) {
	for status, want := range map[int]int{404: 404, 409: 409, 503: 503, 599: 599, 200: 422, 302: 422, 0: 422, 1000: 422} {
		w := httptest.NewRecorder()
		outcome(fmt.Errorf("stage: %w", flow.Refuse(status, `no "x"`))).write(w)
		if w.Code != want || w.Body.String() != `{"error":"no \"x\""}` {
			t.Errorf("%d is answered %d %s", status, w.Code, w.Body)
		}
	}
}

// TestReasonIsBounded quotes no more of what a caller has sent than he needs.
func TestReasonIsBounded(t *testing.T) {
	a := failed(400, strings.Repeat("é", 1000))
	if n := len(a.body); n > 2*shownReason || !utf8.Valid(a.body) || !bytes.HasSuffix(a.body, []byte(`é…"}`)) {
		t.Errorf("%d bytes: %s", n, a.body)
	}
}

// TestUnroutedInJSON answers what no route takes as routes answer errors.
func TestUnroutedInJSON(t *testing.T) {
	mux := nethttp.NewServeMux()
	mux.HandleFunc("POST /orders", func(w nethttp.ResponseWriter, _ *nethttp.Request) { w.WriteHeader(nethttp.StatusAccepted) })
	for _, c := range []struct {
		method, path string
		status       int
		body, allow  string
	}{
		{"POST", "/orders", 202, "", ""},
		{"POST", "/nope", 404, `{"error":"not found"}`, ""},
		{"GET", "/orders", 405, `{"error":"method not allowed"}`, "POST"},
	} {
		w := httptest.NewRecorder()
		inJSON(mux).ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s is answered %d %s, Allow %q", c.method, c.path, w.Code, w.Body, w.Header().Get("Allow"))
		}
	}
}
