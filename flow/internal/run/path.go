package run

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/flowc-dev/flowc/internal/setting"
)

var errOutside = errors.New("a relative path does not leave the working directory; write an absolute one instead")

// LocalPath judges the path of a file.
func LocalPath(text string) (string, error) {
	path, problem := setting.Path(text)
	return path, PathError(problem)
}

// PathError says what is wrong with a path; nil where nothing is.
func PathError(problem setting.PathProblem) error {
	switch problem {
	case setting.PathFine:
		return nil
	case setting.PathEmpty:
		return errors.New("the path is missing; write data/NAME or /absolute/path")
	case setting.PathNUL:
		return errors.New("a path cannot hold the character NUL")
	case setting.PathFolder:
		return errors.New("this is a folder; add the name of a file")
	}
	return errOutside
}

// maxFile is the size of a file that a setting names, in bytes. What is longer
// is another file than was meant.
const maxFile = 1 << 20

// ReadLocal reads a file that a setting names.
func ReadLocal(path string) ([]byte, error) {
	path, err := LocalPath(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(content) > maxFile {
		return nil, fmt.Errorf("%s holds more than 1MiB", path)
	}
	return content, err
}
