package file

import (
	"bytes"
	"errors"
	"time"
)

// copy opens the copy of the file that is read, where that is gone from its
// folder; nil where there is none. An editor that writes a file anew, or a
// backup that is put back, makes one, and what was read of it is not read again.
// coming says that it may not be complete yet.
func (f *follower) copy() (in *input, coming bool, err error) {
	list, gone, err := f.following()
	if !gone || err != nil {
		return nil, false, err
	}
	if f.in.offset > 0 {
		at := f.position()
		for _, g := range list {
			if in, err = f.resume(g.path, at); in != nil || err != nil {
				return in, false, err
			}
			if coming, err = f.coming(g); coming || err != nil {
				return nil, coming, err
			}
		}
	}
	f.tell("the file was removed or replaced by another one, which is read from its beginning")
	return nil, false, nil
}

// coming reports whether a file at the path may be a copy that is being made: it
// holds the beginning of what was read and no more, and was written to just now.
// The next wait ends when it will not have been.
func (f *follower) coming(g generation) (bool, error) {
	age := time.Since(g.info.ModTime())
	if g.path != f.path || g.info.Size() >= f.in.offset || age < 0 || age >= f.settle {
		return false, nil
	}
	in, err := openInput(g.path, f.csv)
	if err != nil {
		return false, err
	}
	size := min(int64(len(f.in.head)), g.info.Size())
	begin, err := in.piece(0, size)
	f.pause = f.settle - age
	return bytes.Equal(begin, f.in.head[:size]), errors.Join(err, in.Close())
}
