package http

import (
	"bufio"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/flowc-dev/flowc/flow"
)

// What HTTP allows its callers.

// ordersOptions describe a listener at /orders/{sensor} with a token.
func ordersOptions() ListenOptions[reading] {
	o := listenOptions()
	o.Path, o.Token, o.Limit = "/orders/{sensor}", "tok-1", "100B"
	return o
}

// TestRefusalsKeepTheConnection makes one request after the other on one
// connection, whatever the one before was answered.
func TestRefusalsKeepTheConnection(t *testing.T) {
	const auth, good = "Authorization: Bearer tok-1", `{"value":1}`
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, ordersOptions())
		run(t, l, func(d flow.Delivery[reading]) {
			if d.Batch.Values[0].Value < 0 {
				d.Nack(flow.Permanent(io.ErrUnexpectedEOF))
				return
			}
			ack(d)
		})
		c := caller{t, &nethttp.Client{Transport: p.transport(t), CheckRedirect: func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse }}}
		for range 3 {
			for _, test := range []struct {
				method, path, body, header string
				status                     int
			}{
				{"POST", "/orders/a", good, auth, 202},
				{"POST", "/orders/a", good, "X: y", 401},
				{"POST", "/orders/a", strings.Repeat("x", 10_000), "X: y", 401},
				{"POST", "/orders/a", "no", auth, 400},
				{"POST", "/orders/a", good, auth + "\nContent-Encoding: br", 415},
				{"POST", "/orders/a", strings.Repeat("x", 10_000), auth, 413},
				{"POST", "/orders/a", `{"value":-1}`, auth, 422},
				{"POST", "/nowhere", good, auth, 404},
				{"GET", "/orders/a", "", auth, 405},
				{"HEAD", "/orders/a", "", auth, 405},
				{"OPTIONS", "/orders/a", "", auth, 405},
				{"POST", "/orders//a", good, auth, 307},
			} {
				got := c.do(test.method, "http://server"+test.path, test.body, strings.Split(test.header, "\n")...)
				if got.status != test.status {
					t.Errorf("%s %s %.20s: %d, not %d", test.method, test.path, test.body, got.status, test.status)
				}
				if allow := got.header.Get("Allow"); (allow == "POST") != (test.status == 405) {
					t.Errorf("%s %s: Allow %q", test.method, test.path, allow)
				}
			}
		}
		if n := p.dials.Load(); n != 1 {
			t.Error(n, "connections")
		}
	})
}

// TestRawRequests speaks what no client of Go says. What is answered is the
// status of each request.
func TestRawRequests(t *testing.T) {
	const auth = "Authorization: Bearer tok-1\r\n"
	for name, test := range map[string]struct {
		say  string
		want []int
		took int // records
	}{
		"HTTP/1.0":                      {"POST /orders/a HTTP/1.0\r\n" + auth + "Content-Length: 11\r\n\r\n{\"value\":1}", []int{202}, 1},
		"HTTP/1.0 without length":       {"POST /orders/a?value=1 HTTP/1.0\r\n" + auth + "\r\n{\"value\":2}", []int{202}, 1},
		"HTTP/1.0 kept alive":           {strings.Repeat("POST /orders/a?value=1 HTTP/1.0\r\n"+auth+"Connection: keep-alive\r\nContent-Length: 0\r\n\r\n", 3), []int{202, 202, 202}, 3},
		"two at once":                   {strings.Repeat("POST /orders/a?value=1 HTTP/1.1\r\nHost: x\r\n"+auth+"Content-Length: 2\r\n\r\n{}", 2), []int{202, 202}, 2},
		"chunks":                        {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"val\r\n6\r\nue\":1}\r\n0\r\n\r\n", []int{202}, 1},
		"chunks beyond the limit":       {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\n" + strings.Repeat("19\r\n"+strings.Repeat(" ", 25)+"\r\n", 9) + "0\r\n\r\n", []int{413}, 0},
		"bad chunks":                    {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", []int{400}, 0},
		"two lengths":                   {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", []int{400}, 0},
		"length and chunks":             {"POST /orders/a?value=1 HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{202}, 1},
		"no host":                       {"POST /orders/a HTTP/1.1\r\n" + auth + "\r\n", []int{400}, 0},
		"two tokens":                    {"POST /orders/a?value=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer no\r\n" + auth + "\r\n", []int{401}, 0},
		"no HTTP":                       {"hello\r\n\r\n", []int{400}, 0},
		"TLS":                           {"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", []int{400}, 0},
		"line folding":                  {"POST /orders/a?value=1 HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n" + auth + "Content-Length: 0\r\n\r\n", []int{202}, 1},
		"header too large":              {"POST /orders/a HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 80<<10) + "\r\n\r\n", []int{431}, 0},
		"waits to be told to go on":     {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", []int{100}, 0},
		"is not told to without token":  {"POST /orders/a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", []int{401}, 0},
		"is not told to beyond a limit": {"POST /orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n", []int{413}, 0},
		"whole URL":                     {"POST http://x/orders/a?value=1 HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Length: 0\r\n\r\n", []int{202}, 1},
		"slash in a segment":            {"POST /orders/a%2fb?value=1 HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Length: 0\r\n\r\n", []int{202}, 1},
		"dots in a path":                {"POST /x/../orders/a HTTP/1.1\r\nHost: x\r\n" + auth + "Content-Length: 0\r\n\r\n", []int{307}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, p, _ := pipedListener(t, ordersOptions())
				took := 0
				run(t, l, func(d flow.Delivery[reading]) {
					took += len(d.Batch.Values)
					ack(d)
				})
				r := rawCaller(t, p)
				go r.say(test.say)
				synctest.Wait()
				if got := statuses(r.heard.String()); fmt.Sprint(got) != fmt.Sprint(test.want) || took != test.took {
					t.Errorf("answered %v, took %d\n%s", got, took, r.heard)
				}
			})
		})
	}
}

// statuses returns those of answers.
func statuses(text string) []int {
	var list []int
	answers := bufio.NewReader(strings.NewReader(text))
	for {
		answer, err := nethttp.ReadResponse(answers, nil)
		if err != nil {
			return list
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		list = append(list, answer.StatusCode)
	}
}

// TestCallerGoesAwayAmidHisBody takes nothing of a record that is not whole.
func TestCallerGoesAwayAmidHisBody(t *testing.T) {
	for _, head := range []string{"Content-Length: 50", "Transfer-Encoding: chunked"} {
		synctest.Test(t, func(t *testing.T) {
			l, p, _ := pipedListener(t, listenOptions())
			run(t, l, func(d flow.Delivery[reading]) { t.Error("took", d.Batch.Values) })
			r := rawCaller(t, p)
			go r.say("POST / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n\r\n18\r\n" + goodReading)
			synctest.Wait()
			_ = r.Close()
			synctest.Wait()
		})
	}
}

// TestRedirectsToThePath leads a caller who nearly knows the path.
func TestRedirectsToThePath(t *testing.T) {
	o := listenOptions()
	o.Path = "/shops/{sensor}/"
	l := listen(t, o)
	c := newCaller(t)
	c.client.CheckRedirect = func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse }
	for path, to := range map[string]string{
		"/shops/a":         "/shops/a/",
		"/shops/a?value=1": "/shops/a/?value=1",
		"/shops//a/":       "/shops/a/",
		"/shops/./a/":      "/shops/a/",
		"/shops/b/../a/":   "/shops/a/",
		"/nothing//here":   "/nothing/here",
		"/shops/a/x":       "",
		"/shops":           "",
	} {
		got := c.do("POST", "http://"+l.server.actual()+path, goodReading)
		want := map[bool]int{true: 404, false: 307}[to == ""]
		if got.status != want || got.header.Get("Location") != to {
			t.Errorf("%s: %d to %q, not %q", path, got.status, got.header.Get("Location"), to)
		}
	}
}

// TestManyWait lets as many requests wait as there is room for, and answers all
// of them when the pipeline runs; who comes beyond that is told to come again.
func TestManyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		transport := p.transport(t)
		statuses := make(chan int, 2*mostWaiting)
		var group sync.WaitGroup
		for range mostWaiting {
			group.Go(func() { statuses <- p.call(t, transport, "POST", "/", goodReading).status })
		}
		synctest.Wait()
		for range 3 {
			if a := p.call(t, transport, "POST", "/", goodReading); a.status != 503 || a.header.Get("Retry-After") != "1" {
				t.Error("there is room beyond the bound:", a)
			}
		}
		run(t, l, ack)
		group.Wait()
		for range mostWaiting {
			if status := <-statuses; status != 202 {
				t.Fatal("one that waited was answered", status)
			}
		}
		if a := p.call(t, transport, "POST", "/", goodReading); a.status != 202 {
			t.Error("no room afterwards:", a)
		}
	})
}

// TestManyAreRead bounds how many bodies are being read.
func TestManyAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		run(t, l, ack)
		var slow []*raw
		for range mostReading {
			r := rawCaller(t, p)
			go r.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\n\r\n{")
			slow = append(slow, r)
		}
		synctest.Wait()
		transport := p.transport(t)
		if a := p.call(t, transport, "POST", "/", goodReading); a.status != 503 {
			t.Error("there is room beyond the bound:", a)
		}
		_ = slow[0].Close()
		synctest.Wait()
		if a := p.call(t, transport, "POST", "/", goodReading); a.status != 202 {
			t.Error("no room afterwards:", a)
		}
	})
}
