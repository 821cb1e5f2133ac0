package disk

import (
	"errors"
	"os"
	"path/filepath"
)

// Replace makes content the whole of the file at path. A crash leaves the old
// content or the new one; when it returns nil, the new one is on disk. Beside
// the file it uses NAME.new.
func Replace(path string, content []byte) error {
	f, err := Write(path+".new", content)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), os.Rename(f.Name(), path)); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// Write makes a file with this content, on disk, and returns it open for
// reading and writing. That its name is on disk too takes [SyncFolder].
func Write(path string, content []byte) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, nil
}
