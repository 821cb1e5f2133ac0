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

// generator is one of the programs that do the task.
type generator struct {
	name string
	pkg  string
	// write writes the input for a number of stages into a folder; edits is how
	// often one of them was edited.
	write func(dir string, stages, edits int) error
	// command generates.
	command func(program, dir string) *exec.Cmd
	// check wants what is generated to be that of so many edits.
	check func(dir string, edits int) error
}

// task is one of the things that are measured; its name is a row's.
type task struct {
	name  string
	edits int
}

var tasks = []task{{"cold", 0}, {"nothing changed", 0}, {"a stage edited", 1}}

func main() {
	stages := flag.Int("stages", 1000, "stages, in pipelines of ten")
	runs := flag.Int("runs", 3, "runs of each program")
	flag.Parse()
	if err := run(*stages, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(stages, runs int) error {
	dir, err := os.MkdirTemp("", "flowc-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	t := newTable()
	list := []generator{flowc(), gqlgen()}
	for _, g := range list {
		if err := measure.Build(filepath.Join(dir, g.name), g.pkg); err != nil {
			return err
		}
	}
	if err := measure.Build(filepath.Join(dir, floorName), "./generate/floor"); err != nil {
		return err
	}
	for i := range runs {
		if err := round(t, dir, fmt.Sprint(i), list, stages); err != nil {
			return err
		}
	}
	if err := many(t, dir, list[0], stages); err != nil {
		return err
	}
	t.print(os.Stdout, stages)
	return nil
}

// round runs each program through the tasks, in turn, and the floor on what
// flowc wrote.
func round(t *table, root, name string, list []generator, stages int) error {
	for _, x := range tasks {
		for _, g := range list {
			dir := filepath.Join(root, g.name+"-"+name)
			f, err := generate(filepath.Join(root, g.name), dir, g, stages, x.edits)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", g.name, x.name, err)
			}
			t.add(x.name, g.name, f)
		}
		if x == tasks[0] {
			from := filepath.Join(root, list[0].name+"-"+name)
			f, err := measure.Run(exec.Command(filepath.Join(root, floorName), from, filepath.Join(root, floorName+"-"+name)))
			if err != nil {
				return err
			}
			t.add(x.name, floorName, f)
		}
	}
	return nil
}

// floorName is the program that formats and writes, and nothing else.
const floorName = "floor"

// many runs flowc on ten times as many stages.
func many(t *table, root string, g generator, stages int) error {
	for _, x := range tasks {
		f, err := generate(filepath.Join(root, g.name), filepath.Join(root, "many"), g, 10*stages, x.edits)
		if err != nil {
			return err
		}
		t.add("ten times as many, "+x.name, g.name, f)
	}
	return nil
}

// generate writes the input of a task, where it is another one, and runs the
// program.
func generate(program, dir string, g generator, stages, edits int) (measure.Figures, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return measure.Figures{}, err
	}
	if err := g.write(dir, stages, edits); err != nil {
		return measure.Figures{}, err
	}
	f, err := measure.Run(g.command(program, dir))
	if err != nil {
		return f, err
	}
	return f, g.check(dir, edits)
}

// table gathers figures by row and program.
type table struct {
	rows    []string
	figures map[string]map[string][]measure.Figures
}

func newTable() *table { return &table{figures: map[string]map[string][]measure.Figures{}} }

func (t *table) add(row, name string, f measure.Figures) {
	if t.figures[row] == nil {
		t.figures[row] = map[string][]measure.Figures{}
		t.rows = append(t.rows, row)
	}
	t.figures[row][name] = append(t.figures[row][name], f)
}

// print prints medians, and the ratio of CPU time to flowc's in the same run; of
// ten times as many stages, to ten times that of the same task.
func (t *table) print(w *os.File, stages int) {
	fmt.Fprintf(w, "%d stages\n%-35s %-7s %8s %8s %9s  %s\n", stages, "", "", "CPU s", "wall s", "peak MiB", "CPU to flowc")
	for _, row := range t.rows {
		for _, name := range []string{"flowc", floorName, "gqlgen"} {
			list := t.figures[row][name]
			if list == nil {
				continue
			}
			fmt.Fprintf(w, "%-35s %-7s %8.3f %8.2f %9d  %s\n", row, name,
				median(list, cpu), median(list, wall), int(median(list, peak)), t.ratio(row, name))
		}
	}
}

func (t *table) ratio(row, name string) string {
	if i := slices.IndexFunc(tasks, func(x task) bool { return row == "ten times as many, "+x.name }); i >= 0 {
		one := median(t.figures[tasks[i].name]["flowc"], cpu)
		return fmt.Sprintf("%.1f to ten times", median(t.figures[row][name], cpu)/(10*one))
	}
	var ratios []float64
	for i, f := range t.figures[row][name] {
		ratios = append(ratios, cpu(f)/max(cpu(t.figures[row]["flowc"][i]), 1e-3))
	}
	return fmt.Sprintf("%.1f (%.1f to %.1f)", measure.Median(ratios), slices.Min(ratios), slices.Max(ratios))
}

func cpu(f measure.Figures) float64  { return f.CPU.Seconds() }
func wall(f measure.Figures) float64 { return f.Wall.Seconds() }
func peak(f measure.Figures) float64 { return float64(f.Peak >> 20) }

func median(list []measure.Figures, of func(measure.Figures) float64) float64 {
	var values []float64
	for _, f := range list {
		values = append(values, of(f))
	}
	return measure.Median(values)
}
