package setting

import (
	"path/filepath"
	"slices"
	"strings"
)

// PathProblem is what is wrong with the path of a file.
type PathProblem int

// The problems of paths, the last three of them of paths in URLs.
const (
	PathFine    PathProblem = iota
	PathEmpty               // nothing
	PathNUL                 // it holds the character NUL
	PathFolder              // it ends with a slash
	PathOutside             // a relative one that leaves the working directory
	PathHost                // it starts with //
	PathColon               // it starts with a colon, as sqlite::memory: does
	PathOptions             // it holds a question mark
)

// Path judges the path of a file and returns it as the system writes it. A
// relative path starts at the working directory and does not leave it; an
// absolute one is taken as it is.
func Path(text string) (string, PathProblem) {
	local := filepath.FromSlash(text)
	absolute := strings.HasPrefix(text, "/") || filepath.IsAbs(local)
	switch {
	case text == "":
		return "", PathEmpty
	case strings.Contains(text, "\x00"):
		return "", PathNUL
	case strings.HasSuffix(text, "/"):
		return "", PathFolder
	case !absolute && slices.Contains(strings.Split(filepath.ToSlash(local), "/"), ".."):
		return "", PathOutside
	}
	return filepath.Clean(local), PathFine
}

// FilePath judges what follows the scheme in a URL that names a file on this
// machine, such as "sqlite:data/http.db", and returns it as Path does.
func FilePath(text string) (string, PathProblem) {
	switch {
	case text == "":
		return "", PathEmpty
	case strings.HasSuffix(text, "/"):
		return "", PathFolder
	case strings.HasPrefix(text, "//"):
		return "", PathHost
	case strings.HasPrefix(text, ":"):
		return "", PathColon
	case strings.Contains(text, "?"):
		return "", PathOptions
	}
	return Path(text)
}
