package disk

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Replace makes content the whole of the file at path. A crash leaves the old
// content or the new one; when it returns nil, the new one is on disk. Beside
// the file it uses NAME.new.
func Replace(path string, content []byte) error {
	f, _, err := WriteBy(path+".new", 0o644, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), os.Rename(f.Name(), path)); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// WriteBy makes a file with these permissions, on disk, whose content write
// writes. It returns the file, open for reading and writing, and its size. That
// its name is on disk too takes [SyncFolder].
func WriteBy(path string, mode os.FileMode, write func(io.Writer) error) (f *os.File, size int64, err error) {
	_ = os.Remove(path) // what a killed process left behind
	f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, 0, err
	}
	if size, err = fill(f, mode, write); err != nil {
		return nil, 0, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, size, nil
}

// fill writes the content of a new file.
func fill(f *os.File, mode os.FileMode, write func(io.Writer) error) (size int64, err error) {
	buffer := bufio.NewWriterSize(f, 256<<10)
	if err := write(buffer); err != nil {
		return 0, err
	}
	if err := errors.Join(buffer.Flush(), f.Chmod(mode), f.Sync()); err != nil {
		return 0, err
	}
	return f.Seek(0, io.SeekCurrent)
}
