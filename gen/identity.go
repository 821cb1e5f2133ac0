package gen

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
)

// identity tells this flowc from others: what it was built of, and the file that
// it runs from, since a developer builds many of the same.
func identity() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(program)
	if err != nil {
		return "", err
	}
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "", errors.New("nothing tells what flowc was built of")
	}
	return hash(fmt.Appendf(nil, "%s\n%s %d %d", build, program, info.Size(), info.ModTime().UnixNano())), nil
}
