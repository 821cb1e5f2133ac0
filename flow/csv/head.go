package csv

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/flowc-dev/flowc/flow/internal/filestore"
	"github.com/flowc-dev/flowc/flow/record"
)

// Open reads the row that names the columns, and writes it into a file that
// is blank.
func (f *format[T]) Open(file *filestore.File) error {
	rows := record.NewCSVRows(io.NewSectionReader(file, 0, file.Size()))
	if !rows.Next() {
		if rows.Err() != nil {
			return f.locate(file, rows, rows.Err())
		}
		err := file.Replace(func(w io.Writer) error {
			_, err := w.Write(f.own)
			return err
		})
		if err != nil {
			return err
		}
		return f.Open(file)
	}
	if !rows.Whole() { // of an editor: our own is never torn
		if err := file.Append([]byte("\n")); err != nil {
			return err
		}
		return f.Open(file)
	}
	table, err := f.codec.Table(rows.Cells())
	if err != nil {
		return f.locate(file, rows, fmt.Errorf("%w\nwrite the columns and their values into the file, or give the store another url", err))
	}
	head := make([]byte, rows.End())
	if _, err := file.ReadAt(head, 0); err != nil {
		return err
	}
	f.table, f.head, f.ending = table, head, []byte(rows.Ending())
	return nil
}

func (f *format[T]) locate(file *filestore.File, rows *record.CSVRows, err error) error {
	return fmt.Errorf("%s:%d: %w", file.Path(), rows.Line(), err)
}

// Bytes returns the row of the columns, with what stands before it.
func (f *format[T]) Bytes() []byte { return f.head }

// Upgrade gives the file the columns of optional fields that it lacks: they
// are added behind the others, and all rows that are there lack the values.
func (f *format[T]) Upgrade(ctx context.Context, file *filestore.File) (changed bool, err error) {
	missing := f.table.Missing()
	if len(missing) == 0 {
		return false, nil
	}
	err = file.Replace(func(w io.Writer) error { return f.widen(ctx, w, file, missing) })
	if err != nil {
		return false, err
	}
	return true, f.Open(file)
}

// widen writes the file with further columns. All else stays as it is.
func (f *format[T]) widen(ctx context.Context, w io.Writer, file *filestore.File, columns []string) error {
	names, commas, err := furtherCells(columns)
	if err != nil {
		return err
	}
	rows := record.NewCSVRows(io.NewSectionReader(file, 0, file.Size()))
	cells := names
	for from := int64(0); rows.Next(); from = rows.End() {
		if err := ctx.Err(); err != nil {
			return err
		}
		row := make([]byte, rows.End()-from)
		if _, err := file.ReadAt(row, from); err != nil {
			return err
		}
		row = append(bytes.TrimSuffix(row, []byte(rows.Ending())), cells...)
		if _, err := w.Write(append(row, rows.Ending()...)); err != nil {
			return err
		}
		cells = commas
	}
	return rows.Err()
}

// furtherCells returns what is added to the row of the names and to all
// others.
func furtherCells(columns []string) (names, others []byte, err error) {
	for _, name := range columns {
		if names, err = record.AppendStringCell(append(names, ','), name); err != nil {
			return nil, nil, record.FieldError(name, err)
		}
		others = append(others, ',')
	}
	return names, others, nil
}
