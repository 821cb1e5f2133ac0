package jsonfile

import (
	"context"
	"iter"
	"time"

	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/internal/filestore"
)

// All returns every record, in the order in which they were first saved.
func (s *store[T]) All(ctx context.Context) ([]T, error) { return driver.Collect(s.Each(ctx)) }

// Each yields every record in the same order.
func (s *store[T]) Each(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if err := ctx.Err(); err != nil {
			var none T
			yield(none, s.failed(err))
			return
		}
		before := s.expiry.Before(time.Now())
		for _, it := range s.now() {
			if it.over(before) {
				continue
			}
			record, err := s.decode(ctx, it)
			if !yield(record, err) || err != nil {
				return
			}
		}
	}
}

// now returns the items of the file as it stands.
func (s *store[T]) now() []item {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items
}

// decode reads the record of an item.
func (s *store[T]) decode(ctx context.Context, it item) (record T, err error) {
	if err = ctx.Err(); err == nil {
		err = s.Schema.JSON.Unmarshal(it.text, &record)
	}
	if err != nil {
		return record, s.failed(err)
	}
	return record, nil
}

// Get returns the record with this key.
func (s *store[T]) Get(ctx context.Context, key ...any) (record T, found bool, err error) {
	args, err := driver.KeyArgs(s.StoreOptions, key)
	if err != nil {
		return record, false, err
	}
	it, found := s.find(filestore.KeyText(args))
	if !found || it.over(s.expiry.Before(time.Now())) {
		return record, false, ctx.Err()
	}
	record, err = s.decode(ctx, it)
	return record, err == nil, err
}

// find returns the item of a key.
func (s *store[T]) find(key string) (it item, found bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	at, found := s.index[key]
	if found {
		it = s.items[at]
	}
	return it, found
}

// Range returns the records whose field lies between from and to, in the order
// of that field. A record without the field lies in no range.
func (s *store[T]) Range(ctx context.Context, field string, from, to any) ([]T, error) {
	return filestore.Range(s.StoreOptions, s.Each(ctx), field, from, to)
}
