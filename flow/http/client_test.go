package http

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/record"
)

func TestRequest(t *testing.T) {
	var got *nethttp.Request
	var body string
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		got = r
		data, _ := io.ReadAll(r.Body)
		body = string(data)
		_, _ = w.Write([]byte(`{"sensor":"a","value":1.5}`))
	})
	var c *Client[reading, reading]
	open(t, []string{"KEY=k$1&x", "BASE=" + server.URL}, func(s *flow.Setup) {
		c = NewClient(s, ClientOptions[reading, reading]{
			Stage:   stage("ask"),
			Method:  "POST",
			URL:     "${BASE}/sensors/{sensor}?raw={sensor}",
			Headers: []flow.Header{{Name: "X-Fixed", Value: "1"}, {Name: "X-Sensor", Value: "<{sensor}>"}},
			Query:   []flow.Header{{Name: "key&", Value: "${KEY}"}, {Name: "v", Value: "={value}+"}},
			Body:    `{{"text":"{sensor}"}`,
			Fill: func(v reading) Values {
				return Values{
					URL:     []string{v.Sensor, v.Sensor},
					Headers: [][]string{nil, {v.Sensor}},
					Query:   [][]string{nil, {record.FloatText(v.Value)}},
					Body:    []string{v.Sensor},
				}
			},
			Answer: record.JSON(readingCodec),
		})
	})
	answer, err := c.Ask(t.Context(), reading{Sensor: `a/../b?c#d&e="f`, Value: 2})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Sensor != "a" || answer.Value != 1.5 {
		t.Error("answer:", answer)
	}
	for name, pair := range map[string][2]string{
		"uri":     {got.RequestURI, `/sensors/a%2F..%2Fb%3Fc%23d&e=%22f?raw=a%2F..%2Fb%3Fc%23d%26e%3D%22f&key%26=k%241%26x&v=%3D2%2B`},
		"fixed":   {got.Header.Get("X-Fixed"), "1"},
		"sensor":  {got.Header.Get("X-Sensor"), `<a/../b?c#d&e="f>`},
		"agent":   {got.UserAgent(), "flowc/test"},
		"accept":  {got.Header.Get("Accept"), "application/json, */*;q=0.5"},
		"type":    {got.Header.Get("Content-Type"), "application/json"},
		"body":    {body, `{"text":"a/../b?c#d&e=\"f"}`},
		"method":  {got.Method, "POST"},
		"referer": {got.Referer(), ""},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s:\n got %s\nwant %s", name, pair[0], pair[1])
		}
	}
}

func TestContent(t *testing.T) {
	var calls atomic.Int64
	var kind, body string
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		calls.Add(1)
		kind = r.Header.Get("Content-Type")
		data, _ := io.ReadAll(r.Body)
		body = string(data)
	})
	note := record.OneField(record.Text(), func(v reading) *string { return v.Note })
	var whole, one *Client[reading, string]
	open(t, nil, func(s *flow.Setup) {
		o := ClientOptions[reading, string]{Stage: stage("a"), Method: "PUT", URL: server.URL, Answer: record.Text(), Content: record.Whole(record.JSON(readingCodec))}
		whole = NewClient(s, o)
		o.Stage, o.Content = stage("b"), note
		o.Headers = []flow.Header{{Name: "content-type", Value: "text/x"}}
		one = NewClient(s, o)
	})
	if err := whole.Send(t.Context(), reading{Sensor: "a", Value: 1}); err != nil {
		t.Fatal(err)
	}
	if kind != "application/json" || body != `{"sensor":"a","value":1}` {
		t.Error(kind, body)
	}
	if err := one.Send(t.Context(), reading{}); err != nil || calls.Load() != 1 {
		t.Error("a missing field was sent:", err, calls.Load())
	}
	if _, err := one.Ask(t.Context(), reading{}); !errors.Is(err, flow.Skip) {
		t.Error("a missing field was asked with:", err)
	}
	text := "hello"
	if err := one.Send(t.Context(), reading{Note: &text}); err != nil || kind != "text/x" || body != "hello" {
		t.Error(err, kind, body)
	}
}

func TestHostileValues(t *testing.T) {
	var calls atomic.Int64
	server := serve(t, func(nethttp.ResponseWriter, *nethttp.Request) { calls.Add(1) })
	url := textClient(t, ClientOptions[string, string]{
		URL:  server.URL + "/a/{x}/b",
		Fill: func(v string) Values { return Values{URL: []string{v}} },
	})
	header := textClient(t, ClientOptions[string, string]{
		URL:     server.URL,
		Headers: []flow.Header{{Name: "X-A", Value: "{x}"}},
		Fill:    func(v string) Values { return Values{Headers: [][]string{{v}}} },
	})
	for _, v := range []string{".", ".."} {
		if err := url.Send(t.Context(), v); !driver.IsPermanent(err) {
			t.Errorf("path %q: %v", v, err)
		}
	}
	for _, v := range []string{"a\r\nX-B: 1", "a\nb", "a\x00", "a\x01", "a\x7f"} {
		err := header.Send(t.Context(), v)
		if !driver.IsPermanent(err) {
			t.Errorf("header %q: %v", v, err)
		}
	}
	if calls.Load() != 0 {
		t.Error("a hostile value was sent")
	}
}

func TestStatuses(t *testing.T) {
	tests := []struct {
		status  int
		accept  []int
		calls   int64
		outcome string // "", "permanent", "error"
	}{
		{200, nil, 1, ""},
		{204, nil, 1, ""},
		{299, nil, 1, ""},
		{302, nil, 1, "permanent"},
		{400, nil, 1, "permanent"},
		{404, nil, 1, "permanent"},
		{408, nil, 3, "error"},
		{425, nil, 3, "error"},
		{429, nil, 3, "error"},
		{500, nil, 3, "error"},
		{503, nil, 3, "error"},
		{404, []int{200, 404}, 1, ""},
		{503, []int{503}, 1, ""},
		{200, []int{503}, 1, "permanent"},
		{500, []int{503}, 3, "error"},
		{202, []int{200, 404}, 1, "permanent"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status, test.accept), func(t *testing.T) {
			var calls atomic.Int64
			server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				calls.Add(1)
				w.WriteHeader(test.status)
			})
			c := textClient(t, ClientOptions[string, string]{Stage: retried(3), Method: "POST", URL: server.URL, Accept: test.accept})
			_, err := flow.Do(t.Context(), c.Stage, flow.Batch[string]{Values: []string{"x"}}, c.Send)
			outcome := ""
			switch {
			case driver.IsPermanent(err):
				outcome = "permanent"
			case err != nil:
				outcome = "error"
			}
			if calls.Load() != test.calls || outcome != test.outcome {
				t.Errorf("%d calls, %q: %v", calls.Load(), outcome, err)
			}
		})
	}
}

func TestRetriedUntilItWorks(t *testing.T) {
	var calls atomic.Int64
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(503)
			return
		}
		_, _ = io.WriteString(w, "yes")
	})
	c := textClient(t, ClientOptions[string, string]{Stage: retried(5), URL: server.URL})
	out, err := flow.Map(t.Context(), c.Stage, flow.Batch[string]{Values: []string{"x"}}, c.Ask)
	if err != nil || len(out.Values) != 1 || out.Values[0] != "yes" {
		t.Error(out.Values, err)
	}
}

func TestRetryAfterTexts(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"-7":                            0,
		"1e3":                           0,
		"86400":                         time.Minute,
		"99999999999999999999":          0,
		"Fri, 02 Jan 2026 03:04:15 GMT": 10 * time.Second,
		"Fri, 02 Jan 2026 03:04:00 GMT": 0,
		"Fri, 02 Jan 2099 03:04:00 GMT": time.Minute,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %v, not %v", text, got, want)
		}
	}
}

func TestErrorsShowNoSecrets(t *testing.T) {
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.WriteHeader(403)
		_, _ = io.WriteString(w, "not\x1b[31m for\n you "+strings.Repeat("é", 300))
	})
	base := strings.Replace(server.URL, "http://", "http://bob:passw@", 1)
	c := textClient(t, ClientOptions[string, string]{URL: "${BASE}/p?token=tok", Query: []flow.Header{{Name: "k", Value: "key1"}}}, "BASE="+base)
	err := c.Send(t.Context(), "x")
	mustContain(t, err.Error(), "GET "+server.URL+"/p: status 403 Forbidden: not [31m for you é")
	mustNotContain(t, err.Error(), "bob", "passw", "tok", "key1", "\x1b", "\n", "\ufffd")
	if len(err.Error()) > 300 {
		t.Error(len(err.Error()), "bytes")
	}

	c = textClient(t, ClientOptions[string, string]{URL: "${BASE}/p?token=tok"}, "BASE="+strings.Replace(noServer, "http://", "http://bob:passw@", 1))
	err = c.Send(t.Context(), "x")
	mustContain(t, err.Error(), "GET "+noServer+"/p: ", "connection refused")
	mustNotContain(t, err.Error(), "bob", "passw", "tok", "key1")
	if driver.IsPermanent(err) {
		t.Error("a refused connection is not permanent")
	}
}

func TestUserOfTheURL(t *testing.T) {
	var user, password string
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { user, password, _ = r.BasicAuth() })
	base := strings.Replace(server.URL, "http://", "http://bob:${PW}@", 1)
	c := textClient(t, ClientOptions[string, string]{URL: base + "/p"}, "PW=a/b@c:d%e")
	if err := c.Send(t.Context(), "x"); err != nil || user != "bob" || password != "a/b@c:d%e" {
		t.Error(user, password, err)
	}
}

func TestLimit(t *testing.T) {
	const size = 32 << 20
	bomb := func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			t.Error("gzip is not offered")
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, size)
		_ = z.Close()
	}
	plain := func(w nethttp.ResponseWriter, r *nethttp.Request) { _, _ = io.CopyN(w, zeros{}, 11) }
	known := func(w nethttp.ResponseWriter, r *nethttp.Request) { _, _ = io.WriteString(w, "12345678901") }
	exact := func(w nethttp.ResponseWriter, r *nethttp.Request) { _, _ = io.WriteString(w, "1234567890") }
	for name, test := range map[string]struct {
		handle nethttp.HandlerFunc
		large  bool
	}{"bomb": {bomb, true}, "plain": {plain, true}, "known": {known, true}, "exact": {exact, false}} {
		server := serve(t, test.handle)
		c := textClient(t, ClientOptions[string, string]{URL: server.URL, Limit: "10B"})
		_, err := c.Get(t.Context())
		if large := err != nil && driver.IsPermanent(err) && strings.Contains(err.Error(), "larger than the limit of 10 bytes"); large != test.large {
			t.Error(name, err)
		}
		if err := c.Send(t.Context(), "x"); err != nil {
			t.Errorf("%s: the limit holds for answers that are read: %v", name, err)
		}
	}
}

func TestGzip(t *testing.T) {
	zipped := func(text string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
		return b.String()
	}
	whole := zipped("hello")
	for name, test := range map[string]struct {
		status      int
		answer      string
		text, wrong string
	}{
		"answer":    {200, whole, "hello", ""},
		"refusal":   {404, whole, "", "status 404 Not Found: hello"},
		"torn":      {200, whole[:len(whole)-9], "", "reading the answer: unexpected EOF"},
		"corrupt":   {200, whole[:len(whole)-8] + "12345678", "", "reading the answer: gzip: invalid checksum"},
		"not gzip":  {200, "no gzip at all", "", "reading the answer: gzip: invalid header"},
		"of a bomb": {200, zipped(strings.Repeat("x", 1<<20)), "", "larger than the limit of 1024 bytes"},
	} {
		server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.WriteHeader(test.status)
			_, _ = io.WriteString(w, test.answer)
		})
		c := textClient(t, ClientOptions[string, string]{URL: server.URL, Limit: "1KiB"})
		text, err := c.Get(t.Context())
		if text != test.text || (err == nil) != (test.wrong == "") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if err != nil {
			mustContain(t, err.Error(), test.wrong)
		}
	}
}

// zeros is an endless text.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}

func TestUndecodable(t *testing.T) {
	for answer, reason := range map[string]string{
		`{"error":"rate limit"}`:                      `field "sensor" is missing`,
		`{"sensor":"a","value":"x"}`:                  `field "value": a number expected, not a string`,
		`<html>down</html>`:                           `(answer: <html>down</html>)`,
		``:                                            `the answer is empty`,
		`{"sensor":"a","value":1} trailing`:           `more text after the JSON value`,
		`{"sensor":"a","value":1}{"sensor":"a"}`:      `more text after the JSON value`,
		`[{"sensor":"a","value":1}]`:                  `an object expected, not a list`,
		`{"sensor":"a","sensor":"b","value":1}`:       `duplicate`,
		"{\"sensor\":\"\xff\",\"value\":1}":           `UTF-8`,
		`{"sensor":"a","value":1e999}`:                `does not fit`,
		`{"sensor":"` + strings.Repeat("x", 10000):    `unexpected EOF`,
		`{"sensor":null,"value":1}`:                   `null, but a value is required`,
		strings.Repeat(`{"sensor":`, 20000) + `"deep`: `field "sensor": a string expected, not an object`,
	} {
		server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) { _, _ = io.WriteString(w, answer) })
		var c *Client[struct{}, reading]
		open(t, nil, func(s *flow.Setup) {
			c = NewClient(s, ClientOptions[struct{}, reading]{Stage: stage("ask"), Method: "GET", URL: server.URL, Answer: record.JSON(readingCodec)})
		})
		got, err := c.Get(t.Context())
		if !driver.IsPermanent(err) || got != (reading{}) {
			t.Errorf("%.40s: %v %v", answer, got, err)
			continue
		}
		mustContain(t, err.Error(), reason)
		if len(err.Error()) > 600 {
			t.Error(len(err.Error()), "bytes of error")
		}
	}
}

// TestConnectionsAreReused makes all calls over one TCP connection, whatever
// they are answered and whether anybody reads that.
func TestConnectionsAreReused(t *testing.T) {
	for _, status := range []int{200, 204, 302, 400, 404, 429, 500, 503} {
		for _, size := range []int64{0, 1, drainBytes - 1} {
			synctest.Test(t, func(t *testing.T) {
				c, p := pipedClient(t, ClientOptions[string, string]{Method: "POST", Body: "x"}, func(w nethttp.ResponseWriter, r *nethttp.Request) {
					w.WriteHeader(status)
					_, _ = io.CopyN(w, zeros{}, size)
				})
				for range 50 {
					_ = c.Send(t.Context(), "x")
					_, _ = c.Ask(t.Context(), "x")
				}
				if n := p.dials.Load(); n != 1 {
					t.Errorf("%d, %d bytes: %d connections", status, size, n)
				}
			})
		}
	}
}

func TestBrokenAnswerIsRetried(t *testing.T) {
	var calls atomic.Int64
	server := serve(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if calls.Add(1) == 1 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
			panic(nethttp.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "whole")
	})
	c := textClient(t, ClientOptions[string, string]{Stage: retried(2), URL: server.URL})
	out, err := flow.Map(t.Context(), c.Stage, flow.Batch[string]{Values: []string{"x"}}, c.Ask)
	if err != nil || out.Values[0] != "whole" {
		t.Error(out, err)
	}
}

func TestClientSettings(t *testing.T) {
	fields := func(n int) func(string) Values {
		return func(v string) Values { return Values{URL: make([]string, n)} }
	}
	for _, test := range []struct {
		url    string
		fill   func(string) Values
		header flow.Header
		want   string
	}{
		{url: "", want: "call: url: neither the stage nor its connection has one"},
		{url: "ftp://host/x", want: "call: url: its scheme is not http or https"},
		{url: "host/x", want: `call: url: not a URL`},
		{url: "http://host:65536/x", want: "call: url: its port is above 65535"},
		{url: "${U}", want: `call: url: the host is missing`},
		{url: "http://host/a#b", want: `write %23`},
		{url: "http://{x}/", fill: fields(1), want: "a {field} can stand in the path and in the query only"},
		{url: "http://h{x}/", fill: fields(1), want: "a {field} can stand in the path and in the query only"},
		{url: "http://h:{x}/", fill: fields(1), want: "a {field} can stand in the path and in the query only"},
		{url: "{x}://h/", fill: fields(1), want: "a {field} can stand in the path and in the query only"},
		{url: "{x}", fill: fields(1), want: "a {field} can stand in the path and in the query only"},
		{url: "${MISSING}/{x}", fill: fields(1), want: "call: url: environment variable MISSING is not set"},
		{url: "${MISSING}", want: "call: url: environment variable MISSING is not set"},
		{url: "http://h/", header: flow.Header{Name: "X Y", Value: "1"}, want: `"X Y" is not the name of a header`},
		{url: "http://h/", header: flow.Header{Name: "content-length", Value: "1"}, want: `content-length cannot be set`},
		{url: "http://h/", header: flow.Header{Name: "X-A", Value: "a${CRLF}b"}, want: "headers.X-A: a header value cannot hold a line break"},
		{url: "http://h/", header: flow.Header{Name: "X-A", Value: "{x}${CRLF}"}, want: "headers.X-A: a header value cannot hold a line break"},
	} {
		text := openFails(t, []string{"U=http://:80/secret", "CRLF=\r\nX-Secret: secret"}, func(s *flow.Setup) {
			o := ClientOptions[string, string]{Stage: stage("call"), Method: "GET", URL: test.url, Fill: test.fill, Answer: record.Text()}
			if test.header.Name != "" {
				o.Headers = []flow.Header{test.header}
			}
			NewClient(s, o)
		})
		mustContain(t, text, test.want)
		mustNotContain(t, text, "secret")
		if strings.Contains(text, "\n") {
			t.Errorf("%q: more than one error: %s", test.url, text)
		}
	}
}
