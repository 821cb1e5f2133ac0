package filestore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// File is the file of a store, held by this process alone.
type File struct {
	scheme string
	shown  string        // the path as the URL has it
	path   string        // the path without symbolic links
	line   chan struct{} // holds one token: the fields below belong to who put it in
	lock   *os.File
	left   bool // the process that held the lock before was killed
	data   *os.File
	// size is how much of data counts: what a failed save wrote lies behind.
	size  int64
	dirty bool // there may be something behind size

	noted os.FileInfo // the file as it stood when it was noted; nil: it was not

	numbered bool  // removed is kept beside the file
	removed  int64 // how many bytes were ever taken away before what stands there
	pending  bool  // of removed the file beside does not know yet
}

// NewFile returns the file at a path, which is not opened yet. The scheme is
// that of the store's URL, for errors.
func NewFile(scheme, path string) *File {
	return &File{scheme: scheme, shown: path, path: path, line: make(chan struct{}, 1)}
}

// Path returns the path as the URL has it.
func (f *File) Path() string { return f.shown }

// Hold waits in line for the file. Who holds it may change it.
func (f *File) Hold(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case f.line <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Release ends Hold.
func (f *File) Release() { <-f.line }

// Open takes the lock and opens the file. If there is none it is made, at once
// with what a new one holds, so that no reader finds it empty.
func (f *File) Open(service string, fresh []byte) (err error) {
	f.path = behindLinks(f.path) // which is what a replacement replaces
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	lock := f.path + ".lock"
	f.left = disk.Left(lock)
	if f.lock, err = takeLock(lock, service); err != nil {
		return fmt.Errorf("%s: %w", f.shown, f.oneProcess(err))
	}
	if _, err = os.Stat(f.path); errors.Is(err, fs.ErrNotExist) {
		err = disk.Replace(f.path, fresh)
	}
	if err == nil {
		f.data, err = os.OpenFile(f.path, os.O_RDWR, 0)
	}
	if err == nil {
		f.size, err = f.data.Seek(0, io.SeekEnd)
	}
	if err == nil {
		err = disk.SyncFolder(filepath.Dir(f.path)) // the file may be new
	}
	if err == nil {
		err = f.readRemoved()
	}
	if err != nil {
		_ = f.Close()
	}
	return err
}

// behindLinks returns the path that symbolic links lead to, also where there is
// no file yet.
func behindLinks(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	target, err := os.Readlink(path)
	if err != nil {
		return path
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return target
}

// lockTime is how long a file that another process holds is waited for: where
// that was killed, it may take a moment until it is gone.
const lockTime = time.Second

func takeLock(path, service string) (lock *os.File, err error) {
	for deadline := time.Now().Add(lockTime); ; time.Sleep(20 * time.Millisecond) {
		var held *disk.HeldError
		lock, err = disk.TakeLock(path, service)
		if !errors.As(err, &held) || held.Own() || time.Now().After(deadline) {
			return lock, err
		}
	}
}

// oneProcess says what to do about a file that another one holds.
func (f *File) oneProcess(err error) error {
	var held *disk.HeldError
	switch {
	case !errors.As(err, &held):
		return err
	case held.Own():
		return errors.New("another store of this program has the same url; give each one a file of its own")
	}
	return fmt.Errorf("%w; a %s: file belongs to one process at a time: stop that process, or use sqlite:, which several share", err, f.scheme)
}

// Size returns how much of the file counts, in bytes.
func (f *File) Size() int64 { return f.size }

// Left reports whether the process that held the file before was killed, so
// that its last save may be torn. Mended ends that.
func (f *File) Left() bool { return f.left }

// Mended notes that nothing torn is left in the file.
func (f *File) Mended() { f.left = false }

// Close closes the file and gives the lock back.
func (f *File) Close() error {
	var err error
	if f.data != nil {
		err = f.data.Close()
	}
	if f.left { // which nobody has looked after
		return errors.Join(err, disk.LeaveLock(f.lock))
	}
	return errors.Join(err, disk.ReleaseLock(f.lock))
}

// ReadAt reads from the file as it stands now, also what does not count.
func (f *File) ReadAt(b []byte, offset int64) (int, error) { return f.data.ReadAt(b, offset) }

// Cut makes the file end at size.
func (f *File) Cut(size int64) error {
	if err := f.data.Truncate(size); err != nil {
		return err
	}
	f.size, f.dirty = size, false
	return f.data.Sync()
}

// Append writes a piece at the end. It is durable when the result is nil, and
// cut off again when it is not; if even that fails, the next save does it.
func (f *File) Append(piece []byte) error {
	if f.dirty {
		if err := f.Cut(f.size); err != nil {
			return err
		}
	}
	if err := errors.Join(f.settle(), f.asLong()); err != nil {
		return err
	}
	f.dirty = true
	_, err := f.data.WriteAt(piece, f.size)
	if err == nil {
		err = f.data.Sync()
	}
	if err == nil {
		err = f.inPlace()
	}
	if err != nil {
		_ = f.Cut(f.size)
		return err
	}
	f.size += int64(len(piece))
	f.dirty = false
	return nil
}

// asLong makes sure that the file is as long as this process left it: where
// another program appended, the next piece would be written over its own.
func (f *File) asLong() error {
	info, err := f.data.Stat()
	if err == nil && info.Size() != f.size {
		err = f.changed()
	}
	return err
}

func (f *File) changed() error {
	return fmt.Errorf("%s was changed by another program while the service runs: stop the service before you edit the file, or use sqlite:, which several programs share", f.shown)
}

// Note remembers the file as it stands, for Unchanged.
func (f *File) Note() error {
	info, err := f.data.Stat()
	f.noted = info
	return err
}

// Unchanged makes sure that the file stands as it was noted last: a save that
// writes it anew would drop what another program wrote.
func (f *File) Unchanged() error {
	info, err := f.data.Stat()
	if err = errors.Join(err, f.inPlace()); err == nil && f.noted != nil && (info.Size() != f.noted.Size() || !info.ModTime().Equal(f.noted.ModTime())) {
		err = f.changed()
	}
	return err
}

// inPlace makes sure that the path still leads to the file that is open: what
// goes into one that was removed is gone with the process, and no write says so.
func (f *File) inPlace() error {
	open, err := f.data.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(f.path)
	if err == nil && !os.SameFile(open, named) {
		err = fmt.Errorf("%s is not the file that was opened", f.shown)
	}
	if err != nil {
		return fmt.Errorf("the file was moved or removed while the service ran: %w", err)
	}
	return nil
}

// Snapshot is the state of a file at one moment, for reading.
type Snapshot struct {
	*os.File
	Size    int64
	removed int64
}

// Place returns the place of an offset in the file.
func (s *Snapshot) Place(offset int64) int64 { return offset + s.removed }

// Offset returns where a place lies in the file; before its beginning where
// what stood there was taken away.
func (s *Snapshot) Offset(place int64) int64 { return place - s.removed }

// Snapshot opens the file as it stands now: what is appended or replaced later
// is not seen. The caller holds the file.
func (f *File) Snapshot() (*Snapshot, error) {
	data, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	return &Snapshot{File: data, Size: f.size, removed: f.removed}, nil
}
