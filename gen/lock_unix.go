//go:build unix && !solaris && !aix

package gen

import (
	"os"
	"syscall"
)

// lockDir locks the folder itself: that leaves no file behind, and ends with the
// process.
func lockDir(dir string) (unlock func(), err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	for err = syscall.EINTR; err == syscall.EINTR; {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil { // a file system without locks: one flowc at a time is up to the user
		return func() { f.Close() }, nil
	}
	return func() { f.Close() }, nil
}
