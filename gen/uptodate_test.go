package gen_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/flowc-dev/flowc/gen"
)

// TestUpToDate changes one thing after the other that a generate depends on:
// each is seen, and generating makes the service up to date again.
func TestUpToDate(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	generateSmall := func() {
		t.Helper()
		plan := planFor(t, dir)
		if err := plan.Apply(true); err != nil {
			t.Fatal(err)
		}
		plan.MarkUpToDate()
		if !gen.UpToDate(dir) || !gen.UpToDate(filepath.Join(dir, gen.SpecName)) {
			t.Fatal("not up to date after a generate")
		}
	}
	if gen.UpToDate(dir) {
		t.Error("up to date before the first generate")
	}
	generateSmall()
	for name, change := range map[string]func(path string) error{
		gen.SpecName:               appendTo,
		gen.SumName:                os.Remove,
		"go.mod":                   appendTo,
		"records/records.go":       appendTo,
		"cmd/small/main.go":        os.Remove,
		"flows/small/pipelines.go": appendTo,
		"stages/make.go":           os.Remove,
		"stages": func(path string) error {
			return os.WriteFile(filepath.Join(path, "more.go"), []byte("package stages\n"), 0o666)
		},
	} {
		if err := change(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if gen.UpToDate(dir) {
			t.Errorf("up to date after a change of %s", name)
		}
		saveLongAgo(t, dir)
		generateSmall()
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "stages/make.go"), later, later); err != nil {
		t.Fatal(err)
	}
	if gen.UpToDate(dir) {
		t.Error("up to date after a save of a stage")
	}
}

// saveLongAgo gives the files of package stages a time that a clock has left
// behind: of those that are saved just now nobody can tell.
func saveLongAgo(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, gen.StagesDir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	hour := time.Now().Add(-time.Hour)
	for _, path := range paths {
		if err := os.Chtimes(path, hour, hour); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUpToDateSameTick saves a stage twice in one tick of a clock that ticks in
// seconds, with a generate between: the next generate looks at it.
func TestUpToDateSameTick(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	if err := planFor(t, dir).Apply(false); err != nil {
		t.Fatal(err)
	}
	tick := time.Now().Truncate(time.Second)
	save := func(text string) {
		t.Helper()
		path := filepath.Join(dir, "stages/more.go")
		writeFile(t, path, []byte(text))
		if err := os.Chtimes(path, tick, tick); err != nil {
			t.Fatal(err)
		}
	}
	save("package stages\n\nfunc A() {}\n")
	plan := planFor(t, dir)
	if err := plan.Apply(false); err != nil {
		t.Fatal(err)
	}
	plan.MarkUpToDate()
	save("package stages\n\nfunc B() {}\n")
	if gen.UpToDate(dir) {
		t.Error("up to date, and a stage was saved since")
	}
}

// TestUpToDateSavedMeanwhile saves a file after it was read, while flowc still
// writes: the next generate looks at it.
func TestUpToDateSavedMeanwhile(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	for name, save := range map[string]func(path string) error{
		gen.SpecName:     appendTo,
		"stages/make.go": appendTo,
		"stages/more.go": func(path string) error { return os.WriteFile(path, []byte("package stages\n"), 0o666) },
		"go.mod":         func(path string) error { return os.WriteFile(path, []byte("module example.com/other\n"), 0o666) },
	} {
		dir := t.TempDir()
		if err := planFor(t, dir).Apply(false); err != nil {
			t.Fatal(err)
		}
		plan := planFor(t, dir)
		if err := save(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		plan.MarkUpToDate()
		if gen.UpToDate(dir) {
			t.Errorf("up to date, and %s was not read as it is", name)
		}
	}
}

// appendTo adds a line to a file.
func appendTo(path string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString("\n\n"); err != nil {
		return err
	}
	return f.Close()
}
