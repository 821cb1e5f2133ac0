package record

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// CSVCell is a cell of a row of CSV.
type CSVCell struct {
	Text   []byte // without its quotes; valid until the next row is read
	Quoted bool   // it stands in quotes: "" is an empty text, a bare empty cell is a missing one
}

// CSVRows reads the rows of a CSV text, as RFC 4180 has it and encoding/csv
// reads it. It stands beside encoding/csv for what files of records need and
// that does not tell: whether an empty cell stands in quotes, whether the last
// row has its line break, and line breaks inside of cells as they are (there
// \r\n becomes \n). A byte order mark is skipped, and so are empty lines.
type CSVRows struct {
	in    *bufio.Reader
	cells []CSVCell
	err   error

	start, end   int64 // of the row
	first, lines int   // number of the row's first line; lines read
	whole        bool

	line   []byte // a line without its end; valid until the next one is read
	ending []byte // its end: \n, \r\n or nothing
	long   []byte // holds a line longer than the buffer
	text   []byte // the cells of a row with quotes, one after the other
	ends   []int  // where they end in text
}

const (
	csvBuffer = 64 << 10
	// csvLongest is the longest row that is read, which bounds what a quote
	// that nobody closed costs.
	csvLongest = 64 << 20
)

var (
	lineFeed       = []byte("\n")
	lineFeedReturn = []byte("\r\n")
	byteOrderMark  = []byte("\xef\xbb\xbf")
)

// NewCSVRows reads rows from the beginning of a text.
func NewCSVRows(in io.Reader) *CSVRows {
	r := ContinueCSVRows(in, 0, 0)
	if mark, _ := r.in.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
		r.end, _ = skip(r.in, len(byteOrderMark))
	}
	return r
}

func skip(in *bufio.Reader, n int) (int64, error) {
	n, err := in.Discard(n)
	return int64(n), err
}

// ContinueCSVRows reads rows from an offset of a text on, where a row starts;
// lines is the number of lines before it.
func ContinueCSVRows(in io.Reader, offset int64, lines int) *CSVRows {
	return &CSVRows{in: bufio.NewReaderSize(in, csvBuffer), start: offset, end: offset, first: lines, lines: lines, whole: true}
}

// Next reads the next row; it returns false at the end of the text and after
// an error.
func (r *CSVRows) Next() bool {
	for r.err == nil {
		r.start, r.first = r.end, r.lines+1
		if !r.readLine() {
			return false
		}
		if len(r.line) > 0 {
			return r.split()
		}
	}
	return false
}

// Cells returns the cells of the row, valid until the next call of Next.
func (r *CSVRows) Cells() []CSVCell { return r.cells }

// Err returns what ended the reading; nil at the end of the text.
func (r *CSVRows) Err() error { return r.err }

// Line returns the number of the line in which the row starts, from 1.
func (r *CSVRows) Line() int { return r.first }

// Lines returns the number of lines up to the end of the row.
func (r *CSVRows) Lines() int { return r.lines }

// Start returns the offset in bytes at which the row starts.
func (r *CSVRows) Start() int64 { return r.start }

// End returns the offset in bytes behind the row and its line break.
func (r *CSVRows) End() int64 { return r.end }

// Whole reports whether the row has its line break. Where it has none, the text
// ends in it, also within quotes, and more of it may follow: Start is where to
// read again.
func (r *CSVRows) Whole() bool { return r.whole }

// Ending returns the line break of the row: "\n", "\r\n" or "".
func (r *CSVRows) Ending() string { return string(r.ending) }

// readLine reads the next line.
func (r *CSVRows) readLine() bool {
	line, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line, err = r.readLong(line)
	}
	r.end += int64(len(line))
	switch {
	case err != nil && err != io.EOF:
		r.err = err
		return false
	case len(line) == 0:
		return false
	}
	r.lines++
	r.whole = err == nil
	r.cutEnding(line)
	return true
}

// readLong reads on in a line that the buffer does not hold.
func (r *CSVRows) readLong(line []byte) (_ []byte, err error) {
	r.long = append(r.long[:0], line...)
	for err = bufio.ErrBufferFull; errors.Is(err, bufio.ErrBufferFull); {
		if len(r.long) > csvLongest {
			return r.long, errLongRow
		}
		line, err = r.in.ReadSlice('\n')
		r.long = append(r.long, line...)
	}
	return r.long, err
}

var errLongRow = fmt.Errorf("the row is longer than %d MiB; is a quote not closed?", csvLongest>>20)

// cutEnding takes the line apart from its end. A \r at the end of the text
// counts to a line break that is not whole.
func (r *CSVRows) cutEnding(line []byte) {
	r.ending = nil
	if rest, ok := bytes.CutSuffix(line, lineFeed); ok {
		line, r.ending = rest, lineFeed
	}
	if rest, ok := bytes.CutSuffix(line, lineFeedReturn[:1]); ok {
		if line = rest; r.whole {
			r.ending = lineFeedReturn
		}
	}
	r.line = line
}

// split takes the cells of a row apart.
func (r *CSVRows) split() bool {
	r.cells = r.cells[:0]
	if bytes.IndexByte(r.line, '"') >= 0 {
		r.err = r.splitQuoted()
		return r.err == nil
	}
	for rest, more := r.line, true; more; {
		var text []byte
		text, rest, more = bytes.Cut(rest, comma)
		r.cells = append(r.cells, CSVCell{Text: text})
	}
	return true
}

var comma, quote = []byte(","), []byte(`"`)

// splitQuoted takes the cells of a row apart, some of which stand in quotes, so
// that the row may go on in the next lines. Their texts are gathered first:
// that may move them.
func (r *CSVRows) splitQuoted() (err error) {
	r.text, r.ends = r.text[:0], r.ends[:0]
	for line, more := r.line, true; more; {
		cell := r.bareCell
		quoted := bytes.HasPrefix(line, quote)
		if quoted {
			cell = r.quotedCell
		}
		if line, more, err = cell(line); err != nil {
			return fmt.Errorf("cell %d: %w", len(r.cells)+1, err)
		}
		r.cells = append(r.cells, CSVCell{Quoted: quoted})
		r.ends = append(r.ends, len(r.text))
	}
	from := 0
	for i, to := range r.ends {
		r.cells[i].Text = r.text[from:to:to]
		from = to
	}
	return nil
}

// bareCell reads a cell without quotes. It returns what follows the comma.
func (r *CSVRows) bareCell(line []byte) (rest []byte, more bool, err error) {
	text, rest, more := bytes.Cut(line, comma)
	if bytes.IndexByte(text, '"') >= 0 {
		return nil, false, errors.New(`a quote stands inside of a cell that does not begin with one (such a cell stands in quotes, and its own are doubled: "a ""b"" c")`)
	}
	r.text = append(r.text, text...)
	return rest, more, nil
}

// quotedCell reads a cell in quotes.
func (r *CSVRows) quotedCell(line []byte) (rest []byte, more bool, err error) {
	line = line[1:]
	for {
		text, after, closed := bytes.Cut(line, quote)
		r.text = append(r.text, text...)
		switch {
		case !closed:
			if err := r.nextLine(); err != nil {
				return nil, false, err
			}
			line = r.line
		case len(after) == 0:
			return nil, false, nil
		case after[0] == ',':
			return after[1:], true, nil
		case after[0] == '"':
			r.text = append(r.text, '"')
			line = after[1:]
		default:
			return nil, false, errors.New(`text stands behind the quote that closes the cell (a quote inside of it is doubled: "a ""b"" c")`)
		}
	}
}

// nextLine goes on with the next line of a cell.
func (r *CSVRows) nextLine() error {
	r.text = append(r.text, r.ending...)
	if len(r.text) > csvLongest {
		return errLongRow
	}
	if r.readLine() {
		return nil
	}
	if r.err == nil {
		r.whole = false
		return errors.New("its quote is not closed")
	}
	return r.err
}
