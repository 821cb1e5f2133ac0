package setting

import (
	"path"
	"strings"
)

// RouteProblem is what is wrong with the path of the requests that a listener
// takes.
type RouteProblem int

// The problems of paths of requests.
const (
	RouteFine    RouteProblem = iota
	RouteStart                // it does not start with a slash
	RouteQuery                // it holds ? or #
	RouteSpace                // it holds a space
	RouteSegment              // a segment is empty, "." or ".."
)

// Route judges the path of the requests that a listener takes.
func Route(text string) RouteProblem {
	trimmed := strings.TrimSuffix(text, "/")
	switch {
	case !strings.HasPrefix(text, "/"):
		return RouteStart
	case strings.ContainsAny(text, "?#"):
		return RouteQuery
	case strings.Contains(text, " "):
		return RouteSpace
	case strings.Contains(text, "//"), trimmed != "" && path.Clean(trimmed) != trimmed:
		return RouteSegment
	}
	return RouteFine
}
