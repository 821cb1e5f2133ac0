// Package testdir keeps the folders in which tests build Go at the same paths
// from run to run. The key under which the go command caches a package holds the
// package's folder, so in a folder of [testing.T.TempDir] all would be compiled
// again each time.
package testdir

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Fixed returns an empty folder for the running test. Its path depends on the
// package under test, its checkout and name. It belongs to the test until that
// ends; tests of other processes that ask for it wait. What flowc remembers of
// the folder is forgotten. A test that has such a folder is made again when the
// runtime has changed.
func Fixed(t testing.TB, name string) string {
	t.Helper()
	dependOnRuntime(t)
	parent, err := ofPackage()
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(parent, name+".lock")).Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	dir := filepath.Join(parent, name)
	if err := os.RemoveAll(dir); err != nil { // of a run that was killed
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	newCaches(t)
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// ofPackage makes the folder that holds those of the package under test, in
// which the go command starts its tests.
func ofPackage() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256([]byte(wd))
	dir := filepath.Join(cache, "flowc-tests", fmt.Sprintf("%x", hash[:8]))
	return dir, os.MkdirAll(dir, 0o777)
}

// GoVariables are those that keep the caches of the go command where they are,
// while the cache folder of the user is another.
var GoVariables = []string{"GOCACHE", "GOMODCACHE", "GOENV"}

// newCaches gives the test and its processes an empty cache folder of the user.
// That of the go command stays.
func newCaches(t testing.TB) {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, GoVariables...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		t.Setenv(GoVariables[i], value)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // of the cache elsewhere than on Linux
}
