package filestore

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/flowc-dev/flowc/flow/driver"
)

// All returns every record, in the order in which they were first saved.
func (s *Store[T]) All(ctx context.Context) ([]T, error) { return driver.Collect(s.Each(ctx)) }

// Each yields every record in the same order, without holding all of them in
// memory.
func (s *Store[T]) Each(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var record, none T
		snapshot, err := s.snapshot(ctx)
		if err != nil {
			yield(none, s.failed(err))
			return
		}
		defer snapshot.Close()
		records := s.with.Format.Read(snapshot, s.begin(), snapshot.Size)
		before := s.expiry.Before(time.Now())
		for records.Next() {
			err := ctx.Err()
			if err == nil {
				err = records.Decode(&record)
			}
			if err != nil {
				yield(none, s.failed(s.locate(records, err)))
				return
			}
			if s.expiry.Over(&record, before) {
				continue
			}
			if !yield(record, nil) {
				return
			}
		}
		if err := records.Err(); err != nil {
			yield(none, s.failed(s.locate(records, err)))
		}
	}
}

// snapshot opens the file as it stands now.
func (s *Store[T]) snapshot(ctx context.Context) (*Snapshot, error) {
	if err := s.file.Hold(ctx); err != nil {
		return nil, err
	}
	defer s.file.Release()
	return s.file.Snapshot()
}

// Get returns the record with this key.
func (s *Store[T]) Get(ctx context.Context, key ...any) (record T, found bool, err error) {
	var none T
	args, err := driver.KeyArgs(s.StoreOptions, key)
	if err != nil {
		return none, false, err
	}
	snapshot, offset, found, err := s.find(ctx, KeyText(args))
	if err != nil {
		return record, false, s.failed(err)
	}
	if !found {
		return record, false, nil
	}
	defer snapshot.Close()
	records := s.with.Format.Read(snapshot, offset, snapshot.Size)
	records.Next()
	if err = records.Err(); err == nil {
		err = records.Decode(&record)
	}
	if err != nil {
		return record, false, s.failed(fmt.Errorf("%s, at byte %d: %w", s.file.Path(), offset, err))
	}
	if s.expiry.Over(&record, s.expiry.Before(time.Now())) {
		return none, false, nil
	}
	return record, true, nil
}

// find opens the file as it stands now, at the record of a key.
func (s *Store[T]) find(ctx context.Context, key string) (snapshot *Snapshot, offset int64, found bool, err error) {
	if err := s.file.Hold(ctx); err != nil {
		return nil, 0, false, err
	}
	defer s.file.Release()
	e, found := s.index[key]
	if !found {
		return nil, 0, false, nil
	}
	snapshot, err = s.file.Snapshot()
	return snapshot, s.file.Offset(e.place), true, err
}

// Range returns the records whose field lies between from and to, in the order
// of that field. A record without the field lies in no range.
func (s *Store[T]) Range(ctx context.Context, field string, from, to any) ([]T, error) {
	return Range(s.StoreOptions, s.Each(ctx), field, from, to)
}
