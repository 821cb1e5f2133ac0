package flow

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// formsOfOne returns the ways in which a text may be written by what it passes
// through: a URL, a quoted text, JSON, HTML, base64, and a line for people.
func formsOfOne(text string) []string {
	quoted := strconv.Quote(text)
	forms := []string{
		text,
		strings.Join(strings.Fields(text), " "),
		quoted[1 : len(quoted)-1],
		html.EscapeString(text),
		base64.RawStdEncoding.EncodeToString([]byte(text)),
		base64.RawURLEncoding.EncodeToString([]byte(text)),
	}
	for _, escapeHTML := range []bool{true, false} {
		forms = append(forms, insideJSON(text, escapeHTML))
	}
	escaped := []string{url.PathEscape(text), url.QueryEscape(text), userPart(text), percentEncoded(text, "-_.!~*'()"), percentEncoded(text, "-_.!~*'();,/?:@&=+$#")}
	for _, form := range escaped {
		forms = append(forms, form, lowerHex(form))
	}
	return forms
}

// insideJSON returns a text as it stands between the quotes of a JSON string.
func insideJSON(text string, escapeHTML bool) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if e.Encode(text) != nil {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// percentEncoded encodes all but letters, digits and the characters of keep, as
// JavaScript does in its two ways.
func percentEncoded(text, keep string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c != '_' && isWordByte(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)+0x100, 16)[1:]))
	}
	return b.String()
}

var escapes = regexp.MustCompile(`%[0-9A-F]{2}`)

// lowerHex writes the escapes of a percent-encoded text with small letters.
func lowerHex(text string) string { return escapes.ReplaceAllStringFunc(text, strings.ToLower) }
