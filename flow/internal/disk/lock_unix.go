//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package disk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// TakeLock locks the file at path, which it makes for that and which also says
// who holds it: service. The lock ends with the process, however that ends; the
// file stays. Where another one holds it, the error is a [HeldError].
func TakeLock(path, service string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = heldBy(f)
	}
	if err == nil {
		err = writeHolder(f, service)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// ReleaseLock gives a lock back.
func ReleaseLock(f *os.File) error {
	return errors.Join(f.Truncate(0), LeaveLock(f))
}

// LeaveLock gives a lock back as if its holder had been killed, so that the
// next one finds it so.
func LeaveLock(f *os.File) error {
	// To close the file is not enough: a program that is being started meanwhile
	// has it too, until its own begins.
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}

// SyncFolder makes new and renamed files of a folder durable.
func SyncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("cannot sync the folder: %w", err)
	}
	return nil
}
