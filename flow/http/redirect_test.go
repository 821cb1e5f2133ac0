package http

import (
	"io"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// secretive returns a client whose requests bear secrets of every kind.
func secretive(t *testing.T, method, url string) *Client[string, string] {
	t.Helper()
	var c *Client[string, string]
	open(t, nil, func(s *flow.Setup) {
		connection := NewConnection(s, flow.ConnectionOptions{Name: "web", URL: url, Token: "tok-1", Headers: []flow.Header{{Name: "X-Api-Key", Value: "key-1"}}})
		c = NewClient(s, ClientOptions[string, string]{
			Stage: stage("ask"), Method: method, Connection: connection, URL: "/start",
			Headers: []flow.Header{{Name: "Cookie", Value: "c=1"}},
			Query:   []flow.Header{{Name: "secret", Value: "q-1"}},
			Answer:  record.Text(),
		})
	})
	return c
}

// shown returns what a request bears beyond what anybody may see.
func shown(r *nethttp.Request) string {
	var b strings.Builder
	_ = r.Header.Write(&b)
	return b.String() + r.RequestURI
}

func TestRedirectWithinTheHost(t *testing.T) {
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/start" {
			nethttp.Redirect(w, r, "/end", nethttp.StatusFound)
			return
		}
		_, _ = io.WriteString(w, r.Header.Get("Authorization")+" "+r.Header.Get("X-Api-Key"))
	})
	if text, err := secretive(t, "GET", server.URL).Get(t.Context()); err != nil || text != "Bearer tok-1 key-1" {
		t.Error(text, err)
	}
}

func TestRedirectToAnotherHost(t *testing.T) {
	var home string
	var seen []string
	away := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		seen = append(seen, shown(r))
		nethttp.Redirect(w, r, home+"/back", nethttp.StatusFound)
	})
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.URL.Path == "/start" {
			nethttp.Redirect(w, r, away.URL+"/away", nethttp.StatusTemporaryRedirect)
			return
		}
		seen = append(seen, shown(r))
		_, _ = io.WriteString(w, "end")
	})
	home = server.URL
	text, err := secretive(t, "GET", server.URL).Get(t.Context())
	if err != nil || text != "end" || len(seen) != 2 {
		t.Fatal(text, err, seen)
	}
	for _, r := range seen {
		mustNotContain(t, r, "tok-1", "key-1", "c=1", "q-1")
		mustContain(t, r, "User-Agent: flowc/test")
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var calls atomic.Int64
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		calls.Add(1)
		nethttp.Redirect(w, r, "/again?token=x", nethttp.StatusTemporaryRedirect)
	})
	err := secretive(t, "POST", server.URL).Send(t.Context(), "x")
	if calls.Load() != 1 || !driver.IsPermanent(err) {
		t.Fatal(calls.Load(), err)
	}
	mustContain(t, err.Error(), "status 307 Temporary Redirect to "+server.URL+", which is not followed")
	mustNotContain(t, err.Error(), "token")

	calls.Store(0)
	err = secretive(t, "GET", server.URL).Send(t.Context(), "x")
	if calls.Load() != 11 || !driver.IsPermanent(err) {
		t.Fatal(calls.Load(), err)
	}
	mustContain(t, err.Error(), "stopped after 10 redirects")
	mustNotContain(t, err.Error(), "token", "q-1")
}

func TestAcceptedRedirect(t *testing.T) {
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.Redirect(w, r, noServer, nethttp.StatusFound)
	})
	c := textClient(t, ClientOptions[string, string]{URL: server.URL, Accept: []int{302}})
	if err := c.Send(t.Context(), "x"); err != nil {
		t.Error(err)
	}
}

// TestRedirectsByStatus follows with GET only, whatever the status: no body is
// sent twice, and none is lost.
func TestRedirectsByStatus(t *testing.T) {
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			var seen []string
			server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				seen = append(seen, r.Method+" "+r.URL.Path)
				if r.URL.Path == "/start" {
					w.Header().Set("Location", "/end")
					w.WriteHeader(status)
				}
			})
			err := secretive(t, method, server.URL).Send(t.Context(), "x")
			follows := method == "GET" && status != 300 && status != 304
			want := method + " /start"
			if follows {
				want += "|GET /end"
			}
			if got := strings.Join(seen, "|"); got != want || (err == nil) != follows || err != nil && !driver.IsPermanent(err) {
				t.Errorf("%s, %d: %s: %v", method, status, got, err)
			}
		}
	}
}

// TestRedirectElsewhere is not followed to what no request of the stage could
// go to.
func TestRedirectElsewhere(t *testing.T) {
	for _, location := range []string{"file:///etc/passwd", "gopher://127.0.0.1/x", "mailto:a@b"} {
		var calls atomic.Int64
		server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
			calls.Add(1)
			w.Header().Set("Location", location)
			w.WriteHeader(302)
		})
		err := secretive(t, "GET", server.URL).Send(t.Context(), "x")
		if calls.Load() != 1 || !driver.IsPermanent(err) {
			t.Errorf("%s: %d calls, %v", location, calls.Load(), err)
		}
	}
}

// TestRedirectWithUser takes the user part of a Location for what it is, a
// credential of the other server, and shows it to nobody.
func TestRedirectWithUser(t *testing.T) {
	var seen string
	away := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		seen = shown(r)
		w.WriteHeader(403)
	})
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.Redirect(w, r, strings.Replace(away.URL, "http://", "http://eve:pw-1@", 1), nethttp.StatusFound)
	})
	err := secretive(t, "GET", server.URL).Send(t.Context(), "x")
	if !driver.IsPermanent(err) {
		t.Fatal(err)
	}
	mustNotContain(t, err.Error(), "pw-1", "eve")
	mustNotContain(t, seen, "tok-1", "key-1", "c=1", "q-1")
}
