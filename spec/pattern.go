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

// Pattern is the pattern of a text of a type that has a form, without its anchors;
// empty: a string of any form.
func (t OptionType) Pattern() string {
	switch t {
	case Duration:
		return `\+?(0|([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+`
	case Size:
		return bare(sizePattern)
	case Rate:
		return bare(ratePattern)
	}
	return ""
}

// bare returns a pattern without the marks that make it one of a whole text.
func bare(p *regexp.Regexp) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.String(), "^"), "$")
}
