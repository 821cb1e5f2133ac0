//go:build unix

package hostile

import (
	"syscall"
	"time"
)

// Took returns the time of the processor that this process spends while do runs.
func Took(do func()) time.Duration {
	start := spent()
	do()
	return spent() - start
}

func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
