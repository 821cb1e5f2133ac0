//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package disk

import (
	"errors"
	"os"
)

// TakeLock makes the file at path, which says who holds the lock: service.
// Where a process was killed, the file stays behind, and the error says to
// remove it. Where another one holds it, the error is a [HeldError].
func TakeLock(path, service string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil, held(path)
	}
	if err != nil {
		return nil, err
	}
	if err := writeHolder(f, service); err != nil {
		return nil, errors.Join(err, ReleaseLock(f))
	}
	return f, nil
}

func held(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	e := heldBy(f)
	e.left = path
	return e
}

// ReleaseLock gives a lock back.
func ReleaseLock(f *os.File) error {
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// LeaveLock gives a lock back; that its holder was killed is not told here.
func LeaveLock(f *os.File) error { return ReleaseLock(f) }

// SyncFolder does nothing: folders cannot be synced here.
func SyncFolder(string) error { return nil }
