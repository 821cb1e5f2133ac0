package testdir

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// dependOnRuntime looks at each file of the runtime, so that the go command,
// which notes what a test looks at, makes the test again when one of them has
// changed: what other processes of the test read and build it does not see.
func dependOnRuntime(t testing.TB) {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if root == filepath.Dir(root) {
			t.Fatal("the test does not run in a module")
		}
		root = filepath.Dir(root)
	}
	for _, dir := range []string{"flow", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
