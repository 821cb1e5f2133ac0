package http

import (
	"slices"
	"sync"

	"github.com/flowc-dev/flowc/flow/driver"
)

// Bounds of what waits for a pipeline, and of the requests whose bodies are
// being read: slow callers hold memory, too.
const (
	mostWaiting      = 1024
	mostWaitingBytes = 64 << 20
	mostReading      = 1024
)

// request is one that waits for its answer.
type request[T any] struct {
	value  T
	size   int64
	reply  answer      // of the pipeline, sent by Ack
	answer chan answer // takes the one answer
}

func newRequest[T any](value T, size int64) *request[T] {
	return &request[T]{value: value, size: size, reply: accepted, answer: make(chan answer, 1)}
}

// settle answers the request, if it was not before.
func (r *request[T]) settle(a answer) {
	select {
	case r.answer <- a:
	default:
	}
}

// queue holds the requests that no pipeline has taken yet.
type queue[T any] struct {
	ready chan struct{} // holds a token when something may wait

	mu      sync.Mutex
	waiting []*request[T]
	bytes   int64
	stopped bool
}

func newQueue[T any]() *queue[T] { return &queue[T]{ready: make(chan struct{}, 1)} }

// push adds a request; false where there is no room, or no pipeline any more.
func (q *queue[T]) push(r *request[T]) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	full := len(q.waiting) >= mostWaiting || len(q.waiting) > 0 && q.bytes+r.size > mostWaitingBytes
	if q.stopped || full {
		return false
	}
	q.waiting = append(q.waiting, r)
	q.bytes += r.size
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return true
}

// take returns what waits, up to the bounds of one batch, but at least one.
func (q *queue[T]) take() []*request[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, int64(0)
	for n < min(len(q.waiting), driver.MaxBatch) && (n == 0 || size+q.waiting[n].size <= driver.MaxBatchBytes) {
		size += q.waiting[n].size
		n++
	}
	taken := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.bytes -= size
	return taken
}

// remove takes one request out; false where it was taken before.
func (q *queue[T]) remove(r *request[T]) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	q.bytes -= r.size
	return true
}

// stop refuses what comes from now on and returns what waits.
func (q *queue[T]) stop() []*request[T] {
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := q.waiting
	q.waiting, q.bytes, q.stopped = nil, 0, true
	return waiting
}

// resume takes requests again.
func (q *queue[T]) resume() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = false
}
