package file

import (
	"bytes"
	"errors"
	"fmt"
)

// record is one of a file, as its bytes.
type rawRecord struct {
	text  []byte // with its line break, if it has one; valid until more of the file is read
	size  int    // bytes up to the next record
	lines int    // line breaks in these
	torn  bool   // it is too long, and more of it may come
	err   error  // it cannot be read
}

// span tells how many lines are refused with a row that has more than one: a
// quote that was forgotten takes all up to the next quote into its row.
func (r rawRecord) span() string {
	n := bytes.Count(cutEnd(r.text), lineBreak)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (the row has %d lines, by its quotes)", n+1)
}

// shown is how much of a record that is too long is kept, to be shown.
const shown = 1 << 10

var (
	lineBreak     = []byte("\n")
	byteOrderMark = []byte("\ufeff")
	errUnclosed   = errors.New("a quote is not closed")
)

// peek returns the next record. ok is false where its end has not come.
func (in *input) peek() (r rawRecord, ok bool) {
	if in.skipped > 0 && !in.skip() {
		return rawRecord{}, false
	}
	rest, start := in.data[in.next:], 0
	switch {
	case in.offset > 0:
	case bytes.HasPrefix(rest, byteOrderMark):
		start = len(byteOrderMark)
	case bytes.HasPrefix(byteOrderMark, rest) && !in.whole:
		return rawRecord{}, false // it may be the beginning of one
	}
	size := in.split.end(rest[start:])
	switch {
	case size > 0:
		return in.record(rest[:start+size], start), true
	case len(rest) > in.longest:
		return in.tooLong(rest), true
	case in.whole && in.split.state == cellQuoted:
		return unclosed(rest), true
	case in.whole && len(rest) > 0:
		return in.record(rest, start), true
	}
	return rawRecord{}, false
}

// record returns the record in whole lines; its text starts at start.
func (in *input) record(lines []byte, start int) rawRecord {
	if len(lines) > in.longest {
		r := in.tooLong(lines)
		r.torn = false
		return r
	}
	return rawRecord{text: lines[start:], size: len(lines), lines: bytes.Count(lines, lineBreak)}
}

// tooLong returns the record that b starts with, or is.
func (in *input) tooLong(b []byte) rawRecord {
	first, rest, _ := bytes.Cut(b, lineBreak)
	if len(rest) > 0 {
		r := unclosed(b)
		r.err = fmt.Errorf("%w within %d bytes", r.err, in.longest)
		return r
	}
	return rawRecord{text: first[:min(len(first), shown)], size: len(b), lines: bytes.Count(b, lineBreak), torn: true,
		err: fmt.Errorf("the line is longer than %d bytes", in.longest)}
}

// unclosed returns the first line of a row whose quote is not closed: what is
// wrong is the quote, not what follows it.
func unclosed(b []byte) rawRecord {
	line, _, broken := bytes.Cut(b, lineBreak)
	r := rawRecord{text: line[:min(len(line), shown)], size: len(line), err: errUnclosed}
	if broken {
		r.size, r.lines = r.size+1, 1
	}
	return r
}

// take takes the record that peek returned.
func (in *input) take(r rawRecord) {
	in.pass(r.size)
	in.split.reset()
	if r.torn {
		in.skipped = int64(r.size)
		return
	}
	in.offset += int64(r.size)
	in.line += r.lines
}

// pass goes on in data.
func (in *input) pass(size int) {
	if room := printed - len(in.head); room > 0 {
		in.head = append(in.head, in.data[in.next:in.next+min(size, room)]...)
	}
	in.next += size
}

// skip passes over what belongs to a record that is too long. It reports
// whether that has ended.
func (in *input) skip() bool {
	rest := in.data[in.next:]
	line, _, ended := bytes.Cut(rest, lineBreak)
	size := len(line)
	if ended {
		size++
		in.line++
	}
	in.pass(size)
	in.skipped += int64(size)
	if !ended && !in.whole {
		return false
	}
	in.offset, in.skipped = in.offset+in.skipped, 0
	return true
}
