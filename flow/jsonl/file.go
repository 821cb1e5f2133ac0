package jsonl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// file is the file of a store, held by this process alone.
type file struct {
	path string
	line chan struct{} // holds one token: the fields below belong to who put it in
	lock *os.File
	data *os.File
	// size is how much of data counts: what a failed save wrote lies behind.
	size  int64
	dirty bool // there may be something behind size
	index index
}

func newFile(path string) *file { return &file{path: path, line: make(chan struct{}, 1)} }

// hold waits in line for the file.
func (f *file) hold(ctx context.Context) error {
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

func (f *file) release() { <-f.line }

// open takes the lock and opens the file.
func (f *file) open(service string) (err error) {
	folder := filepath.Dir(f.path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if f.lock, err = disk.TakeLock(f.path+".lock", service); err != nil {
		return fmt.Errorf("%s: %w", f.path, oneProcess(err))
	}
	f.data, err = os.OpenFile(f.path, os.O_RDWR|os.O_CREATE, 0o644)
	if err == nil {
		f.size, err = f.data.Seek(0, io.SeekEnd)
	}
	if err == nil {
		err = disk.SyncFolder(folder) // the file may be new
	}
	if err != nil {
		_ = f.close()
	}
	return err
}

// oneProcess says what to do about a file that another one holds.
func oneProcess(err error) error {
	var held *disk.HeldError
	switch {
	case !errors.As(err, &held):
		return err
	case held.Own():
		return errors.New("another store of this program has the same url; give each one a file of its own")
	}
	return fmt.Errorf("%w; a jsonl: file belongs to one process at a time: stop that process, or use sqlite:, which several share", err)
}

func (f *file) close() error {
	var err error
	if f.data != nil {
		err = f.data.Close()
	}
	return errors.Join(err, disk.ReleaseLock(f.lock))
}

// cut makes the file end at size.
func (f *file) cut(size int64) error {
	if err := f.data.Truncate(size); err != nil {
		return err
	}
	f.size, f.dirty = size, false
	return f.data.Sync()
}

// append writes a piece at the end. It is durable when the result is nil, and
// cut off again when it is not; if even that fails, the next save does it.
func (f *file) append(piece []byte) error {
	if f.dirty {
		if err := f.cut(f.size); err != nil {
			return err
		}
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
		_ = f.cut(f.size)
		return err
	}
	f.size += int64(len(piece))
	f.dirty = false
	return nil
}

// inPlace makes sure that the path still leads to the file that is open: what
// goes into one that was removed is gone with the process, and no write says so.
func (f *file) inPlace() error {
	open, err := f.data.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(f.path)
	if err == nil && !os.SameFile(open, named) {
		err = fmt.Errorf("%s is not the file that was opened", f.path)
	}
	if err != nil {
		return fmt.Errorf("the file was moved or removed while the service ran: %w", err)
	}
	return nil
}

// replace makes content the whole file, and keys its index.
func (f *file) replace(content []byte, keys index) error {
	fresh, err := disk.Write(f.path+".new", content)
	if err != nil {
		return err
	}
	if err := os.Rename(fresh.Name(), f.path); err != nil {
		return errors.Join(err, fresh.Close())
	}
	_ = f.data.Close() // was synced when it was written
	f.data, f.size, f.dirty, f.index = fresh, int64(len(content)), false, keys
	return disk.SyncFolder(filepath.Dir(f.path))
}

// snapshot is the state of a file at one moment, for reading.
type snapshot struct {
	*os.File
	size   int64
	offset int64 // of the line of a key; -1: there is none
}

// snapshot opens the file as it stands now: what is appended or replaced later
// is not seen. key may be empty.
func (f *file) snapshot(ctx context.Context, key string) (*snapshot, error) {
	if err := f.hold(ctx); err != nil {
		return nil, err
	}
	defer f.release()
	data, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	s := &snapshot{File: data, size: f.size, offset: -1}
	if offset, ok := f.index[key]; ok {
		s.offset = offset
	}
	return s, nil
}
