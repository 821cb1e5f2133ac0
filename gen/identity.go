package gen

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// identity tells this flowc from others: what it was built of, and the file that
// it runs from, since a developer builds many of the same. It is worked out once:
// a flowc that watches may outlive its file.
var identity = sync.OnceValues(func() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(program)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	head := make([]byte, 16<<10) // where the Go linker puts a hash of the whole
	if _, err := io.ReadFull(file, head); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	build, _ := debug.ReadBuildInfo() // which some ways of building leave out
	return hash(fmt.Appendf(head, "%s\n%s %d %d", build, program, info.Size(), info.ModTime().UnixNano())), nil
})
