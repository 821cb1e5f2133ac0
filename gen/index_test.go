package gen

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// TestIndex changes package stages in all ways that a user may, while the index
// knows what was there before: what is read with it is what is read without.
func TestIndex(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // of the cache elsewhere than on Linux
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, StagesDir), 0o777); err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return filepath.Join(dir, StagesDir, name) }
	write := func(name, text string) func() error {
		return func() error { return os.WriteFile(path(name), []byte(text), 0o666) }
	}
	hour := time.Now().Add(-time.Hour)
	for _, step := range []struct {
		name   string
		change func() error
	}{
		{"nothing there", func() error { return nil }},
		{"a file", write("a b.go", "package stages\n\nfunc A() {}\n\nvar x, y = 1, 2\n\ntype T int\n\nfunc (T) M() {}\n")},
		{"the same size at another time", write("a b.go", "package stages\n\nfunc B() {}\n\nvar x, z = 1, 2\n\ntype U int\n\nfunc (U) M() {}\n")},
		{"moved to another file", func() error { return os.Rename(path("a b.go"), path("b.go")) }},
		{"one more, which does not parse", write("c.go", "package stages\n\nfunc C() {}\n\nfunc oh( {\n")},
		{"none any more", write("c.go", "\x00")},
		{"of another package", write("e.go", "package main\n\nfunc B() {}\n")},
		{"one that the go command passes over", write("_f.go", "package stages\n\nfunc B() {}\n")},
		{"a function behind an open bracket", write("g.go", "package stages\n\nfunc G() {\n\tif true {\n}\n\nfunc H() {}\n\nfunc (T) H() {}\n")},
		{"a second declaration", write("d.go", "package stages\n\nfunc B[T any]() {}\n")},
		{"gone", func() error { return os.Remove(path("b.go")) }},
		{"an index that is cut off", func() error { return os.Truncate(readIndex(dir).path, 20) }},
		{"an index of something else", func() error { return os.WriteFile(readIndex(dir).path, []byte("what is this"), 0o666) }},
		{"no index", func() error { return os.Remove(readIndex(dir).path) }},
	} {
		if err := step.change(); err != nil {
			t.Fatal(step.name, err)
		}
		hour = hour.Add(time.Second)
		paths, _ := filepath.Glob(path("*"))
		for _, p := range paths { // as if they had been saved a while ago
			if info, err := os.Stat(p); err == nil && isNew(info.ModTime()) {
				if err := os.Chtimes(p, hour, hour); err != nil {
					t.Fatal(err)
				}
			}
		}
		want := readAnew(t, dir)
		for range 2 {
			got, err := ReadStages(dir)
			if err != nil {
				t.Fatal(step.name, err)
			}
			got.index.save()
			if !reflect.DeepEqual(got.Functions, want.Functions) || !reflect.DeepEqual(got.names, want.names) {
				t.Errorf("%s: with the index\n%v %v\nwithout\n%v %v", step.name, got.Functions, got.names, want.Functions, want.names)
			}
		}
	}
}

func isNew(modified time.Time) bool { return time.Since(modified) < time.Minute }

// readAnew reads package stages without an index.
func readAnew(t *testing.T, dir string) *Stages {
	t.Helper()
	cache := os.Getenv("XDG_CACHE_HOME")
	defer os.Setenv("XDG_CACHE_HOME", cache)
	os.Setenv("XDG_CACHE_HOME", t.TempDir())
	s, err := ReadStages(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestIndexWaits reads a file again that was saved so lately that the next save
// may have the same time.
func TestIndexWaits(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		modified time.Time
		settled  bool
	}{
		{now, false},
		{now.Add(time.Hour), false},
		{now.Add(-3 * time.Second), true},
		{now.Truncate(time.Second).Add(-time.Second), false}, // a clock of seconds
		{now.Truncate(time.Second).Add(-3 * time.Second), true},
		{now.Truncate(time.Second).Add(-time.Second + time.Nanosecond), true},
	} {
		if got := isSettled(test.modified, now); got != test.settled {
			t.Errorf("%s, at %s: %v", test.modified, now, got)
		}
	}
}

// TestFunctionOfStub finds in the text of each stub what the parser finds.
func TestFunctionOfStub(t *testing.T) {
	text := "flowc   = 1\nservice = \"stubs\"\n[record.R]\na = \"int\"\n[store.s]\nrecord = \"R\"\nurl = \"jsonl:data/s.jsonl\"\n"
	text += "[stage.make]\ndoc = \"It makes.\\nfunc Not(\"\nout = \"[]R\"\n[stage.tell]\nin = \"R\"\nreads = [\"s\"]\nwrites = [\"s\"]\n[pipeline.p]\nonce = true\nstages = [\"make\", \"tell\"]\n"
	dir := t.TempDir()
	for name, text := range map[string]string{SpecName: text, "go.mod": "module example.com/stubs\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, diags := Load(dir)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, err := NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	stubs := 0
	for _, e := range p.Entries {
		if e.Status == Stub {
			stubs++
			got, ok := functionOfStub(e)
			if want := declaredIn(parseSource(e.Path, e.After)); !ok || len(want.Functions) != 1 || got != want.Functions[0] {
				t.Errorf("got %v, want %v", got, want.Functions)
			}
		}
	}
	if stubs != 2 {
		t.Errorf("%d stubs", stubs)
	}
}
