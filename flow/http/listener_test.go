package http

import (
	"context"
	"errors"
	"io"
	"net"
	nethttp "net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

// listenOptions describe a listener for readings at a free port.
func listenOptions() ListenOptions[reading] {
	return ListenOptions[reading]{
		Stage: stage("listen"), Listen: ":0", Body: true,
		Decode: record.JSON(readingCodec), Fields: readingFields,
	}
}

func listen[T any](t *testing.T, o ListenOptions[T], env ...string) *Listener[T] {
	t.Helper()
	var l *Listener[T]
	open(t, env, func(s *flow.Setup) { l = Listen(s, o) })
	return l
}

// run is a pipeline that does each for each delivery, until the test or stop
// ends it.
func run[T any](t *testing.T, l *Listener[T], each func(flow.Delivery[T])) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		for {
			d, err := l.Receive(ctx)
			if err != nil {
				return
			}
			if !d.Held {
				t.Error("a caller waits: the delivery is held")
			}
			each(d)
		}
	})
	stop = func() {
		cancel()
		group.Wait()
	}
	t.Cleanup(stop)
	return stop
}

func ack[T any](d flow.Delivery[T]) { _ = d.Ack(context.Background()) }

// echo acknowledges and notes what came.
func echo(got *[]reading) func(flow.Delivery[reading]) {
	return func(d flow.Delivery[reading]) {
		*got = append(*got, d.Batch.Values...)
		ack(d)
	}
}

func TestAnswers(t *testing.T) {
	o := listenOptions()
	o.Path, o.Token, o.Limit = "/readings", "${TOKEN}", "100B"
	l := listen(t, o, "TOKEN=tok-1")
	run(t, l, func(d flow.Delivery[reading]) {
		switch v := d.Batch.Values[0]; v.Sensor {
		case "reply":
			d.Reply(0, []byte(`{"ok":true}`), "application/json")
			ack(d)
		case "fail":
			d.Nack(errors.New("database password is hunter2"))
		default:
			ack(d)
		}
	})
	const auth, good = "Authorization: Bearer tok-1", `{"sensor":"a","value":1}`
	tests := []struct {
		name, method, path, body string
		header                   string
		status                   int
		answer                   string
	}{
		{"accepted", "POST", "", good, auth, 202, ``},
		{"scheme in small letters", "POST", "", good, "Authorization: bearer tok-1", 202, ``},
		{"replied", "POST", "", `{"sensor":"reply","value":1}`, auth, 200, `{"ok":true}`},
		{"failed", "POST", "", `{"sensor":"fail","value":1}`, auth, 503, `{"error":"not taken, try again later"}`},
		{"missing field", "POST", "", `{"sensor":"a"}`, auth, 400, `{"error":"record Reading: field \"value\" is missing"}`},
		{"wrong field", "POST", "", `{"sensor":"a","value":"x"}`, auth, 400, `{"error":"field \"value\": a number expected, not a string"}`},
		{"no JSON", "POST", "", `hello`, auth, 400, `{"error":`},
		{"a list", "POST", "", `[]`, auth, 400, `{"error":"an object expected, not a list"}`},
		{"two values", "POST", "", good + good, auth, 400, `{"error":"more text after the JSON value"}`},
		{"twice", "POST", "", `{"sensor":"a","sensor":"b","value":1}`, auth, 400, `{"error":`},
		{"empty", "POST", "", ``, auth, 400, `is missing`},
		{"compressed", "POST", "", good, auth + "\nContent-Encoding: gzip", 415, `{"error":`},
		{"too large", "POST", "", strings.Repeat("x", 101), auth, 413, `larger than 100 bytes`},
		{"no token", "POST", "", good, "X: 1", 401, `{"error":`},
		{"wrong token", "POST", "", good, "Authorization: Bearer tok-2", 401, `{"error":`},
		{"longer token", "POST", "", good, "Authorization: Bearer tok-11", 401, `{"error":`},
		{"empty token", "POST", "", good, "Authorization: Bearer ", 401, `{"error":`},
		{"other scheme", "POST", "", good, "Authorization: Basic tok-1", 401, `{"error":`},
		{"too large without token", "POST", "", strings.Repeat("x", 101), "X: 1", 401, `{"error":`},
		{"method", "GET", "", "", auth, 405, ``},
		{"path", "POST", "/x", good, auth, 404, ``},
	}
	c := newCaller(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := caller{t, c.client}.do(test.method, l.URL()+test.path, test.body, strings.Split(test.header, "\n")...)
			if got.status != test.status {
				t.Errorf("status %d, not %d: %s", got.status, test.status, got.body)
			}
			mustContain(t, got.body, test.answer)
			mustNotContain(t, got.body, "hunter2")
			for header, status := range map[string]int{"WWW-Authenticate": 401, "Retry-After": 503, "Allow": 405} {
				if has := got.header.Get(header) != ""; has != (got.status == status) {
					t.Errorf("%s: %q", header, got.header.Get(header))
				}
			}
		})
	}
}

// TestBodyTooLarge tells a caller so, though he goes on sending, with and
// without a length.
func TestBodyTooLarge(t *testing.T) {
	const size = 10_000_000
	for _, length := range []int64{-1, size} {
		synctest.Test(t, func(t *testing.T) {
			o := listenOptions()
			o.Limit = "100B"
			l, p, _ := pipedListener(t, o)
			run(t, l, func(d flow.Delivery[reading]) { t.Error("took", d.Batch.Values) })
			r, err := nethttp.NewRequest("POST", "http://server/", io.LimitReader(zeros{}, size))
			if err != nil {
				t.Fatal(err)
			}
			r.ContentLength = length
			answer, err := p.transport(t).RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != 413 {
				t.Errorf("length %d: %s", length, answer.Status)
			}
		})
	}
}

func TestFields(t *testing.T) {
	o := listenOptions()
	o.Path = "/sensors/{sensor}/readings"
	l := listen(t, o)
	var got []reading
	run(t, l, echo(&got))
	tests := []struct {
		path, body string
		status     int
		sensor     string
		value      float64
	}{
		{"/sensors/a/readings", `{"value":1}`, 202, "a", 1},
		{"/sensors/a/readings", `{"sensor":"b","value":1}`, 202, "a", 1},
		{"/sensors/a/readings?value=2", ``, 202, "a", 2},
		{"/sensors/a/readings?value=2", `{"value":1}`, 202, "a", 2},
		{"/sensors/a/readings?sensor=b&sensor=c&value=2", ``, 202, "a", 2},
		{"/sensors/a/readings?value=2&unknown=1&unknown=2", ``, 202, "a", 2},
		{"/sensors/a%2Fb%22,%22x%22:1/readings?value=2", ``, 202, `a/b","x":1`, 2},
		{"/sensors/%C3%A9+/readings?value=2", ``, 202, "é+", 2},
		{"/sensors/a/readings?value=2&value=3", ``, 400, "", 0},
		{"/sensors/a/readings?value=x", ``, 400, "", 0},
		{"/sensors/a/readings?value=1,%22sensor%22:2", ``, 400, "", 0},
		{"/sensors/a/readings?value={%22a%22:1}", ``, 400, "", 0},
		{"/sensors/a/readings?value=", ``, 400, "", 0},
		{"/sensors/a/readings?value=%zz", ``, 400, "", 0},
		{"/sensors/a/readings?value=2;note=x", ``, 400, "", 0},
		{"/sensors/a/readings?value=2&note=%ff", ``, 400, "", 0},
		{"/sensors/%ff/readings?value=2", ``, 400, "", 0},
		{"/sensors/a/readings", ``, 400, "", 0},
		{"/sensors/a/readings?value=2", `[]`, 400, "", 0},
		{"/sensors/a/readings?value=2", `{"value":1}{}`, 400, "", 0},
		{"/sensors//readings?value=2", ``, 404, "", 0},
		{"/sensors/a/readings/", `{"value":1}`, 404, "", 0},
		{"/", `{"value":1}`, 404, "", 0},
	}
	c := newCaller(t)
	c.client.CheckRedirect = func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse }
	base := "http://" + l.server.actual()
	for _, test := range tests {
		got = nil
		answer := c.do("POST", base+test.path, test.body)
		if answer.status/100 == 3 { // net/http's way to say that the path is not a clean one
			answer.status = 404
		}
		if answer.status != test.status {
			t.Errorf("%s %s: status %d: %s", test.path, test.body, answer.status, answer.body)
			continue
		}
		if test.status == 202 && (len(got) != 1 || got[0].Sensor != test.sensor || got[0].Value != test.value) {
			t.Errorf("%s %s: %v", test.path, test.body, got)
		}
	}
}

func TestWithoutBody(t *testing.T) {
	o := listenOptions()
	o.Body, o.Method, o.Path = false, "GET", "/get"
	l := listen(t, o)
	var got []reading
	run(t, l, func(d flow.Delivery[reading]) {
		d.Reply(0, []byte("hello"), "text/plain")
		echo(&got)(d)
	})
	c := newCaller(t)
	if a := c.do("GET", l.URL()+"?sensor=a&value=1", "ignored"); a.status != 200 || a.body != "hello" || a.header.Get("Content-Type") != "text/plain" {
		t.Error(a)
	}
	if a := c.do("HEAD", l.URL()+"?sensor=a&value=1", ""); a.status != 200 || a.body != "" {
		t.Error(a)
	}
	if a := c.do("POST", l.URL()+"?sensor=a&value=1", ""); a.status != 405 || a.header.Get("Allow") != "GET, HEAD" {
		t.Error(a)
	}
	if len(got) != 2 {
		t.Error(got)
	}
}

func TestBareBody(t *testing.T) {
	l := listen(t, ListenOptions[string]{Stage: stage("listen"), Listen: "127.0.0.1:0", Body: true, Decode: record.Text()})
	var got []string
	run(t, l, func(d flow.Delivery[string]) {
		got = append(got, d.Batch.Values...)
		ack(d)
	})
	c := newCaller(t)
	for _, text := range []string{"hello", "", `{"a":1}`} {
		if a := c.do("POST", l.URL()+"?x=1", text); a.status != 202 {
			t.Error(a)
		}
	}
	if a := c.do("POST", l.URL(), "\xff"); a.status != 400 {
		t.Error(a)
	}
	if strings.Join(got, "|") != `hello||{"a":1}` {
		t.Error(got)
	}
}

func TestPagesOfOtherOrigins(t *testing.T) {
	const good = `{"sensor":"a","value":1}`
	o := listenOptions()
	o.Method, o.Body = "GET", false
	l := listen(t, o)
	run(t, l, ack)
	for _, method := range []string{"GET", "HEAD"} { // a page may ask, and cannot read the answer
		if a := newCaller(t).do(method, l.URL()+"?sensor=a&value=1", "", "Origin: http://evil.example"); a.status != 202 {
			t.Error(method, a)
		}
	}
	for _, test := range []struct {
		open   bool
		header string
		status int
	}{
		{false, "Sec-Fetch-Site: cross-site", 403},
		{false, "Origin: http://evil.example", 403},
		{false, "X: 1", 202},
		{true, "Origin: http://evil.example", 202},
	} {
		o := listenOptions()
		o.Open = test.open
		l := listen(t, o)
		run(t, l, ack)
		if a := newCaller(t).do("POST", l.URL(), good, test.header); a.status != test.status {
			t.Error(test, a)
		}
	}
}

func TestSharedServer(t *testing.T) {
	o := listenOptions()
	var a, b, c *Listener[reading]
	open(t, nil, func(s *flow.Setup) {
		o.Stage, o.Path = stage("a"), "/a"
		a = Listen(s, o)
		o.Stage, o.Path = stage("b"), "/b/{sensor}"
		b = Listen(s, o)
		o.Stage, o.Path, o.Method, o.Body = stage("c"), "/a", "GET", false
		c = Listen(s, o)
	})
	if a.server != b.server || a.server != c.server {
		t.Fatal("three servers")
	}
	var atA, atB, atC []reading
	run(t, a, echo(&atA))
	run(t, b, echo(&atB))
	run(t, c, echo(&atC))
	call := newCaller(t)
	call.do("POST", a.URL(), `{"sensor":"1","value":1}`)
	call.do("POST", strings.Replace(b.URL(), "{sensor}", "2", 1), `{"value":1}`)
	call.do("GET", c.URL()+"?sensor=3&value=1", "")
	if len(atA) != 1 || len(atB) != 1 || len(atC) != 1 || atA[0].Sensor+atB[0].Sensor+atC[0].Sensor != "123" {
		t.Error(atA, atB, atC)
	}
}

func TestListenSettings(t *testing.T) {
	for _, test := range []struct {
		listen, method, path, token string
		want                        string
	}{
		{"", "", "", "", `listen: listen: an address such as ":8027" is missing`},
		{"8027", "", "", "", `"8027" is not an address`},
		{":http", "", "", "", `":http" has no port from 0 to 65535`},
		{":70000", "", "", "", `":70000" has no port from 0 to 65535`},
		{"0.0.0.0:0", "", "", "", "0.0.0.0:0 can be reached from other machines: set token, or open = true"},
		{"[::]:0", "", "", "", "can be reached from other machines"},
		{"example.com:0", "", "", "", "can be reached from other machines"},
		{"${ALL}:0", "", "", "", "can be reached from other machines"},
		{":0", "FETCH", "", "", `method: "FETCH" is none of GET, POST`},
		{":0", "", "x", "", `path: "x" does not start with /`},
		{":0", "", "/x?y", "", `holds ? or #`},
		{":0", "", "/x//y", "", `or an empty segment`},
		{":0", "", "/x/../y", "", `or an empty segment`},
		{":0", "", "//", "", `or an empty segment`},
		{":0", "", "/a-{sensor}", "", `a {field} must be all that stands between two slashes`},
		{":0", "", "/{none}", "", `"/{none}" names a {field} that text cannot fill`},
		{":0", "", "/{sensor}/{sensor}", "", `"/{sensor}/{sensor}" names a {field} twice`},
		{":0", "", "/taken", "", `path: stage "first" takes POST /taken at 127.0.0.1:0 already`},
		{":0", "", "/f/{value}", "", `path: stage "first" takes POST /f/{value} at 127.0.0.1:0 already`},
		{":0", "", "/{sensor}/x", "", `path: some requests fit both POST /{sensor}/x and /f/{sensor} of stage "first" at 127.0.0.1:0, and neither path is a case of the other`},
		{":0", "", "/{sensor}/caf%C3%A9", "", `path: some requests fit both`},
		{":0", "", "/%74aken", "", `path: some requests fit both`},
		{":0", "", "", "${EMPTY}", "token: the setting is empty"},
		{":0", "", "", "${MISSING}", "environment variable MISSING is not set"},
	} {
		text := openFails(t, []string{"ALL=0.0.0.0", "EMPTY="}, func(s *flow.Setup) {
			first := listenOptions()
			first.Stage, first.Path = stage("first"), "/taken"
			Listen(s, first)
			first.Path = "/f/{sensor}"
			Listen(s, first)
			o := listenOptions()
			o.Listen, o.Method, o.Path, o.Token = test.listen, test.method, test.path, test.token
			Listen(s, o)
		})
		mustContain(t, text, test.want)
		if strings.Contains(text, "\n") {
			t.Errorf("more than one error: %s", text)
		}
	}
}

// FuzzPath makes sure that net/http takes every path that is not refused.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"/", "/a/", "//", "/{sensor}/b", "/a b", "/%zz", "/{$}", "/{sensor...}", "/./", "/\x00", "/{", "/é%2F"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		var r route
		end, err := flow.Open(t.Context(), environment(nil), func(s *flow.Setup) {
			var err error
			template := driver.NewTemplate(s, "listen", "path", path, driver.Verbatim)
			if r, err = parseRoute("POST", template, readingFields); err != nil {
				s.Errorf("listen", "%w", err)
			}
		})
		if err != nil {
			return
		}
		defer end(context.Background())
		v := &server{mux: nethttp.NewServeMux()}
		if err := v.handle("a", r, func(nethttp.ResponseWriter, *nethttp.Request) {}); err != nil {
			t.Errorf("%q: %v", path, err)
		}
		if err := v.handle("b", r, nil); err == nil {
			t.Errorf("%q is taken twice", path)
		}
	})
}

func TestPortInUse(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	o := listenOptions()
	o.Listen = other.Addr().String()
	text := openFails(t, nil, func(s *flow.Setup) { Listen(s, o) })
	mustContain(t, text, `stage "listen": address `+o.Listen+` is in use by another program; stop that, or change listen`)
}

func TestAllInterfaces(t *testing.T) {
	o := listenOptions()
	o.Listen, o.Open = "0.0.0.0:0", true
	l := listen(t, o)
	run(t, l, ack)
	_, port, _ := net.SplitHostPort(l.server.actual())
	if a := newCaller(t).do("POST", "http://127.0.0.1:"+port, `{"sensor":"a","value":1}`); a.status != 202 {
		t.Error(a)
	}
}
