package jsonfile

import (
	"context"
	"fmt"
	"sync"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/internal/filestore"
)

// store is a file of one array.
type store[T any] struct {
	flow.StoreOptions[T]
	key     filestore.Key
	version int // position of the version field; -1: there is none
	expiry  driver.Expiry[T]
	file    *filestore.File

	mu sync.RWMutex
	// items are those of the file. Their slots are never written again, so
	// that who has read the slice may go on with it.
	items []item
	index map[string]int // position of each key's item; with repeats, of the newest
}

// Open opens a store in the JSON file that url names. It is a [flow.Driver].
func Open[T any](s *flow.Setup, o flow.StoreOptions[T], url string) flow.Store[T] {
	place := "store." + o.Name
	path, err := driver.FilePath(url)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st, err := newStore(o, path)
	if err != nil {
		s.Errorf(place, "%w", err)
		return nil
	}
	st.expiry = driver.NewExpiry(s, o)
	driver.AddPart(s, driver.Part{
		Name:    place,
		Where:   url,
		Connect: func(ctx context.Context) error { return st.connect(ctx, s.Service()) },
		Close:   func(context.Context) error { return st.file.Close() },
	})
	return st
}

func newStore[T any](o flow.StoreOptions[T], path string) (*store[T], error) {
	key, err := driver.KeyIndex(o)
	if err != nil {
		return nil, err
	}
	version, err := driver.VersionIndex(o)
	if err != nil {
		return nil, err
	}
	return &store[T]{StoreOptions: o, key: key, version: version, file: filestore.NewFile("json", path)}, nil
}

// connect takes the file and reads it. What it opened is closed again if the
// content does not fit: a part that failed to connect is not closed.
func (s *store[T]) connect(ctx context.Context, service string) error {
	if err := s.file.Open(service, []byte(noItems)); err != nil {
		return err
	}
	err := s.load(ctx)
	if err == nil {
		err = s.file.Note()
	}
	if err != nil {
		_ = s.file.Close()
		return err
	}
	s.file.Mended() // a replacement is never torn
	return nil
}

// failed says in which store an error happened.
func (s *store[T]) failed(err error) error { return fmt.Errorf("store %q: %w", s.Name, err) }
