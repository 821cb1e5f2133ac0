package http

import (
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"os"
	"time"
)

// handle takes one request and answers it when its record is acknowledged.
func (l *Listener[T]) handle(w nethttp.ResponseWriter, r *nethttp.Request) {
	if refusal := l.admit(r); refusal != nil {
		l.refuse(w, refusal)
		return
	}
	value, size, err := l.read(w, r)
	if err != nil {
		l.refuse(w, err)
		return
	}
	waiting := newRequest(value, size)
	if !l.queue.push(waiting) {
		unavailable.write(w)
		return
	}
	l.await(waiting).write(w)
}

// refuse answers a bad request, which is its caller's fault.
func (l *Listener[T]) refuse(w nethttp.ResponseWriter, err error) {
	a := refusalOf(err)
	l.log.Debug("request refused", "status", a.status, "error", err)
	a.write(w)
}

// await returns the answer to a request. It does not watch whether the caller
// is still there: what was taken from it counts.
func (l *Listener[T]) await(r *request[T]) answer {
	timer := time.AfterFunc(patience, func() {
		if l.queue.remove(r) {
			r.settle(unavailable)
		}
	})
	defer timer.Stop()
	select {
	case a := <-r.answer:
		return a
	case <-l.closed:
	}
	r.settle(unavailable) // unless it is answered already
	return <-r.answer
}

// read decodes the record of a request. size is what it counts in the queue.
func (l *Listener[T]) read(w nethttp.ResponseWriter, r *nethttp.Request) (value T, size int64, err error) {
	var none T
	body, err := l.readBody(w, r)
	if err != nil {
		return none, 0, err
	}
	data, err := l.merge(r, body)
	if err != nil {
		return none, 0, refuseAs(nethttp.StatusBadRequest, err)
	}
	if err := l.decode.Unmarshal(data, &value); err != nil {
		return none, 0, refuseAs(nethttp.StatusBadRequest, err)
	}
	return value, int64(len(data)), nil
}

func (l *Listener[T]) readBody(w nethttp.ResponseWriter, r *nethttp.Request) ([]byte, error) {
	if !l.body {
		return nil, nil
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, refuseAs(nethttp.StatusUnsupportedMediaType, errors.New("a compressed body is not taken"))
	}
	if r.ContentLength > l.limit {
		return nil, l.tooLarge()
	}
	defer l.reading.Add(-1)
	if l.reading.Add(1) > mostReading {
		return nil, refuseAs(nethttp.StatusServiceUnavailable, errors.New("too many requests are being read, try again later"))
	}
	body, err := io.ReadAll(nethttp.MaxBytesReader(w, r.Body, l.limit))
	var larger *nethttp.MaxBytesError
	switch {
	case errors.As(err, &larger):
		return nil, l.tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, refuseAs(nethttp.StatusRequestTimeout, errors.New("the body came too slowly"))
	case err != nil:
		return nil, refuseAs(nethttp.StatusBadRequest, errors.New("the body is incomplete"))
	}
	return body, nil
}

func (l *Listener[T]) tooLarge() error {
	return refuseAs(nethttp.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes", l.limit))
}
