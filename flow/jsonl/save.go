package jsonl

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/go-json-experiment/json/jsontext"

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

// encode returns the records as lines, stamped. Their texts are pieces of one
// buffer, which spares each of them an encoder.
func (s *store[T]) encode(records []T) ([]line, error) {
	now := time.Now().UTC()
	var text bytes.Buffer
	e := jsontext.NewEncoder(&text) // ends each value with a line break
	lines := make([]line, len(records))
	ends := make([]int, len(records))
	for i, r := range records {
		if s.Stamp != nil {
			s.Stamp(&r, now)
		}
		if err := s.Schema.JSON.Encode(r, e); err != nil {
			return nil, err
		}
		ends[i] = text.Len()
		var err error
		if lines[i].key, err = s.keyOf(&r); err != nil {
			return nil, err
		}
	}
	start := 0
	for i, end := range ends {
		lines[i].text = text.Bytes()[start:end]
		start = end
	}
	return lines, nil
}

// keyOf returns the key of a record; it is empty where the store has none.
func (s *store[T]) keyOf(r *T) (string, error) {
	if len(s.key) == 0 {
		return "", nil
	}
	values, err := s.Schema.Values(r)
	if err != nil {
		return "", err
	}
	return keyText(pick(values, s.key)), nil
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
	return f.replace(content.Bytes(), fresh)
}

func (x index) has(key string) bool {
	_, ok := x[key]
	return ok
}
