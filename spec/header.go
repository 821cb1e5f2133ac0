package spec

import (
	"slices"
	"strings"
	"unicode"

	"github.com/flowc-dev/flowc/internal/setting"
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

// CheckToken refuses a token that is empty: whoever names one expects that it is
// asked for.
func CheckToken(v *Value, report Report) {
	if token, known := DefaultOf(v.Text); known && token == "" {
		report(ErrBadForm(v.Span, "the token is empty", "write \"${NAME}\", or drop it"))
	}
}

// derivedHeaders follow from the message itself.
var derivedHeaders = []string{"content-length", "transfer-encoding", "connection", "trailer", "upgrade", "te"}

func headerProblem(e *Entry) (problem, help string) {
	token := func(r rune) bool {
		return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	}
	value, _ := DefaultOf(e.Value.Text)
	switch {
	case e.Key == "" || strings.IndexFunc(e.Key, func(r rune) bool { return !token(r) }) >= 0:
		return quoted(e.Key) + " is no name of a header", "names are letters, digits and -, such as X-Key = \"value\""
	case slices.Contains(derivedHeaders, strings.ToLower(e.Key)):
		return e.Key + " cannot be set: it follows from the request", "drop it"
	case !setting.FitsHeader(value):
		return "a header cannot hold a line break or another control character", "write it on one line, as Name = \"value\""
	}
	return "", ""
}
