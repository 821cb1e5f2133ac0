package jsonl

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// writeHolder notes in the lock file who holds it.
func writeHolder(f *os.File, service string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(f, "%d %s\n", os.Getpid(), service)
	return err
}

// heldBy is the error of a lock that another one holds.
func heldBy(f *os.File) error {
	var pid int
	var service string
	text, err := io.ReadAll(f)
	if err == nil {
		_, err = fmt.Sscan(string(text), &pid, &service)
	}
	switch {
	case err != nil:
		return errors.New("another process holds the file; a jsonl: file belongs to one process at a time")
	case pid == os.Getpid():
		return errors.New("another store of this program has the same url; give each one a file of its own")
	}
	return fmt.Errorf("process %d (service %q) holds the file; a jsonl: file belongs to one process at a time: stop that process, or use sqlite:, which several share", pid, service)
}
