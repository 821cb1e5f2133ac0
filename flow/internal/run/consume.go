package run

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// Delivery is a batch of a source, whatever its records are: the unit of
// acknowledgement. Exactly one of Ack and Nack is called, once.
type Delivery struct {
	Records int
	Held    bool // its caller waits and tries again itself
	Run     func(context.Context) error
	Ack     func(context.Context) error
	Nack    func(error)
}

// consume runs the pipeline for what its source delivers, one delivery at a
// time, until the service stops or the source has ended.
func (p *pipeline) consume(r *running) error {
	for failures := 0; r.waiting.Err() == nil; {
		err := p.next(r)
		switch {
		case err == io.EOF:
			p.succeed(time.Now())
			return nil
		case err == nil:
			failures = 0
			continue
		case !p.options.Continue:
			return err
		}
		failures++
		if r.stop.Err() != nil {
			p.logFailure(err)
			return nil
		}
		wait := p.pause(failures, err)
		p.logFailure(err, "again_in", wait)
		if Sleep(r.stop, wait) != nil {
			return nil
		}
	}
	return nil
}

// next waits for one delivery and sees it through. It returns io.EOF where the
// source has ended.
func (p *pipeline) next(r *running) error {
	var d Delivery
	err := fail.Guard(func() (err error) {
		d, err = p.receive(WithScope(r.waiting, p.scope))
		return err
	})
	switch {
	case err == nil:
		p.counters.received.Add(int64(d.Records))
		return p.handle(r, d)
	case err == io.EOF: // not errors.Is: a connection that broke may wrap it
		return err
	case r.waiting.Err() != nil:
		return nil
	}
	return p.locate(r.waiting, err)
}

// handle runs the pipeline for a delivery and acknowledges it, or gives it
// back. Where the pipeline goes on after an error, it runs again for the same
// delivery after a pause; only where a caller waits, that one is told at once
// and tries again itself.
func (p *pipeline) handle(r *running, d Delivery) error {
	work := WithScope(r.work, p.scope)
	for failures := 1; ; failures++ {
		err := p.attempt(work, d.Run)
		if err == nil || IsTold(err) {
			acked := p.acknowledge(work, d)
			r.changed()
			return p.afterRefusal(err, acked)
		}
		r.changed()
		switch {
		case work.Err() != nil || p.scope.stopping.Err() != nil:
			p.logCutOff(err)
			p.giveBack(d, err)
			return nil
		case !p.options.Continue:
			d.Nack(err)
			return err
		case d.Held || r.stop.Err() != nil:
			d.Nack(err)
			p.logFailure(err)
			return nil
		}
		wait := p.pause(failures, err)
		p.logFailure(err, "again_in", wait)
		if Sleep(r.stop, wait) != nil {
			p.giveBack(d, err)
			return nil
		}
	}
}

// afterRefusal returns the error of a delivery that was acknowledged. Records
// that were refused to their callers fail the pipeline as any error does, unless
// it goes on or stops.
func (p *pipeline) afterRefusal(refused, acked error) error {
	switch {
	case refused == nil:
	case p.scope.stopping.Err() != nil:
		p.logCutOff(refused)
		return acked
	case p.options.Continue:
		p.logFailure(refused)
		return acked
	}
	return errors.Join(refused, acked)
}

// acknowledge tells the source that a delivery is done. Once the grace period
// is over, its failure is no news: the source will deliver again.
func (p *pipeline) acknowledge(work context.Context, d Delivery) error {
	err := fail.Guard(func() error { return d.Ack(work) })
	if err == nil || work.Err() != nil {
		return nil
	}
	return p.locate(work, err)
}

// giveBack leaves a delivery unacknowledged at a stop. A caller that waits for
// it is told why.
func (p *pipeline) giveBack(d Delivery, why error) {
	d.Nack(why)
	p.scope.logger.Warn("records given back unfinished: they will be delivered again", "records", d.Records)
}

// toldError is the failure of records whose callers were told. The others of
// their batch are done.
type toldError struct{ err error }

func (e *toldError) Error() string { return e.err.Error() }
func (e *toldError) Unwrap() error { return e.err }

// Told marks an error of single records whose callers were told: the delivery
// that they came with is acknowledged.
func Told(err error) error { return &toldError{err} }

// IsTold reports whether err was marked by Told.
func IsTold(err error) bool {
	var told *toldError
	return errors.As(err, &told)
}
