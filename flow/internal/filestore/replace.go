package filestore

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

// Replace makes what write writes the whole file: a crash leaves the old
// content or the new one. The new content is durable when the result is nil.
func (f *File) Replace(write func(io.Writer) error) error {
	if err := errors.Join(f.settle(), f.inPlace()); err != nil {
		return err
	}
	info, err := f.data.Stat()
	if err != nil {
		return err
	}
	fresh, size, err := disk.WriteBy(f.path+".new", info.Mode().Perm(), write)
	if err != nil {
		return err
	}
	if err := os.Rename(fresh.Name(), f.path); err != nil {
		return errors.Join(err, fresh.Close(), os.Remove(fresh.Name()))
	}
	_ = f.data.Close() // was synced when it was written
	f.data, f.size, f.dirty = fresh, size, false
	return disk.SyncFolder(filepath.Dir(f.path))
}
