package spec

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/flowc-dev/flowc/internal/tomlscan"
)

// maxSearched is the length of a text of which all that is broken is told: it is
// read statement by statement.
const maxSearched = 256 << 10

// checkTOML asks the strict decoder, which stops at the first thing that is not
// TOML; what is broken behind that is told too.
func checkTOML(src *Source) Diagnostics {
	first, ok := judge(src, Span{src, 0, len(src.Text)})
	switch {
	case ok:
		return nil
	case first.Code == twiceCode || len(src.Text) > maxSearched:
		return Diagnostics{first}
	}
	return append(Diagnostics{first}, brokenBehind(src, first.Span.End)...)
}

// brokenBehind judges the statements that begin behind an offset, each by itself.
// Of some that stand one below the other the first counts: where a string or a
// list is not closed, what follows is broken in consequence.
func brokenBehind(src *Source, offset int) Diagnostics {
	var diags Diagnostics
	sound := false
	for _, s := range tomlscan.Statements(src.Text) {
		if s.Start < offset {
			continue
		}
		d, ok := judge(src, Span{src, s.Start, s.End})
		if !ok && sound && !conflictMark.Match(src.Text[s.Start:s.End]) {
			diags = append(diags, d)
		}
		sound = ok
	}
	return diags
}

// conflictMark is a line of a merge that ended in conflicts, behind the first one
// of each, which is told.
var conflictMark = regexp.MustCompile(`^(=======$|>>>>>>> )`)

// judge asks the strict decoder whether a part of a text is TOML.
func judge(src *Source, part Span) (problem Diagnostic, ok bool) {
	text := src.Text[part.Start:part.End]
	if trimmed := bytes.TrimPrefix(text, []byte(byteOrderMark)); part.Start == 0 {
		part.Start += len(text) - len(trimmed)
		text = trimmed
	}
	var sink map[string]any
	_, err := toml.Decode(string(text), &sink)
	var bad toml.ParseError
	switch {
	case err == nil:
		return Diagnostic{}, true
	case errors.As(err, &bad):
		return errDecoder(part, bad), false
	}
	return errTOML(Span{src, part.Start, part.Start}, err.Error()), false
}

// errDecoder says what the strict decoder found in a part of a text.
func errDecoder(part Span, bad toml.ParseError) Diagnostic {
	start := part.Start + max(0, bad.Position.Start) // the decoder may point before the text
	start = min(start, part.End)
	at := Span{part.Source, start, min(part.End, start+max(1, bad.Position.Len))}
	if m := definedPattern.FindStringSubmatch(bad.Message); m != nil {
		return errTwice(at, firstPlace(part.Source, m[1], start), m[1])
	}
	return errTOML(at, bad.Message)
}

// definedPattern is what the decoder says of a key that stands twice.
var definedPattern = regexp.MustCompile(`^Key '(.*)' (?:has already been defined|was already created as a hash|was already created and cannot be used as an array)\.?$`)

// firstPlace finds where a dotted key stands before an offset; no place where
// its parts hold dots themselves.
func firstPlace(src *Source, key string, before int) Span {
	p := newParser(src)
	p.parse()
	at, span := p.file.Root, Span{}
	for _, part := range strings.Split(key, ".") {
		e := at.Get(part)
		if e == nil || e.KeySpan.Start >= before {
			return Span{}
		}
		at, span = e.Value, e.KeySpan
	}
	return span
}
