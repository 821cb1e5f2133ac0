package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// subject is one of the programs that do the task.
type subject struct {
	name    string
	pkg     string
	command func(program, in, out string) *exec.Cmd
	runs    []figures
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
		c := exec.Command("go", "build", "-o", filepath.Join(dir, s.name), s.pkg)
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("building %s: %w", s.pkg, err)
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
		f, err := measure(s.command(filepath.Join(dir, s.name), in, out))
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
