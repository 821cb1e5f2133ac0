package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/flowc-dev/flowc/flow/record"
)

// lines reads records line by line.
type lines[T any] struct {
	in     *bufio.Reader
	codec  record.Codec[T]
	end    int64 // where the next line starts
	err    error
	text   []byte // the line without its end; valid until Next
	start  int64  // where it starts
	number int    // counts from 1
	torn   bool   // its end is missing
}

// bufferSize is a few dozen records at a time.
const bufferSize = 64 << 10

func newReader(data io.ReaderAt, from, to int64) *bufio.Reader {
	return bufio.NewReaderSize(io.NewSectionReader(data, from, to-from), bufferSize)
}

// Next reads the next line that is not blank.
func (l *lines[T]) Next() bool {
	for l.next() {
		if l.start == 0 {
			l.text = bytes.TrimPrefix(l.text, []byte("\xef\xbb\xbf")) // of an editor
		}
		if len(bytes.TrimSpace(l.text)) > 0 {
			return true
		}
	}
	return false
}

// next reads the next line.
func (l *lines[T]) next() bool {
	l.text, l.start = l.text[:0], l.end
	for {
		part, err := l.in.ReadSlice('\n')
		l.text = append(l.text, part...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		l.end += int64(len(l.text))
		l.number++
		if err == nil {
			l.text = l.text[:len(l.text)-1]
			return true
		}
		if err != io.EOF {
			l.err = err
			return false
		}
		l.torn = len(l.text) > 0
		return l.torn
	}
}

// Decode reads the record of the line.
func (l *lines[T]) Decode(record *T) error { return l.codec.Unmarshal(l.text, record) }

// Start returns the offset of the line.
func (l *lines[T]) Start() int64 { return l.start }

// End returns the offset behind the line.
func (l *lines[T]) End() int64 { return l.end }

// Line returns the number of the line.
func (l *lines[T]) Line() int { return l.number }

// Whole reports whether the line has its line break.
func (l *lines[T]) Whole() bool { return !l.torn }

// Err returns what ended the reading.
func (l *lines[T]) Err() error { return l.err }
