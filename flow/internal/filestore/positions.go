package filestore

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// reader is a stage that reads what is new in a store.
type reader struct {
	Service string `json:"service"`
	Stage   string `json:"stage"`
}

// position says how far a reader has come in a file.
type position struct {
	reader
	Place int64 `json:"place"`
	// Print is that of the file before the place. Another file that lies there
	// has another one.
	Print string `json:"print"`
}

// positions are those of all readers of a file.
type positions []position

// of returns the position of a reader; the zero one where it has none.
func (list positions) of(r reader) position {
	for _, p := range list {
		if p.reader == r {
			return p
		}
	}
	return position{reader: r}
}

// without returns the positions of all other readers, as a list of its own.
func (list positions) without(r reader) positions {
	var others positions
	for _, p := range list {
		if p.reader != r {
			others = append(others, p)
		}
	}
	return others
}

// positionsPath is the file beside a store's that holds its positions.
func (f *File) positionsPath() string { return f.path + ".positions" }

// readPositions reads the positions that are kept beside the file.
func (f *File) readPositions() (list positions, err error) {
	text, err := os.ReadFile(f.positionsPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("%s does not hold the positions of the stages that follow this store; remove it to load all records anew: %w", f.positionsPath(), err)
	}
	return list, nil
}

// writePositions makes positions durable: a crash leaves the old ones or the
// new ones.
func (f *File) writePositions(list positions) error {
	text, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return disk.Replace(f.positionsPath(), append(text, '\n'))
}

// printed is how much of a file a print is made of.
const printed = 1 << 10

// isPlace reports whether a position was noted in this file. Where what stood
// before it was taken away, it was: readRemoved has made sure that this is the
// file which it was taken from.
func (f *File) isPlace(p position) bool {
	offset := f.Offset(p.Place)
	return offset == 0 || f.removed > 0 && offset < printed || f.print(p.Place) == p.Print
}

// print returns a hash of what stands before a place; empty where the file ends
// before it.
func (f *File) print(place int64) string {
	offset := f.Offset(place)
	return f.printOf(max(offset-printed, 0), max(offset, 0))
}

// printOf returns a hash of what stands between two offsets; empty where the
// file ends before that.
func (f *File) printOf(from, to int64) string {
	text := make([]byte, to-from)
	if to > f.size {
		return ""
	}
	if _, err := f.data.ReadAt(text, from); err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
