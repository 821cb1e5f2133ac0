package filestore

import (
	"bytes"
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/flowc-dev/flowc/flow"
)

// Save writes the records as one piece.
func (s *Store[T]) Save(ctx context.Context, records ...T) error {
	if len(records) == 0 && s.Mode != flow.ReplaceAll {
		return ctx.Err()
	}
	lines, err := s.encode(Stamped(s.StoreOptions, records, time.Now()))
	if err != nil {
		return s.failed(flow.Permanent(err))
	}
	if err := s.file.Hold(ctx); err != nil {
		return s.failed(err)
	}
	defer s.file.Release()
	if s.Mode == flow.ReplaceAll {
		err = s.replaceLines(lines)
	} else {
		err = s.appendLines(lines)
	}
	if err != nil {
		return s.failed(err)
	}
	s.tidy(ctx)
	return nil
}

// Stamped returns the records with the time of their save; those that were
// given stay as they are.
func Stamped[T any](o flow.StoreOptions[T], records []T, now time.Time) []T {
	if o.Stamp == nil {
		return records
	}
	records = slices.Clone(records)
	for i := range records {
		o.Stamp(&records[i], now.UTC())
	}
	return records
}

// line is a record as it is written.
type line struct {
	text  []byte // with its end
	key   string // empty: the store has none
	stamp int64
}

// encode returns the records as lines.
func (s *Store[T]) encode(records []T) ([]line, error) {
	text, ends, err := s.with.Format.Encode(records)
	if err != nil {
		return nil, err
	}
	lines := make([]line, len(records))
	start := 0
	for i, end := range ends {
		lines[i].text = text[start:end]
		lines[i].stamp = s.stampOf(&records[i])
		if lines[i].key, err = KeyOf(s.key, s.Schema, &records[i]); err != nil {
			return nil, err
		}
		start = end
	}
	return lines, nil
}

// appendLines writes the lines whose keys are new.
func (s *Store[T]) appendLines(lines []line) error {
	var piece bytes.Buffer
	fresh := index{}
	written := lines[:0]
	before := s.overBefore()
	for _, l := range lines {
		if l.key != "" {
			if s.index.holds(l.key, before) || fresh.holds(l.key, before) {
				continue
			}
			fresh[l.key] = entry{s.file.Place(s.file.Size() + int64(piece.Len())), l.stamp}
		}
		piece.Write(l.text)
		written = append(written, l)
	}
	if piece.Len() == 0 {
		return nil
	}
	place := s.file.Place(s.file.Size())
	if err := s.file.Append(piece.Bytes()); err != nil {
		return err
	}
	maps.Copy(s.index, fresh)
	for _, l := range written {
		s.enter(entry{place, l.stamp}, int64(len(l.text)))
		place += int64(len(l.text))
	}
	return nil
}

// replaceLines makes the lines the content of the file.
func (s *Store[T]) replaceLines(lines []line) error {
	fresh := index{}
	offset := s.begin()
	for _, l := range lines {
		if l.key != "" {
			fresh[l.key] = entry{s.file.Place(offset), l.stamp}
		}
		offset += int64(len(l.text))
	}
	err := s.file.Replace(func(w io.Writer) error {
		if _, err := w.Write(s.head()); err != nil {
			return err
		}
		for _, l := range lines {
			if _, err := w.Write(l.text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.index, s.history = fresh, nil
	place := s.file.Place(s.begin())
	for _, l := range lines {
		s.enter(entry{place, l.stamp}, int64(len(l.text)))
		place += int64(len(l.text))
	}
	return nil
}
