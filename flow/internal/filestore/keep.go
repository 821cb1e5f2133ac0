package filestore

import (
	"context"
	"io"
	"math"
	"time"
)

// stretch is a part of the file, and how old it is.
type stretch struct {
	start, end int64 // places
	newest     int64 // the newest stamp in it, in microseconds
	stamped    int64 // bytes of its records with a stamp
}

// history is the stretches of a file, from its beginning: it tells what is over
// without a look at the records.
type history []stretch

// stretchSize is how long the stretches of a file of some size are: short where
// it is, or a small file would be one stretch, which is over with its newest
// record only; not shorter than a rewriting is worth.
func stretchSize(size int64) int64 { return min(max(size/16, 4<<10), 64<<10) }

// enter adds a record behind all others.
func (s *Store[T]) enter(e entry, size int64) {
	if !s.expiry.On() {
		return
	}
	h := s.history
	if n := len(h); n == 0 || h[n-1].end-h[n-1].start >= stretchSize(s.file.Size()) {
		h = append(h, stretch{start: e.place, newest: math.MinInt64})
	}
	last := &h[len(h)-1]
	last.end = e.place + size
	if e.stamp != noStamp {
		last.stamped += size
		last.newest = max(last.newest, e.stamp)
	}
	s.history = h
}

// over returns how many of the first stretches are over, and how many bytes of
// theirs are those of records with a stamp.
func (h history) over(before int64) (stretches int, stamped int64) {
	for _, x := range h {
		if x.newest >= before {
			break
		}
		stretches++
		stamped += x.stamped
	}
	return stretches, stamped
}

// stampOf returns the stamp of a record in microseconds.
func (s *Store[T]) stampOf(r *T) int64 {
	if stamp := s.expiry.Stamp(r); stamp != nil {
		return stamp.UnixMicro()
	}
	return noStamp
}

// overBefore returns the stamp before which records are over now.
func (s *Store[T]) overBefore() int64 {
	if !s.expiry.On() {
		return math.MinInt64
	}
	return s.expiry.Before(time.Now()).UnixMicro()
}

// pause is how long a store waits after it could not take old records away.
const pause = time.Minute

// tidy takes away the records that are over, once they are half of the file:
// what is moved for it is never more than what was written since the last time.
// Readers do not see them anyway, so that it is no error if it fails. It does
// not end with the save that it follows, or it might never come to an end.
func (s *Store[T]) tidy(ctx context.Context) {
	if !s.expiry.On() {
		return
	}
	now := time.Now()
	before := s.expiry.Before(now)
	stretches, stamped := s.history.over(before.UnixMicro())
	if stamped == 0 || 2*stamped < s.file.Size()-s.begin() || now.Before(s.rest) {
		return
	}
	if err := s.takeAway(context.WithoutCancel(ctx), stretches, before); err != nil {
		s.rest = now.Add(pause)
		s.logger.Warn("old records could not be taken out of the file", "store", s.Name, "file", s.file.Path(), "error", err)
	}
}

// span is a piece of the file between two offsets.
type span struct{ from, to int64 }

// takeAway takes the records that are over out of some of the first stretches.
// Records without a stamp stay: they move up to what follows, so that a reader of
// what is new who has not come so far yet gets them again.
func (s *Store[T]) takeAway(ctx context.Context, stretches int, before time.Time) error {
	end := s.history[stretches-1].end
	cut := s.file.Offset(end)
	stay, err := s.staying(ctx, cut, before)
	if err != nil {
		return err
	}
	var kept int64
	moved := map[int64]int64{} // places of records that stay
	for _, x := range stay {
		moved[s.file.Place(x.from)] = kept
		kept += x.to - x.from
	}
	done, err := s.file.TakeAway(cut-s.begin()-kept, func(w io.Writer) error {
		return s.copyRest(w, append(stay, span{cut, s.file.Size()}))
	})
	if done {
		s.forget(stretches, end, end-kept, moved)
	}
	return err
}

// staying returns the records before an offset that are not over.
func (s *Store[T]) staying(ctx context.Context, cut int64, before time.Time) (stay []span, err error) {
	records := s.with.Format.Read(s.file, s.begin(), cut)
	var record T
	for records.Next() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := records.Decode(&record); err != nil {
			return nil, s.locate(records, err)
		}
		if !s.expiry.Over(&record, before) {
			stay = append(stay, span{records.Start(), records.End()})
		}
	}
	return stay, records.Err()
}

// copyRest writes the file with some pieces of its records.
func (s *Store[T]) copyRest(w io.Writer, pieces []span) error {
	if _, err := w.Write(s.head()); err != nil {
		return err
	}
	for _, x := range pieces {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, x.from, x.to-x.from)); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what is known of records before a place, but for those that have
// moved: their new places count from start.
func (s *Store[T]) forget(stretches int, end, start int64, moved map[int64]int64) {
	s.history = append(history{}, s.history[stretches:]...)
	if start < end {
		s.history = append(history{{start: start, end: end, newest: math.MinInt64}}, s.history...)
	}
	for key, e := range s.index {
		if e.place >= end {
			continue
		}
		if at, ok := moved[e.place]; ok {
			s.index[key] = entry{start + at, e.stamp}
		} else {
			delete(s.index, key)
		}
	}
}
