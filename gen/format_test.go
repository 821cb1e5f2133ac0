package gen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
)

// TestReplaceAllOrNothing saves one of two files after they were read, as an
// editor may: none of them is written, and nothing is left beside them.
func TestReplaceAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, gen.SpecName), []byte("service=\"x\"\nflowc=1\ninclude=[\"more.toml\"]\n"))
	writeFile(t, filepath.Join(dir, "more.toml"), []byte("[record.R]\na=\"int\"\n"))
	files, diags, err := gen.Format(dir)
	if err != nil || diags.HasErrors() || len(files) != 2 {
		t.Fatalf("%d files, not two: %v, %v", len(files), diags, err)
	}
	saved := []byte("[record.R]\na=\"int\"\nb=\"int\"\n")
	writeFile(t, filepath.Join(dir, "more.toml"), saved)
	if err := gen.Replace(files); err == nil || !strings.Contains(err.Error(), "more.toml was changed while flowc ran") {
		t.Errorf("Replace: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("%v are left (%v)", entries, err)
	}
	for name, want := range map[string][]byte{gen.SpecName: files[0].Before, "more.toml": saved} {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != string(want) {
			t.Errorf("%s is now %q (%v)", name, got, err)
		}
	}
}
