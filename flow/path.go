package flow

import (
	"errors"
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
	case strings.ContainsRune(path, 0):
		return "", errors.New("url: a path cannot hold the character NUL")
	case strings.HasSuffix(path, "/"):
		return "", errors.New("url: this is a folder; add the name of a file")
	}
	local := filepath.FromSlash(path)
	if !filepath.IsAbs(local) && slices.Contains(strings.Split(filepath.ToSlash(local), "/"), "..") {
		return "", errors.New("url: a relative path does not leave the working directory; write an absolute one instead")
	}
	return filepath.Clean(local), nil
}
