package jsonfile

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/filestore"
)

// Save writes the file anew, with the records.
func (s *store[T]) Save(ctx context.Context, records ...T) error {
	if len(records) == 0 && s.Mode != flow.ReplaceAll {
		return ctx.Err()
	}
	saved, err := s.encode(filestore.Stamped(s.StoreOptions, records, time.Now()))
	if err != nil {
		return s.failed(flow.Permanent(err))
	}
	if err := s.file.Hold(ctx); err != nil {
		return s.failed(err)
	}
	defer s.file.Release()
	c := s.change(saved)
	if c == nil {
		return nil
	}
	if err := s.write(c); err != nil {
		return s.failed(err)
	}
	s.install(c)
	return nil
}

// write writes the file anew. What somebody else wrote into it meanwhile would
// be gone then, so that is an error, but of a store that is replaced anyway.
func (s *store[T]) write(c *change) error {
	if s.Mode != flow.ReplaceAll {
		if err := s.file.Unchanged(); err != nil {
			return err
		}
	}
	if err := s.file.Replace(func(w io.Writer) error { return writeItems(w, c.items) }); err != nil {
		return err
	}
	return s.file.Note()
}

// encode returns records as items.
func (s *store[T]) encode(records []T) ([]item, error) {
	text, ends, err := s.Schema.JSON.MarshalLines(records)
	if err != nil {
		return nil, err
	}
	items := make([]item, len(records))
	start := 0
	for i, end := range ends {
		line := bytes.Clone(text[start : end-1]) // or one record that stays would keep the text of all
		if items[i], err = s.newItem(&records[i], line); err != nil {
			return nil, err
		}
		start = end
	}
	return items, nil
}

// change is what a save makes of the file.
type change struct {
	items []item
	keys  map[string]int // positions of keys: of those that are new, or of all
	all   bool
}

// change returns what saving some items makes of the file; nil: nothing.
func (s *store[T]) change(saved []item) *change {
	switch s.Mode {
	case flow.ReplaceAll:
		return indexed(saved)
	case flow.Upsert:
		return s.upserted(saved)
	}
	return s.appended(saved)
}

// indexed returns items with their keys as the whole content.
func indexed(items []item) *change {
	c := &change{items: items, keys: map[string]int{}, all: true}
	for i, it := range items {
		if it.key != "" {
			c.keys[it.key] = i
		}
	}
	return c
}

// begin returns the change that nothing is saved by: the items of the file, but
// for those that are over.
func (s *store[T]) begin() *change {
	before := s.expiry.Before(time.Now())
	over := func(it item) bool { return it.over(before) }
	if !slices.ContainsFunc(s.items, over) {
		return &change{items: s.items, keys: map[string]int{}}
	}
	return indexed(slices.DeleteFunc(slices.Clone(s.items), over))
}

// appended adds the items whose keys are new.
func (s *store[T]) appended(saved []item) *change {
	c := s.begin()
	stay := len(c.items)
	for _, it := range saved {
		if it.key != "" {
			if _, known := s.position(c, it.key); known {
				continue
			}
			c.keys[it.key] = len(c.items)
		}
		c.items = append(c.items, it)
	}
	if len(c.items) == stay {
		return nil
	}
	return c
}

// upserted puts the items in the places of those with their keys.
func (s *store[T]) upserted(saved []item) *change {
	c := s.begin()
	if !c.all {
		c.items = slices.Clone(c.items)
	}
	changed := false
	for _, it := range saved {
		at, known := s.position(c, it.key)
		switch {
		case !known:
			c.keys[it.key] = len(c.items)
			c.items = append(c.items, it)
		case it.version != nil && filestore.Compare(it.version, c.items[at].version) < 0:
			continue
		default:
			c.items[at] = it
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return c
}

// position finds the item of a key, also of one that the save itself has
// added.
func (s *store[T]) position(c *change, key string) (at int, known bool) {
	if at, known = c.keys[key]; !known && !c.all {
		at, known = s.index[key]
	}
	return at, known
}

// install makes a change that is on disk visible.
func (s *store[T]) install(c *change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items = c.items
	if c.all {
		s.index = c.keys
		return
	}
	maps.Copy(s.index, c.keys)
}

// noItems is a file without records.
const noItems = "[]\n"

// writeItems writes an array with an item a line.
func writeItems(w io.Writer, items []item) error {
	separator := "["
	for _, it := range items {
		if _, err := io.WriteString(w, separator+"\n"); err != nil {
			return err
		}
		if _, err := w.Write(it.text); err != nil {
			return err
		}
		separator = ","
	}
	end := "\n]\n"
	if len(items) == 0 {
		end = noItems
	}
	_, err := io.WriteString(w, end)
	return err
}
