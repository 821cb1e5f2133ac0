//go:build unix

package gen_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
)

// TestUpToDateOddName includes a file whose name has a line end, which Windows
// does not have: it is noted as any other.
func TestUpToDateOddName(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	const name = "more \n\"c.toml"
	writeFile(t, filepath.Join(dir, name), []byte("[record.Odd]\na = \"int\"\n"))
	spec := strings.Replace(smallSpec, "[stage", `include = ["more \n\"c.toml"]`+"\n[stage", 1)
	for range 2 {
		plan := planWith(t, dir, spec)
		if err := plan.Apply(false); err != nil {
			t.Fatal(err)
		}
		plan.MarkUpToDate()
	}
	if !gen.UpToDate(dir) {
		t.Error("not up to date after a generate")
	}
	writeFile(t, filepath.Join(dir, name), []byte("[record.Odd]\na = \"string\"\n"))
	if gen.UpToDate(dir) {
		t.Error("up to date after a save of what is included")
	}
}
