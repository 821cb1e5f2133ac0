package record

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/flow/internal/fail"
)

// CSV reads and writes a T as a row of CSV, cell by cell: generated for each
// record that stands in a CSV file.
type CSV[T any] struct {
	Record  string      // "Reading"
	Columns []CSVColumn // its fields
	// Append appends the cell of the field at a position to a row.
	Append func(row []byte, r *T, field int) ([]byte, error)
	// Parse reads the field at a position from its cell.
	Parse func(r *T, field int, cell CSVCell) error
}

// CSVColumn is a field as a column of CSV.
type CSVColumn struct {
	Name     string
	Optional bool // the field may be missing, and so may the column
}

// AppendHeader appends the row of the columns' names, without its end.
func (c CSV[T]) AppendHeader(row []byte) ([]byte, error) {
	for i, x := range c.Columns {
		if i > 0 {
			row = append(row, ',')
		}
		var err error
		if row, err = AppendStringCell(row, x.Name); err != nil {
			return row, FieldError(x.Name, err)
		}
	}
	return row, nil
}

// Own returns the table of a file that flowc makes: its columns are the
// record's fields.
func (c CSV[T]) Own() CSVTable[T] {
	t := CSVTable[T]{CSV: c, fields: make([]int, len(c.Columns))}
	for i := range t.fields {
		t.fields[i] = i
	}
	return t
}

// Table finds the columns of the record in the first row of a file, which
// names them in any order, with others between them. All that required fields
// lack is reported at once.
func (c CSV[T]) Table(header []CSVCell) (CSVTable[T], error) {
	t := CSVTable[T]{CSV: c, fields: make([]int, len(header))}
	seen := make([]bool, len(c.Columns))
	var errs []error
	for i, cell := range header {
		field := slices.IndexFunc(c.Columns, func(x CSVColumn) bool { return x.Name == string(cell.Text) })
		t.fields[i] = field
		if field >= 0 && seen[field] {
			errs = append(errs, fmt.Errorf("two columns are named %q", c.Columns[field].Name))
		}
		if field >= 0 {
			seen[field] = true
		}
	}
	for i, x := range c.Columns {
		switch {
		case seen[i]:
		case x.Optional:
			t.missing = append(t.missing, x.Name)
		default:
			errs = append(errs, fmt.Errorf("there is no column for field %q of record %s", x.Name, c.Record))
		}
	}
	if len(errs) > 0 {
		errs = append(errs, fmt.Errorf("the columns are %s", columnNames(header)))
	}
	return t, errors.Join(errs...)
}

// columnNames lists the names of a header, the first of them where there are
// many.
func columnNames(header []CSVCell) string {
	const most = 12
	var names []string
	for _, cell := range header[:min(most, len(header))] {
		names = append(names, fmt.Sprintf("%q", cell.Text))
	}
	if len(header) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// CSVTable reads and writes a T as a row of one file: it knows which column
// holds which field.
type CSVTable[T any] struct {
	CSV[T]
	fields  []int // of each column the position of its field; -1: it is none of the record
	missing []string
}

// Missing returns the optional fields that no column holds.
func (t CSVTable[T]) Missing() []string { return t.missing }

// Decode reads a record from a row.
func (t CSVTable[T]) Decode(row []CSVCell, record *T) error {
	*record = *new(T)
	if len(row) != len(t.fields) {
		return fmt.Errorf("the number of its cells is %d, that of the first row %d", len(row), len(t.fields))
	}
	for i, field := range t.fields {
		if field < 0 {
			continue
		}
		if err := t.Parse(record, field, row[i]); err != nil {
			return FieldError(t.Columns[field].Name, err)
		}
	}
	return nil
}

// AppendRow appends the row of a record, without its end. The cells of columns
// that are none of the record are empty.
func (t CSVTable[T]) AppendRow(row []byte, record *T) ([]byte, error) {
	start := len(row)
	for i, field := range t.fields {
		if i > 0 {
			row = append(row, ',')
		}
		if field < 0 {
			continue
		}
		var err error
		if row, err = t.Append(row, record, field); err != nil {
			return row, FieldError(t.Columns[field].Name, err)
		}
	}
	if len(row) == start { // an empty line is no row
		if t.fields[0] < 0 || t.Columns[t.fields[0]].Optional {
			return row, fail.Permanent(errors.New("a row whose only cell is missing would be an empty line"))
		}
		row = append(row, `""`...)
	}
	if len(row)-start > csvLongest {
		return row, fail.Permanent(fmt.Errorf("a row of CSV is at most %d MiB long, not %d bytes", csvLongest>>20, len(row)-start))
	}
	return row, nil
}
