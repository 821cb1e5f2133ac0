//go:build linux || darwin

package conformance

import (
	"os/signal"
	"syscall"
)

// limitFiles lets no file of this process grow beyond 256 KiB until there is to
// be room.
func limitFiles(string) (room func() error, err error) {
	signal.Ignore(syscall.SIGXFSZ) // or it would end the process
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return nil, err
	}
	small := syscall.Rlimit{Cur: 256 << 10, Max: old.Max}
	return func() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old) }, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small)
}
