package jsonl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// lines reads a piece of a file line by line.
type lines struct {
	path   string
	in     *bufio.Reader
	end    int64 // where the next line starts
	err    error
	text   []byte // the line without its end; valid until next
	start  int64  // where it starts
	number int    // counts from 1
	torn   bool   // its end is missing
}

// bufferSize is a few dozen records at a time.
const bufferSize = 64 << 10

func newLines(path string, data io.ReaderAt, from, to int64) *lines {
	in := bufio.NewReaderSize(io.NewSectionReader(data, from, to-from), bufferSize)
	return &lines{path: path, in: in, end: from}
}

// next reads the next line.
func (l *lines) next() bool {
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

// locate says at which line an error happened.
func (l *lines) locate(err error) error {
	return fmt.Errorf("%s:%d: not a record as JSON: %w", l.path, l.number, err)
}
