package spec

import (
	"slices"
	"strings"
	"unicode"
)

// CheckHeaders judges headers: their names, each of which stands once, and that
// each value is one line.
func CheckHeaders(headers []*Entry, report Report) {
	first := map[string]*Entry{}
	for _, e := range headers {
		if problem, help := headerProblem(e); problem != "" {
			report(errBadHeader(e.KeySpan, problem, help))
			continue
		}
		name := strings.ToLower(e.Key)
		if old := first[name]; old != nil {
			report(errHeaderTwice(e.KeySpan, old.KeySpan, e.Key))
			continue
		}
		first[name] = e
	}
}

// derivedHeaders follow from the message itself.
var derivedHeaders = []string{"content-length", "transfer-encoding", "connection", "trailer", "upgrade", "te"}

func headerProblem(e *Entry) (problem, help string) {
	token := func(r rune) bool {
		return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	}
	control := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	value, _ := DefaultOf(e.Value.Text)
	switch {
	case e.Key == "" || strings.IndexFunc(e.Key, func(r rune) bool { return !token(r) }) >= 0:
		return quoted(e.Key) + " is no name of a header", "names are letters, digits and -, such as X-Key = \"value\""
	case slices.Contains(derivedHeaders, strings.ToLower(e.Key)):
		return e.Key + " cannot be set: it follows from the request", "drop it"
	case strings.IndexFunc(value, control) >= 0:
		return "a header cannot hold a line break or another control character", "write it on one line, as Name = \"value\""
	}
	return "", ""
}
