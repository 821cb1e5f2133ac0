package disk

import (
	"fmt"
	"io"
	"os"
)

// HeldError says that another one holds a lock. Both fields are zero where it
// cannot be told who.
type HeldError struct {
	PID     int
	Service string
	left    string // the file that a killed process may have left behind
}

// Error says who holds the lock.
func (e *HeldError) Error() string {
	who := "another process"
	switch {
	case e.Own():
		who = "another part of this program"
	case e.PID != 0:
		who = fmt.Sprintf("process %d (service %q)", e.PID, e.Service)
	}
	if e.left != "" {
		return who + " holds the file; if that process is gone, remove " + e.left
	}
	return who + " holds the file"
}

// Own reports whether this process itself holds the lock.
func (e *HeldError) Own() bool { return e.PID == os.Getpid() }

// writeHolder notes in the lock file who holds it.
func writeHolder(f *os.File, service string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, "%d %s\n", os.Getpid(), service); err != nil {
		return err
	}
	return f.Sync() // or a lost power would look like a release
}

// Left reports whether the last process that held the lock at path did not give
// it back: it was killed. Ask before you take the lock.
func Left(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

// heldBy reads from a lock file who holds it.
func heldBy(f *os.File) *HeldError {
	var e HeldError
	text, err := io.ReadAll(f)
	if err == nil {
		_, err = fmt.Sscan(string(text), &e.PID, &e.Service)
	}
	if err != nil {
		return &HeldError{}
	}
	return &e
}
