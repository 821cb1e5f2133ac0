package file

import "bytes"

// splitter finds where records end. It remembers how far it has looked, so that
// a record which grows is not looked through anew each time.
type splitter struct {
	csv    bool // a record may go on over line breaks within quotes
	looked int  // bytes of the record that hold no end of it
	state  cellState
}

// cellState says where in a row of CSV a byte stands.
type cellState int

const (
	cellStart    cellState = iota // a quote here opens
	cellBare                      // quotes mean nothing
	cellQuoted                    // line breaks mean nothing
	cellMayClose                  // behind a quote that closes the cell, or is the first of a doubled one
)

// end returns the length of the record that data starts with, its line break
// included, or 0 where its end is not there yet. Until reset, data is the same
// record, or more of it.
func (s *splitter) end(data []byte) int {
	if s.csv {
		return s.endOfRow(data)
	}
	if i := bytes.IndexByte(data[s.looked:], '\n'); i >= 0 {
		return s.looked + i + 1
	}
	s.looked = len(data)
	return 0
}

func (s *splitter) endOfRow(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); s.looked == 0 && i >= 0 && bytes.IndexByte(data[:i], '"') < 0 {
		return i + 1 // the short way: most rows have no quotes
	}
	for i, c := range data[s.looked:] {
		if c == '\n' && s.state != cellQuoted {
			return s.looked + i + 1
		}
		s.state = s.state.next(c)
	}
	s.looked = len(data)
	return 0
}

// next returns the state behind a byte that ends no row.
func (s cellState) next(c byte) cellState {
	switch {
	case s == cellQuoted && c == '"':
		return cellMayClose
	case s == cellQuoted, s == cellMayClose && c == '"', s == cellStart && c == '"':
		return cellQuoted
	case c == ',':
		return cellStart
	}
	return cellBare
}

// reset makes the splitter look at the next record.
func (s *splitter) reset() { *s = splitter{csv: s.csv} }
