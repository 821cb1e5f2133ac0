//go:build !unix

package hostile

import "time"

// Took returns how long do runs.
func Took(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}
