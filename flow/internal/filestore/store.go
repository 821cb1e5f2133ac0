package filestore

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Store is a file of records.
type Store[T any] struct {
	flow.StoreOptions[T]
	with   Options[T]
	key    Key
	expiry driver.Expiry[T]
	file   *File
	logger *slog.Logger

	// These belong to who holds the file.
	index   index
	history history
	rest    time.Time // until then old records are not taken away
}

// Open opens a store in the file that url names.
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string, with Options[T]) flow.Store[T] {
	place := "store." + o.Name
	if o.Mode == flow.Upsert {
		s.Errorf(place, "url: a %s: file cannot upsert; use sqlite:, or json: for a small store", with.Scheme)
		return nil
	}
	path, err := driver.FilePath(url)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	key, err := driver.KeyIndex(o)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st := &Store[T]{StoreOptions: o, with: with, key: key, expiry: driver.NewExpiry(s, o), file: NewFile(with.Scheme, path), logger: s.Logger()}
	st.file.numbered = with.Numbered
	driver.AddPart(s, driver.Part{
		Name:    place,
		Where:   url,
		Connect: func(ctx context.Context) error { return st.connect(ctx, s.Service()) },
		Close:   func(context.Context) error { return st.file.Close() },
	})
	return st
}

// connect takes the file and reads it through. What it opened is closed again
// if the content does not fit: a part that failed to connect is not closed.
func (s *Store[T]) connect(ctx context.Context, service string) error {
	if err := s.file.Open(service, s.with.Fresh); err != nil {
		return err
	}
	err := s.fit(ctx)
	if err != nil {
		_ = s.file.Close()
		return err
	}
	s.tidy(ctx)
	return nil
}

// fit makes the file that of the store. An upgrade moves the records, so they
// are read again after it.
func (s *Store[T]) fit(ctx context.Context) error {
	if s.with.Head == nil {
		return s.check(ctx)
	}
	if err := s.with.Head.Open(s.file); err != nil {
		return err
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	changed, err := s.with.Head.Upgrade(ctx, s.file)
	if err != nil || !changed {
		return err
	}
	s.logger.Info("the file was rewritten with the fields that it lacked", "store", s.Name, "file", s.file.Path())
	return s.check(ctx)
}

// begin is the offset of the first record.
func (s *Store[T]) begin() int64 {
	if s.with.Head == nil {
		return 0
	}
	return int64(len(s.with.Head.Bytes()))
}

// head returns what stands above the records.
func (s *Store[T]) head() []byte {
	if s.with.Head == nil {
		return nil
	}
	return s.with.Head.Bytes()
}

// failed says in which store an error happened.
func (s *Store[T]) failed(err error) error { return fmt.Errorf("store %q: %w", s.Name, err) }
