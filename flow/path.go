package flow

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// FilePath returns the path in a URL that names a file on this host, such as
// "sqlite:data/http.db". A relative path starts at the working directory and
// does not leave it; an absolute one is taken as it is.
func FilePath(url string) (string, error) {
	scheme, path, _ := strings.Cut(url, ":")
	switch {
	case path == "":
		return "", errors.New("url: the path is missing; write " + scheme + ":data/NAME or " + scheme + ":/absolute/path")
	case strings.HasPrefix(path, "//"):
		return "", errors.New("url: a file has no host; write " + scheme + ":data/NAME or " + scheme + ":/absolute/path, without //")
	case strings.Contains(path, "?"):
		return "", errors.New("url: a file takes no options; leave out what follows the ?")
	}
	path, err := localPath(path)
	if err != nil {
		return "", fmt.Errorf("url: %w", err)
	}
	return path, nil
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

// localPath judges the path of a file.
func localPath(path string) (string, error) {
	switch {
	case path == "":
		return "", errors.New("the path is missing; write data/NAME or /absolute/path")
	case strings.ContainsRune(path, 0):
		return "", errors.New("a path cannot hold the character NUL")
	case strings.HasSuffix(path, "/"):
		return "", errors.New("this is a folder; add the name of a file")
	}
	local := filepath.FromSlash(path)
	if !filepath.IsAbs(local) && slices.Contains(strings.Split(filepath.ToSlash(local), "/"), "..") {
		return "", errors.New("a relative path does not leave the working directory; write an absolute one instead")
	}
	return filepath.Clean(local), nil
}
