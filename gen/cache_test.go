package gen_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestBrokenCache makes bits of what is remembered wrong, one by one: what is
// generated with it is what is generated without.
func TestBrokenCache(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // of the cache elsewhere than on Linux
	dir := t.TempDir()
	if err := planFor(t, dir).Apply(false); err != nil {
		t.Fatal(err)
	}
	hour := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "stages/make.go"), hour, hour); err != nil {
		t.Fatal(err)
	}
	if err := planFor(t, dir).Apply(false); err != nil { // remembers the stub
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(cache, "flowc", "*-functions"))
	if len(paths) != 1 {
		t.Fatal(paths)
	}
	testBroken(t, dir, paths[0])
}

func testBroken(t *testing.T, dir, path string) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole); i += 1 + len(whole)/100 {
		writeFile(t, path, append(append(whole[:i:i], whole[i]^1), whole[i+1:]...))
		for _, e := range planFor(t, dir).All() {
			t.Fatalf("byte %d of %s: %s is %s", i, path, e.Path, e.Status)
		}
	}
}
