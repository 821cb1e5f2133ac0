package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/flowc-dev/flowc/flow/record"
)

// format reads records from their texts.
type format[T any] interface {
	// enter is told which file the next record is of.
	enter(*input) error
	// read decodes a record. It returns false where it holds none.
	read(rec rawRecord, v *T) (bool, error)
}

// jsonLines reads a record from each line, as JSON.
type jsonLines[T any] struct{ record.Codec[T] }

func (jsonLines[T]) enter(*input) error { return nil }

func (l jsonLines[T]) read(rec rawRecord, v *T) (bool, error) {
	if len(bytes.TrimSpace(rec.text)) == 0 {
		return false, rec.err
	}
	err := rec.err
	if err == nil {
		err = l.Unmarshal(rec.text, v)
	}
	return err == nil, err
}

// csvRows reads a record from each row of CSV but the first one of a file, which
// names the columns.
type csvRows[T any] struct {
	record.CSV[T]
	in    *input              // the file that the columns are of
	table *record.CSVTable[T] // nil: the first row was not read yet
	wrong error               // with that row
	row   piece
	cells *record.CSVRows // takes row apart
}

// piece is a text that is read once.
type piece struct{ rest []byte }

// Read reads on in the piece.
func (p *piece) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// enter reads the first row of a file that is not at its beginning.
func (r *csvRows[T]) enter(in *input) error {
	if r.in == in {
		return nil
	}
	first, ok, err := in.first()
	if err != nil {
		return fmt.Errorf("cannot read the first row of %s: %w", in.Name(), err)
	}
	r.in, r.table, r.wrong = in, nil, nil
	if ok {
		r.begin(first)
	}
	return nil
}

// begin takes the columns from the first row of a file. What is wrong with it is
// the error of each row that follows.
func (r *csvRows[T]) begin(first rawRecord) {
	cells, err := r.split(first)
	table, wrong := r.Table(cells)
	if r.table = &table; err == nil {
		err = wrong
	}
	if err != nil {
		r.wrong = errors.New("the first row of the file: " + strings.ReplaceAll(err.Error(), "\n", "; "))
	}
}

// split takes a row apart.
func (r *csvRows[T]) split(rec rawRecord) ([]record.CSVCell, error) {
	if rec.err != nil {
		return nil, rec.err
	}
	if r.cells == nil {
		r.cells = record.ContinueCSVRows(&r.row, 0, 0)
	}
	r.row.rest = rec.text
	if r.cells.Next() {
		return r.cells.Cells(), nil
	}
	err := r.cells.Err()
	r.cells = nil // it reads nothing after an error
	return nil, err
}

func (r *csvRows[T]) read(rec rawRecord, v *T) (bool, error) {
	switch {
	case isEmpty(rec):
		return false, nil
	case r.table == nil:
		r.begin(rec)
		return false, nil
	case r.wrong != nil:
		return false, r.wrong
	}
	cells, err := r.split(rec)
	if err == nil {
		err = r.table.Decode(cells, v)
	}
	return err == nil, err
}

// isEmpty reports whether a line holds nothing but its end, so that it is no
// row.
func isEmpty(rec rawRecord) bool { return rec.err == nil && len(cutEnd(rec.text)) == 0 }

// cutEnd returns a line without its end.
func cutEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, lineBreak), []byte("\r"))
}

// first returns the first row of a file of CSV. ok is false where it was not
// taken yet.
func (in *input) first() (rec rawRecord, ok bool, err error) {
	from := &input{File: in.File, longest: in.longest, split: splitter{csv: true}}
	for from.offset < in.offset {
		rec, ok := from.peek()
		if ok && !isEmpty(rec) {
			return rec, true, nil
		}
		if ok {
			from.take(rec)
			continue
		}
		if n, err := from.fill(); n == 0 || err != nil {
			return rawRecord{}, false, errors.Join(err, io.ErrUnexpectedEOF)
		}
	}
	return rawRecord{}, false, nil
}
