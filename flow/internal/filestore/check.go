package filestore

import (
	"bytes"
	"context"
	"fmt"
)

// check reads the whole file: each record must be one, and its key is noted. A
// last one that is torn is cut off.
func (s *Store[T]) check(ctx context.Context) error {
	s.index, s.history = index{}, nil
	records := s.with.Format.Read(s.file, s.begin(), s.file.Size())
	var record T
	for records.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := records.Decode(&record)
		if !records.Whole() {
			return s.mend(records, &record, err)
		}
		if err == nil {
			err = s.note(&record, records.Start(), records.End())
		}
		if err != nil {
			return s.locate(records, err)
		}
	}
	if err := records.Err(); err != nil {
		if !records.Whole() {
			return s.mend(records, &record, err)
		}
		return s.locate(records, err)
	}
	s.file.Mended()
	return nil
}

// mend repairs a last record without its end; err is that of reading it. A part
// of one was never acknowledged where the process that wrote it was killed, and
// is cut off. Nothing else is: it is an editor's, or another program's file.
func (s *Store[T]) mend(records Records[T], record *T, err error) error {
	torn := s.file.Left() && (err != nil || s.with.PartsLookWhole)
	switch {
	case torn:
		s.logger.Warn("the last line is torn and was cut off: a save did not end",
			"store", s.Name, "file", s.file.Path(), "line", s.line(records), "bytes", s.file.Size()-records.Start())
		err = s.file.Cut(records.Start())
	case err != nil:
		return s.locate(records, err)
	default:
		end := records.End() + int64(len(s.with.Format.End()))
		if err := s.note(record, records.Start(), end); err != nil {
			return s.locate(records, err)
		}
		err = s.file.Append(s.with.Format.End())
	}
	if err == nil {
		s.file.Mended()
	}
	return err
}

// note enters the record between two offsets.
func (s *Store[T]) note(record *T, from, to int64) error {
	key, err := KeyOf(s.key, s.Schema, record)
	if err != nil {
		return err
	}
	e := entry{s.file.Place(from), s.stampOf(record)}
	if key != "" {
		s.index[key] = e
	}
	s.enter(e, to-from)
	return nil
}

// line returns the number of a record's line in the file, where reading began
// at the first record.
func (s *Store[T]) line(records Records[T]) int {
	return bytes.Count(s.head(), []byte("\n")) + records.Line()
}

// locate says at which line an error happened.
func (s *Store[T]) locate(records Records[T], err error) error {
	return fmt.Errorf("%s:%d: not a record as %s: %w", s.file.Path(), s.line(records), s.with.Text, err)
}
