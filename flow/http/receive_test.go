package http

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/flow"
)

const goodReading = `{"sensor":"a","value":1}`

func TestMicroBatches(t *testing.T) {
	l := listen(t, listenOptions())
	var records, batches atomic.Int64
	run(t, l, func(d flow.Delivery[reading]) {
		records.Add(int64(len(d.Batch.Values)))
		batches.Add(1)
		time.Sleep(2 * time.Millisecond)
		for i, v := range d.Batch.Values {
			d.Reply(i, []byte(v.Sensor), "text/plain")
		}
		ack(d)
	})
	c := newCaller(t)
	var group sync.WaitGroup
	for i := range 200 {
		group.Go(func() {
			for k := range 5 {
				name := fmt.Sprintf("%d-%d", i, k)
				if a := c.do("POST", l.URL(), `{"sensor":"`+name+`","value":1}`); a.status != 200 || a.body != name {
					t.Errorf("%s: %d %s", name, a.status, a.body)
				}
			}
		})
	}
	group.Wait()
	if records.Load() != 1000 || batches.Load() > 300 {
		t.Error(records.Load(), "records in", batches.Load(), "batches")
	}
}

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
	if n := len(q.take()); n != flow.MaxBatch {
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

func TestNobodyTakesIt(t *testing.T) {
	l := listen(t, listenOptions())
	l.patience = 50 * time.Millisecond
	if a := newCaller(t).do("POST", l.URL(), goodReading); a.status != 503 {
		t.Error(a)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if d, err := l.Receive(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error("the pipeline got what its caller was refused:", d.Batch.Values, err)
	}
}

// What waits before the pipeline runs is taken when it does.
func TestWaitsForThePipeline(t *testing.T) {
	l := listen(t, listenOptions())
	go func() {
		time.Sleep(50 * time.Millisecond)
		d, err := l.Receive(context.Background())
		if err != nil {
			t.Error(err)
			return
		}
		ack(d)
	}()
	if a := newCaller(t).do("POST", l.URL(), goodReading); a.status != 202 {
		t.Error(a)
	}
}

func TestCallerThatWentAwayCounts(t *testing.T) {
	l := listen(t, listenOptions())
	connection, err := net.Dial("tcp", l.server.actual())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(goodReading), goodReading)
	waitFor(t, func() bool { return waiting(l) == 1 })
	_ = connection.Close()
	time.Sleep(20 * time.Millisecond)
	d, err := l.Receive(t.Context())
	if err != nil || len(d.Batch.Values) != 1 {
		t.Fatal(d.Batch, err)
	}
	ack(d)
}

func TestStop(t *testing.T) {
	var l *Listener[reading]
	closeAll := open(t, nil, func(s *flow.Setup) { l = Listen(s, listenOptions()) })
	taken := make(chan flow.Delivery[reading], 10)
	stop := run(t, l, func(d flow.Delivery[reading]) { taken <- d })
	c := newCaller(t)
	var group sync.WaitGroup
	var done, refused reply
	group.Go(func() { done = c.do("POST", l.URL(), goodReading) })
	inFlight := <-taken
	stop()
	if a := c.do("POST", l.URL(), goodReading); a.status != 503 {
		t.Error("a stopping pipeline takes requests:", a)
	}
	// A pipeline that runs again takes requests again.
	l.queue.resume()
	group.Go(func() { refused = c.do("POST", l.URL(), goodReading) })
	waitFor(t, func() bool { return waiting(l) == 1 })
	ack(inFlight)
	closeAll()
	group.Wait()
	if done.status != 202 || refused.status != 503 {
		t.Error("in flight:", done, "waiting:", refused)
	}
	if _, err := l.Receive(t.Context()); err != io.EOF {
		t.Error("after the end:", err)
	}
	if _, err := net.Dial("tcp", l.server.actual()); err == nil {
		t.Error("the port is still open")
	}
}

func TestCloseDoesNotWaitForTheSlow(t *testing.T) {
	var l *Listener[reading]
	closeAll := open(t, nil, func(s *flow.Setup) { l = Listen(s, listenOptions()) })
	connection, err := net.Dial("tcp", l.server.actual())
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
	time.Sleep(20 * time.Millisecond)
	start := time.Now()
	closeAll()
	if took := time.Since(start); took > closeTime+time.Second {
		t.Error("closed after", took)
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

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("waited in vain")
}
