package spec

import (
	"regexp"
	"strings"
)

// Patterns of what a spec holds, for what checks it without flowc: editors.

// NamePattern is the pattern of a name of something, without its anchors: of a
// record, of a host, of anything else that has a table.
func NamePattern(of string) string {
	switch of {
	case "record":
		return bare(recordPattern)
	case "host":
		return bare(hostPattern)
	}
	return bare(namePattern)
}

// bare returns a pattern without the marks that make it one of a whole text.
func bare(p *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.String(), "^"), "$")
}
