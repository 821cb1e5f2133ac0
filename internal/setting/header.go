package setting

import "strings"

// FitsHeader reports whether a text can be the value of a header: it holds no
// line break and no other control character.
func FitsHeader(value string) bool {
	control := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	return strings.IndexFunc(value, control) < 0
}
