//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package jsonl

import (
	"errors"
	"os"
)

// takeLock makes a file that says who holds the lock. Where a process was
// killed, the file stays behind, and the error says to remove it.
func takeLock(path, service string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return nil, held(path)
	}
	if err != nil {
		return nil, err
	}
	if err := writeHolder(f, service); err != nil {
		return nil, errors.Join(err, releaseLock(f))
	}
	return f, nil
}

func held(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return errors.Join(heldBy(f), errors.New("if that process is gone, remove "+path))
}

func releaseLock(f *os.File) error {
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// syncFolder does nothing: folders cannot be synced here.
func syncFolder(string) error { return nil }
