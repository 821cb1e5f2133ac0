package filestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// Where somebody keeps places of a file, NAME.removed beside it says how many
// bytes were taken away at its beginning. While the file is being replaced it
// says two things, of which the one holds whose size the file has: nothing is
// appended meanwhile, so that a crash leaves no doubt.

// removal says how many bytes were ever taken away at the beginning of a file.
type removal struct {
	Bytes int64 `json:"bytes"`
	// Size is that of the file at the moment.
	Size int64 `json:"size"`
	// Print is that of the first bytes of the file, as many as Printed. Another
	// file that lies there has another one.
	Print   string `json:"print,omitempty"`
	Printed int64  `json:"printed,omitempty"`
}

// Place returns the place of an offset.
func (f *File) Place(offset int64) int64 { return offset + f.removed }

// Offset returns where a place lies now; before the beginning where what stood
// there was taken away.
func (f *File) Offset(place int64) int64 { return place - f.removed }

// TakeAway replaces the file by one that has n bytes less at its beginning; what
// remains keeps its places. It reports whether it did: an error may have come
// after that.
func (f *File) TakeAway(n int64, write func(io.Writer) error) (done bool, err error) {
	if err := f.settle(); err != nil {
		return false, err
	}
	if err := f.noteRemoved(f.removal(), removal{Bytes: f.removed + n, Size: f.size - n}); err != nil {
		return false, err
	}
	old := f.data
	err = f.Replace(write)
	if f.data == old {
		return false, err
	}
	f.removed += n
	f.pending = f.numbered
	return true, errors.Join(err, f.settle())
}

// removal returns what is true of the file now.
func (f *File) removal() removal {
	r := removal{Bytes: f.removed, Size: f.size, Printed: min(f.size, printed)}
	r.Print = f.printOf(0, r.Printed)
	return r
}

// settle notes what was taken away, where that is still to be done.
func (f *File) settle() error {
	if !f.pending {
		return nil
	}
	err := f.noteRemoved(f.removal())
	f.pending = err != nil
	return err
}

func (f *File) noteRemoved(list ...removal) error {
	if !f.numbered {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return disk.Replace(f.removedPath(), append(text, '\n'))
}

func (f *File) removedPath() string { return f.path + ".removed" }

// readRemoved reads how much was taken away. If another file lies there now,
// nothing was taken away from it.
func (f *File) readRemoved() error {
	if !f.numbered {
		return nil
	}
	text, err := os.ReadFile(f.removedPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var list []removal
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err == nil && (len(list) == 0 || len(list) > 2) {
		err = errors.New("one or two values expected")
	}
	if err != nil {
		return fmt.Errorf("%s does not say what was taken out of this file; remove it to load all records anew: %w", f.removedPath(), err)
	}
	if len(list) == 2 && f.size == list[1].Size {
		f.removed = list[1].Bytes
	} else if list[0].Print == f.printOf(0, list[0].Printed) {
		f.removed = list[0].Bytes
	}
	f.pending = len(list) == 2 || f.removed != list[0].Bytes
	return f.settle()
}
