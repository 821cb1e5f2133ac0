// Package measure runs programs and says what the operating system counted.
package measure

import (
	"cmp"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// Figures are those of one run of a program, with the processes that it waited
// for.
type Figures struct {
	CPU  time.Duration // user and system
	Wall time.Duration
	Peak int64 // resident memory in bytes, of the largest process
}

// Run runs a program to its end.
func Run(command *exec.Cmd) (Figures, error) {
	start := time.Now()
	out, err := command.CombinedOutput()
	if err != nil {
		return Figures{}, fmt.Errorf("%s: %w\n%s", command.Path, err, out)
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	return Figures{
		CPU:  command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
		Wall: time.Since(start),
		Peak: usage.Maxrss << 10, // Linux counts in KiB
	}, nil
}

// Build builds a package's program.
func Build(program, pkg string) error {
	out, err := exec.Command("go", "build", "-o", program, pkg).CombinedOutput()
	if err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	return nil
}

// Median returns the middle one of a list of values.
func Median[T cmp.Ordered](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
