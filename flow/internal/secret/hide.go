package secret

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// hider hides values in texts, however they are written there.
type hider struct {
	sought  []sought      // longest first
	startOf [256][]sought // those that may stand where a text has this byte
}

// sought is what is looked for: a value, or what all texts have in common that
// hold the value in base64.
type sought struct {
	text   string
	base64 bool
}

// shortSecret is the length below which a value is hidden only where it stands
// as a word: "fail" is no part of "failed".
const shortSecret = 8

// cut stands where a text was shortened for people.
const cut = "…"

// newHider returns a hider of values. Of two that start at one place the longer
// one is hidden.
func newHider(values []string) *hider {
	h := &hider{}
	for _, v := range values {
		h.seek(v)
		if plain, err := url.PathUnescape(v); err == nil && plain != v {
			h.seek(plain)
		}
	}
	slices.SortStableFunc(h.sought, func(a, b sought) int { return len(b.text) - len(a.text) })
	for b := range h.startOf {
		escape := isEscapeStart(byte(b))
		for _, v := range h.sought {
			if v.text[0] == byte(b) || escape && !isWordByte(v.text[0]) {
				h.startOf[b] = append(h.startOf[b], v)
			}
		}
	}
	return h
}

func (h *hider) seek(value string) {
	if len(value) < shortestSecret {
		return
	}
	h.sought = append(h.sought, sought{text: value})
	var all []string
	for _, written := range []string{value, insideJSON(value, true), insideJSON(value, false), url.QueryEscape(value), url.PathEscape(value)} {
		all = append(all, inBase64(written)...)
	}
	slices.Sort(all)
	for _, in := range slices.Compact(all) {
		h.sought = append(h.sought, sought{in, true})
	}
}

// insideJSON returns a text as it stands between the quotes of a JSON string.
func insideJSON(text string, escapeHTML bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	_ = e.Encode(text) // a string can always be written
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// inBase64 returns what stands in all texts in base64 that hold a value, in
// either alphabet: it depends on how many bytes stand before the value, by
// threes.
func inBase64(value string) []string {
	var list []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			text := encoding.EncodeToString([]byte("xxx"[:before] + value))
			start, end := (8*before+5)/6, 8*(before+len(value))/6 // characters that hold bits of the value only
			list = append(list, text[start:end])
		}
	}
	return list
}

// hide returns a text without the values.
func (h *hider) hide(text string) string {
	s := search{text: text}
	var out strings.Builder
	copied := 0
	for at := 0; at < len(text); {
		start, end := h.valueAt(&s, at)
		if end < 0 {
			at++
			continue
		}
		out.WriteString(text[copied:max(start, copied)] + hidden)
		at, copied = end, end
	}
	if copied == 0 {
		return text
	}
	return out.String() + text[copied:]
}

// valueAt returns from where to where to hide a value that starts at a place of
// a text; end is -1 where none does.
func (h *hider) valueAt(s *search, at int) (start, end int) {
	for _, v := range h.startOf[s.text[at]] {
		end := s.value(at, v.text, 0)
		switch {
		case end < 0:
		case s.tired():
			return at, len(s.text)
		case v.base64:
			return s.wholeBase64(at, end)
		case len(v.text) >= shortSecret || isWord(s.text, at, end):
			return at, end
		}
	}
	return at, -1
}

// wholeBase64 widens a part of base64 to all of it: at the ends are bits of the
// value too.
func (s *search) wholeBase64(start, end int) (int, int) {
	for start > 0 && isBase64Byte(s.text[start-1]) {
		start--
	}
	for end < len(s.text) && isBase64Byte(s.text[end]) {
		end++
	}
	return start, end
}

func isBase64Byte(c byte) bool { return isWordByte(c) || strings.IndexByte("+/-=", c) >= 0 }

// isWord reports whether a part of a text is no part of a longer word.
func isWord(text string, start, end int) bool {
	joins := func(i int) bool { return i > 0 && i < len(text) && isWordByte(text[i-1]) && isWordByte(text[i]) }
	return !joins(start) && !joins(end)
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// value returns where the rest of a value ends that goes on at a place; -1: it
// does not. done is how much of the value stands before. It may be cut off.
func (s *search) value(at int, rest string, done int) int {
	for rest != "" && at < len(s.text) && rest[0] == s.text[at] && isWordByte(rest[0]) { // which there is one way to read
		at, rest, done = at+1, rest[1:], done+1
	}
	if rest == "" {
		return at
	}
	if done >= shortestSecret {
		if end := cutAt(s.text, at); end >= 0 {
			return end
		}
	}
	if strings.HasPrefix(s.text[at:], " ") { // a text for people has one space for many
		if trimmed := strings.TrimLeft(rest, " \t\r\n"); trimmed != rest {
			if end := s.value(at+1, trimmed, done+len(rest)-len(trimmed)); end >= 0 {
				return end
			}
		}
	}
	if at == len(s.text) || s.text[at] != rest[0] && (isWordByte(rest[0]) || !isEscapeStart(s.text[at])) {
		return -1
	}
	return s.read(at, nested, func(read string, next int) int {
		if !strings.HasPrefix(rest, read) {
			return -1
		}
		return s.value(next, rest[len(read):], done+len(read))
	})
}

// longestEscape is the length of an escape that a cut may have parted.
const longestEscape = 16

// cutAt returns where a text was cut off: at this place, or within an escape
// that starts here; -1: it was not.
func cutAt(text string, at int) int {
	if strings.HasPrefix(text[at:], cut) {
		return at
	}
	if at == len(text) || !isEscapeStart(text[at]) {
		return -1
	}
	start := text[at:min(len(text), at+longestEscape)]
	end := strings.Index(start, cut)
	if end < 0 || strings.ContainsAny(start[:end], " \t\n") {
		return -1
	}
	return at + end
}
