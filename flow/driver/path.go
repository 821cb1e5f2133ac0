package driver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/internal/run"
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
	return "", fmt.Errorf("url: %w", run.PathError(problem))
}

// Path resolves a setting that is the path of a file. A relative one starts at
// the working directory and does not leave it; an absolute one is taken as it
// is.
func Path(s *flow.Setup, place, option, raw string) string {
	text, ok := s.Core().Resolve(place, option, setting.Parse(raw))
	if !ok {
		return ""
	}
	path, err := run.LocalPath(text)
	if err != nil {
		s.Errorf(place, "%s: %w", option, err)
	}
	return path
}
