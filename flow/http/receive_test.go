package http

import (
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/internal/await"
)

const goodReading = `{"sensor":"a","value":1}`

func TestBoundsOfTheQueue(t *testing.T) {
	q := newQueue[int]()
	for i := range mostWaiting {
		if !q.push(newRequest(i, 20<<10)) {
			t.Fatal("no room for request", i)
		}
	}
	if q.push(newRequest(0, 1)) {
		t.Error("the queue takes more than it should")
	}
	next := 0
	for _, want := range []int{204, 204, 204, 204, 204, 4, 0} {
		taken := q.take()
		if len(taken) != want {
			t.Errorf("took %d, not %d", len(taken), want)
		}
		for _, r := range taken {
			if r.value != next {
				t.Fatalf("request %d came as %d", r.value, next)
			}
			next++
		}
	}
	for i := range 300 {
		q.push(newRequest(i, 1))
	}
	if n := len(q.take()); n != driver.MaxBatch {
		t.Error("a batch of", n)
	}
}

func TestBytesOfTheQueue(t *testing.T) {
	q := newQueue[int]()
	if !q.push(newRequest(0, 2*mostWaitingBytes)) {
		t.Error("a large request is not taken by an empty queue")
	}
	if q.push(newRequest(1, 1)) {
		t.Error("the queue takes more bytes than it should")
	}
	if len(q.take()) != 1 || q.bytes != 0 {
		t.Error("a large request is not handed on")
	}
	r := newRequest(2, 5)
	q.push(r)
	if !q.remove(r) || q.remove(r) || q.bytes != 0 || len(q.take()) != 0 {
		t.Error("a removed request stays")
	}
}

func TestFullQueue(t *testing.T) {
	l := listen(t, listenOptions())
	for range mostWaiting {
		l.queue.push(newRequest(reading{}, 1))
	}
	if a := newCaller(t).do("POST", l.URL(), goodReading); a.status != 503 || a.header.Get("Retry-After") != "1" {
		t.Error(a)
	}
}

func TestCallerThatWentAwayCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, _ := pipedListener(t, listenOptions())
		r := rawCaller(t, p)
		r.say(fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(goodReading), goodReading))
		synctest.Wait()
		_ = r.Close()
		synctest.Wait() // it was noticed
		d, err := l.Receive(t.Context())
		if err != nil || len(d.Batch.Values) != 1 {
			t.Fatal(d.Batch, err)
		}
		ack(d)
	})
}

func TestStop(t *testing.T) {
	l, p, closeAll := pipedListener(t, listenOptions())
	taken := make(chan flow.Delivery[reading], 10)
	stop := run(t, l, func(d flow.Delivery[reading]) { taken <- d })
	transport := p.transport(t)
	var group sync.WaitGroup
	var done, refused reply
	group.Go(func() { done = p.call(t, transport, "POST", "/", goodReading) })
	inFlight := <-taken
	stop()
	if a := p.call(t, transport, "POST", "/", goodReading); a.status != 503 {
		t.Error("a stopping pipeline takes requests:", a)
	}
	// A pipeline that runs again takes requests again.
	l.queue.resume()
	group.Go(func() { refused = p.call(t, transport, "POST", "/", goodReading) })
	await.That(t, "the request", func() bool { return waiting(l) == 1 })
	ack(inFlight)
	closeAll()
	group.Wait()
	if done.status != 202 || refused.status != 503 {
		t.Error("in flight:", done, "waiting:", refused)
	}
	if _, err := l.Receive(t.Context()); err != io.EOF {
		t.Error("after the end:", err)
	}
	if _, err := p.dial(t.Context(), "", ""); err == nil {
		t.Error("the port is still open")
	}
}

// A delivery that nobody answered does not keep the program from ending.
func TestForgottenDelivery(t *testing.T) {
	var l *Listener[reading]
	closeAll := open(t, nil, func(s *flow.Setup) { l = Listen(s, listenOptions()) })
	taken := make(chan struct{})
	run(t, l, func(flow.Delivery[reading]) { close(taken) })
	var a reply
	var group sync.WaitGroup
	group.Go(func() { a = newCaller(t).do("POST", l.URL(), goodReading) })
	<-taken
	closeAll()
	group.Wait()
	if a.status != 503 {
		t.Error(a)
	}
}

func waiting(l *Listener[reading]) int {
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return len(l.queue.waiting)
}
