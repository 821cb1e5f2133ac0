package jsonl

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/flowc-dev/flowc/flow"
)

// Save writes the records as one piece.
func (s *store[T]) Save(ctx context.Context, records ...T) error {
	if len(records) == 0 && s.Mode != flow.ReplaceAll {
		return ctx.Err()
	}
	lines, err := s.encode(records)
	if err != nil {
		return fmt.Errorf("store %q: %w", s.Name, flow.Permanent(err))
	}
	if err := s.file.hold(ctx); err != nil {
		return fmt.Errorf("store %q: %w", s.Name, err)
	}
	defer s.file.release()
	if s.Mode == flow.ReplaceAll {
		err = s.file.replaceLines(lines)
	} else {
		err = s.file.appendLines(lines)
	}
	if err != nil {
		return fmt.Errorf("store %q: %w", s.Name, err)
	}
	return nil
}

// line is a record as it is written.
type line struct {
	text []byte // with its end
	key  string // empty: the store has none
}

// encode returns the records as lines, stamped.
func (s *store[T]) encode(records []T) ([]line, error) {
	now := time.Now().UTC()
	lines := make([]line, len(records))
	for i, r := range records {
		if s.Stamp != nil {
			s.Stamp(&r, now)
		}
		text, err := s.Schema.JSON.Marshal(r)
		if err != nil {
			return nil, err
		}
		lines[i].text = append(text, '\n')
		if len(s.key) > 0 {
			values, err := s.Schema.Values(&r)
			if err != nil {
				return nil, err
			}
			lines[i].key = keyOf(values, s.key)
		}
	}
	return lines, nil
}

// appendLines writes the lines whose keys are new.
func (f *file) appendLines(lines []line) error {
	var piece bytes.Buffer
	fresh := index{}
	for _, l := range lines {
		if l.key != "" {
			if f.index.has(l.key) || fresh.has(l.key) {
				continue
			}
			fresh[l.key] = f.size + int64(piece.Len())
		}
		piece.Write(l.text)
	}
	if piece.Len() == 0 {
		return nil
	}
	if err := f.append(piece.Bytes()); err != nil {
		return err
	}
	maps.Copy(f.index, fresh)
	return nil
}

// replaceLines makes the lines the content of the file.
func (f *file) replaceLines(lines []line) error {
	var content bytes.Buffer
	fresh := index{}
	for _, l := range lines {
		if l.key != "" {
			fresh[l.key] = int64(content.Len())
		}
		content.Write(l.text)
	}
	if err := f.replace(content.Bytes()); err != nil {
		return err
	}
	f.index = fresh
	return nil
}

func (x index) has(key string) bool {
	_, ok := x[key]
	return ok
}
