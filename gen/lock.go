package gen

import (
	"os"
	"path/filepath"
)

// Lock waits until no other flowc generates the service at a path, and keeps
// others waiting until unlock is called.
func Lock(at string) (unlock func(), err error) {
	dir := at
	if filepath.Base(at) == SpecName {
		dir = filepath.Dir(at)
	}
	if _, err := os.Stat(dir); err != nil {
		return func() {}, nil // Load says what is wrong
	}
	return lockDir(dir)
}
