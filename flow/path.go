package flow

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/flowc-dev/flowc/internal/setting"
)

// FilePath returns the path in a URL that names a file on this host, such as
// "sqlite:data/http.db". A relative path starts at the working directory and
// does not leave it; an absolute one is taken as it is.
func FilePath(url string) (string, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	forms := "write " + scheme + ":data/NAME or " + scheme + ":/absolute/path"
	path, problem := setting.FilePath(rest)
	switch problem {
	case setting.PathFine:
		return path, nil
	case setting.PathEmpty:
		return "", errors.New("url: the path is missing; " + forms)
	case setting.PathHost:
		return "", errors.New("url: a file has no host; " + forms + ", without //")
	case setting.PathColon:
		return "", errors.New("url: a path does not begin with a colon; " + forms)
	case setting.PathOptions:
		return "", errors.New("url: a file takes no options; leave out what follows the ?")
	}
	return "", fmt.Errorf("url: %w", pathError(problem))
}

// Path resolves a setting that is the path of a file. A relative one starts at
// the working directory and does not leave it; an absolute one is taken as it
// is.
func (s *Setup) Path(place, option, raw string) string {
	noted := len(s.process.errs)
	path := s.String(place, option, raw)
	if len(s.process.errs) > noted {
		return ""
	}
	path, err := localPath(path)
	if err != nil {
		s.Errorf(place, "%s: %w", option, err)
	}
	return path
}

var errOutside = errors.New("a relative path does not leave the working directory; write an absolute one instead")

// localPath judges the path of a file.
func localPath(text string) (string, error) {
	path, problem := setting.Path(text)
	return path, pathError(problem)
}

// pathError says what is wrong with a path; nil where nothing is.
func pathError(problem setting.PathProblem) error {
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

// readLocal reads a file that a setting names.
func readLocal(path string) ([]byte, error) {
	path, err := localPath(path)
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
