package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// figures are those of one run of a program.
type figures struct {
	cpu  time.Duration // user and system
	wall time.Duration
	peak int64 // resident memory in bytes
}

// measure runs a program to its end.
func measure(command *exec.Cmd) (figures, error) {
	start := time.Now()
	out, err := command.CombinedOutput()
	if err != nil {
		return figures{}, fmt.Errorf("%s: %w\n%s", command.Path, err, out)
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	return figures{
		cpu:  command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
		wall: time.Since(start),
		peak: usage.Maxrss << 10, // Linux counts in KiB
	}, nil
}

// median returns the middle one of a list of values.
func median[T cmp.Ordered](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}

// report prints a row for each subject: medians, and the ratio of its CPU time
// to that of the first one in the same round.
func report(subjects []subject, records int) {
	fmt.Printf("%-10s  %22s  %8s  %8s  %s\n", "", "CPU s a million records", "wall s", "peak MiB", "CPU to flowc")
	for _, s := range subjects {
		var cpu, wall, ratios []float64
		var peak []int64
		for i, f := range s.runs {
			cpu = append(cpu, f.cpu.Seconds()/float64(records)*1e6)
			wall = append(wall, f.wall.Seconds())
			peak = append(peak, f.peak>>20)
			ratios = append(ratios, f.cpu.Seconds()/subjects[0].runs[i].cpu.Seconds())
		}
		fmt.Printf("%-10s  %22.2f  %8.2f  %8d  %.1f (%.1f to %.1f)\n", s.name, median(cpu), median(wall), median(peak), median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	fmt.Fprintln(os.Stderr, "medians of", len(subjects[0].runs), "runs in turn")
}
