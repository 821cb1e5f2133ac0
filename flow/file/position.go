package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// position says how far a file was read, and which one it was.
type position struct {
	// Path is the absolute path that the stage follows, whatever the file is
	// named by now.
	Path string `json:"path"`
	// Inode is the file's number in its file system, which it keeps when it is
	// renamed; 0 where there are no such numbers, or was no file yet. Numbers of
	// devices do not last: many systems give them anew at each start.
	Inode uint64 `json:"inode"`
	// Print tells whether a file holds what was read: see input.print.
	Print string `json:"print"`
	// Offset and Line are where the next record starts.
	Offset int64 `json:"offset"`
	Line   int   `json:"line"`
	// Newest is when the file was last written to, by then; of one that nothing
	// was read of, when it was begun; without a file, when one was waited for.
	// Files that were written to then or later were not read, but for the one
	// that was read last before this one.
	Newest time.Time `json:"newest"`
	Last   identity  `json:"last"`
}

// position returns that of the next record, but for the path.
func (in *input) position() position {
	newest := in.newest
	if t := in.info.ModTime(); in.offset > 0 && t.After(newest) {
		newest = t
	}
	return position{
		Inode: inode(in.info), Print: in.print(),
		Offset: in.offset, Line: in.line, Newest: newest.UTC(), Last: in.last,
	}
}

// readPosition reads a position; nil where there is none.
func readPosition(path string) (*position, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var p position
	err = json.Unmarshal(text, &p)
	if err == nil && (p.Offset < 0 || p.Line < 1) {
		err = errors.New("a number is out of range")
	}
	if err != nil {
		return nil, fmt.Errorf("%s holds no position; remove it to read the file from its beginning: %w", path, err)
	}
	return &p, nil
}

// write makes a position durable: a crash leaves the old one or the new one.
func (p position) write(path string) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return disk.Replace(path, append(text, '\n'))
}
