package http

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Callers who take their time, and pipelines that do.

// slowly says the parts of a text, one each time, until the other side has
// closed, and returns how long that took.
func (r *raw) slowly(head, part string, each time.Duration) time.Duration {
	start := time.Now()
	go func() {
		r.say(head)
		for part != "" {
			select {
			case <-r.done:
				return
			case <-time.After(each):
				r.say(part)
			}
		}
	}()
	<-r.done
	return time.Since(start)
}

func TestSlowCallers(t *testing.T) {
	for name, test := range map[string]struct {
		head, part string
		took       time.Duration
		answer     string
	}{
		"says nothing":      {"", "", 10 * time.Second, ""},
		"half a header":     {"POST / HTTP/1.1\r\nHo", "", 10 * time.Second, ""},
		"drips a header":    {"POST / HTTP/1.1\r\n", "X-A: b\r\n", 10 * time.Second, ""},
		"no body":           {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n", "", time.Minute, "HTTP/1.1 408 "},
		"drips a body":      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n", "{", time.Minute, "HTTP/1.1 408 "},
		"drips chunks":      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\n{\r\n", time.Minute, "HTTP/1.1 408 "},
		"idle when refused": {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "", 2 * time.Minute, "HTTP/1.1 400 "},
		"idle afterwards":   {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "", 2 * time.Minute, "HTTP/1.1 405 "},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, p, _ := pipedListener(t, listenOptions())
				r := rawCaller(t, p)
				if took := r.slowly(test.head, test.part, 1700*time.Millisecond); took < test.took || took > test.took+5*time.Second {
					t.Errorf("cut off after %v, not %v", took, test.took)
				}
				if answer := r.heard.String(); !strings.HasPrefix(answer, test.answer) {
					t.Errorf("answered %q", answer)
				}
				if test.took == time.Minute {
					mustContain(t, r.heard.String(), "Connection: close", `{"error":"the body came too slowly"}`)
				}
			})
		})
	}
}

// TestSlowPipeline takes its time for a request; that for reading one says
// nothing about it, nor about the next request on the same connection.
func TestSlowPipeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		run(t, l, func(d flow.Delivery[reading]) {
			time.Sleep(10 * time.Minute)
			ack(d)
		})
		transport := p.transport(t)
		for range 3 {
			if a := p.call(t, transport, "POST", "/", goodReading); a.status != 202 {
				t.Error(a)
			}
		}
	})
}

func TestNobodyTakesIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		start := time.Now()
		a := p.call(t, p.transport(t), "POST", "/", goodReading)
		if a.status != 503 || a.header.Get("Retry-After") != "1" || time.Since(start) != time.Minute {
			t.Error(a, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if d, err := l.Receive(ctx); err == nil {
			t.Error("the pipeline got what its caller was refused:", d.Batch.Values)
		}
	})
}

// TestWaitsForThePipeline takes what waits before the pipeline runs when it
// does.
func TestWaitsForThePipeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		go func() {
			time.Sleep(59 * time.Second)
			d, err := l.Receive(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			ack(d)
		}()
		if a := p.call(t, p.transport(t), "POST", "/", goodReading); a.status != 202 {
			t.Error(a)
		}
	})
}

// TestCallerDoesNotReadItsAnswer cuts off who does not take what he asked for.
func TestCallerDoesNotReadItsAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, closeAll := pipedListener(t, listenOptions())
		run(t, l, func(d flow.Delivery[reading]) {
			d.Reply(0, make([]byte, 10_000_000), "text/plain")
			ack(d)
		})
		mine, err := p.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer mine.Close()
		start := time.Now()
		go func() {
			_, _ = mine.Write([]byte("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 24\r\n\r\n" + goodReading))
		}()
		time.Sleep(writeTime - time.Second)
		synctest.Wait()
		if _, err := mine.Read(make([]byte, 1)); err != nil {
			t.Error("cut off too early:", err)
		}
		time.Sleep(2 * time.Second)
		for err = nil; err == nil; { // what was written before
			_, err = mine.Read(make([]byte, 1<<20))
		}
		if took := time.Since(start); took > writeTime+5*time.Second {
			t.Error("cut off after", took)
		}
		closeAll()
	})
}

func TestCloseDoesNotWaitForTheSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p, closeAll := pipedListener(t, listenOptions())
		r := rawCaller(t, p)
		go r.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
		synctest.Wait()
		start := time.Now()
		closeAll()
		if took := time.Since(start); took > closeTime {
			t.Error("closed after", took)
		}
	})
}

// TestMicroBatches hands on all that wait while a batch is under way, and
// answers each caller with his own value.
func TestMicroBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		var batches []int
		run(t, l, func(d flow.Delivery[reading]) {
			batches = append(batches, len(d.Batch.Values))
			time.Sleep(time.Second)
			for i, v := range d.Batch.Values {
				d.Reply(i, []byte(v.Sensor), "text/plain")
			}
			ack(d)
		})
		transport := p.transport(t)
		var group sync.WaitGroup
		for i := range 300 {
			group.Go(func() {
				name := strings.Repeat("x", i)
				if a := p.call(t, transport, "POST", "/", `{"sensor":"`+name+`","value":1}`); a.status != 200 || a.body != name {
					t.Errorf("caller %d: %d %s", i, a.status, a.body)
				}
			})
		}
		group.Wait()
		// The first batch is taken as soon as one request is there.
		if n := len(batches); n < 2 || n > 3 || batches[1] != min(driver.MaxBatch, 300-batches[0]) {
			t.Error("batches of", batches)
		}
	})
}
