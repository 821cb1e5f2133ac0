package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// chunk is how much is read at a time.
	chunk = 256 << 10
	// longest bounds a record: it is what a line costs that never ends.
	longest = 16 << 20
	// printed is how many bytes at the beginning of a file and before an offset
	// tell whether it still holds what was read of it.
	printed = 1 << 10
)

// input is an open file and what was read of it.
type input struct {
	*os.File
	info    os.FileInfo // as it was last looked at
	newest  time.Time   // no file that was read before was written to later
	last    identity    // of the file that was read before; zero: of none
	longest int         // record

	data   []byte // data[:next] was taken, the rest waits
	next   int
	head   []byte // the first bytes that were taken
	offset int64  // where the next record starts
	line   int    // the number of its line, from 1
	split  splitter
	// skipped counts bytes behind offset that were taken: they belong to a
	// record that is too long and whose end has not come yet.
	skipped int64
	whole   bool // nothing follows data any more: what waits is a record
}

// openInput opens a file at its beginning. It looks at it before: to open a
// named pipe would wait for who writes to it.
func openInput(path string, csv bool) (*input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &input{File: f, info: info, newest: info.ModTime(), longest: longest, line: 1, split: splitter{csv: csv}}, nil
}

// seek makes an input that was just opened go on at an offset. Whether it holds
// what was read before it, only its print tells.
func (in *input) seek(offset int64, line int) (err error) {
	in.offset, in.line = offset, line
	size := min(offset, printed)
	if in.head, err = in.piece(0, size); err != nil {
		return err
	}
	in.data, err = in.piece(offset-size, size)
	in.next = len(in.data)
	return err
}

// piece reads a piece of the file; what the file does not hold is nought.
func (in *input) piece(offset, size int64) ([]byte, error) {
	b := make([]byte, size)
	n, err := in.ReadAt(b, offset)
	clear(b[n:])
	if err == io.EOF {
		err = nil
	}
	return b, err
}

// fill reads on. It returns 0 where there is no more at the moment.
func (in *input) fill() (int, error) {
	in.makeRoom()
	n, err := in.ReadAt(in.data[len(in.data):cap(in.data)], in.end())
	in.data = in.data[:len(in.data)+n]
	if err == io.EOF {
		err = nil
	}
	return n, err
}

// forget drops what was read last, and returns 0.
func (in *input) forget(n int) int {
	in.data = in.data[:len(in.data)-n]
	return 0
}

// makeRoom drops what was taken, but for the last of it, which print needs.
func (in *input) makeRoom() {
	if drop := in.next - printed; drop > 0 {
		in.data = append(in.data[:0], in.data[drop:]...)
		in.next -= drop
	}
	if free := cap(in.data) - len(in.data); free < chunk/2 {
		grown := make([]byte, len(in.data), 2*cap(in.data)+chunk)
		copy(grown, in.data)
		in.data = grown
	}
}

// waiting returns how many bytes wait for the end of their record.
func (in *input) waiting() int64 { return in.skipped + int64(len(in.data)-in.next) }

// end returns the offset behind what was read.
func (in *input) end() int64 { return in.offset + in.waiting() }

// print tells whether a file holds what was read of this one up to offset: it
// is a hash of the first bytes and of those before offset. Of nothing it is
// empty.
func (in *input) print() string {
	size := int(min(in.offset, printed))
	if size == 0 {
		return ""
	}
	h := sha256.New()
	h.Write(in.head[:size])
	h.Write(in.data[in.next-size : in.next])
	return hex.EncodeToString(h.Sum(nil))
}

// changed reports whether the file does not hold any more what was read of it:
// it was truncated, or written anew.
func (in *input) changed() (bool, error) {
	info, err := in.Stat()
	if err != nil {
		return false, err
	}
	if in.info = info; info.Size() < in.end() {
		return true, nil
	}
	last := in.data[max(0, len(in.data)-printed):]
	for _, part := range []struct {
		want   []byte
		offset int64
	}{{in.head, 0}, {last, in.end() - int64(len(last))}} {
		got, err := in.piece(part.offset, int64(len(part.want)))
		if err != nil || !bytes.Equal(got, part.want) {
			return err == nil, err
		}
	}
	return false, nil
}

// finish makes a record of what waits for its end. It returns io.EOF where it
// did so before.
func (in *input) finish() (bool, error) {
	if in.whole {
		return false, io.EOF
	}
	in.whole = true
	return true, nil
}
