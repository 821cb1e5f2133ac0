package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/flowc-dev/flowc/bench/internal/measure"
)

// subject is one of the programs that do the task.
type subject struct {
	name    string
	pkg     string
	command func(program, in, out string) *exec.Cmd
	runs    []measure.Figures
}

// subjects returns the programs, flowc's first.
func subjects() []subject {
	plain := func(program, in, out string) *exec.Cmd { return exec.Command(program, in, out) }
	return []subject{
		{name: "flowc", pkg: "./service/cmd/bench", command: runService},
		{name: "hand", pkg: "./hand", command: plain},
		{name: "watermill", pkg: "./watermill", command: plain},
		{name: "benthos", pkg: "./benthos", command: plain},
	}
}

// runService is the generated program: it gets its files as any service does.
func runService(program, in, out string) *exec.Cmd {
	c := exec.Command(program, "-quiet")
	c.Env = append(os.Environ(), "BENCH_IN="+in, "BENCH_OUT="+out)
	return c
}

func main() {
	records := flag.Int("records", 500_000, "records of the file")
	runs := flag.Int("runs", 5, "runs of each program")
	flag.Parse()
	if err := run(*records, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(records, runs int) error {
	dir, err := os.MkdirTemp("", "flowc-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	in := filepath.Join(dir, "in.jsonl")
	if err := writeInput(in, records); err != nil {
		return err
	}
	list := subjects()
	if err := build(dir, list); err != nil {
		return err
	}
	for range runs + 1 { // the first one warms the caches and does not count
		if err := round(dir, in, list); err != nil {
			return err
		}
	}
	for i := range list {
		list[i].runs = list[i].runs[1:]
	}
	report(list, records)
	return nil
}

// build builds the programs into a folder.
func build(dir string, list []subject) error {
	for _, s := range list {
		if err := measure.Build(filepath.Join(dir, s.name), s.pkg); err != nil {
			return err
		}
	}
	return nil
}

// round runs each program once and makes sure that it did the whole task.
func round(dir, in string, list []subject) error {
	for i, s := range list {
		out := filepath.Join(dir, s.name+".jsonl")
		if err := os.RemoveAll(out); err != nil {
			return err
		}
		f, err := measure.Run(s.command(filepath.Join(dir, s.name), in, out))
		if err != nil {
			return err
		}
		list[i].runs = append(list[i].runs, f)
		if err := sameLines(out, filepath.Join(dir, list[0].name+".jsonl")); err != nil {
			return err
		}
	}
	return nil
}

// report prints a row for each subject: medians, and the ratio of its CPU time
// to that of the first one in the same round.
func report(subjects []subject, records int) {
	fmt.Printf("%-10s  %22s  %8s  %8s  %s\n", "", "CPU s a million records", "wall s", "peak MiB", "CPU to flowc")
	for _, s := range subjects {
		var cpu, wall, ratios []float64
		var peak []int64
		for i, f := range s.runs {
			cpu = append(cpu, f.CPU.Seconds()/float64(records)*1e6)
			wall = append(wall, f.Wall.Seconds())
			peak = append(peak, f.Peak>>20)
			ratios = append(ratios, f.CPU.Seconds()/subjects[0].runs[i].CPU.Seconds())
		}
		fmt.Printf("%-10s  %22.2f  %8.2f  %8d  %.1f (%.1f to %.1f)\n", s.name, measure.Median(cpu), measure.Median(wall), measure.Median(peak), measure.Median(ratios), slices.Min(ratios), slices.Max(ratios))
	}
	fmt.Fprintln(os.Stderr, "medians of", len(subjects[0].runs), "runs in turn")
}
