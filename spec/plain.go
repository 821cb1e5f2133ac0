package spec

import (
	"bytes"
	"strings"
)

// A plain text is what almost everybody writes: the parser that gives the places
// takes it just where the strict decoder does, which a fuzz target holds. Special
// are lists of tables, dotted keys and tables below those in braces, which may
// clash; escapes and texts over several lines; and all values that may be none,
// as the 30th of February.

// plainText reports whether a text has no special signs.
func plainText(text []byte) bool {
	for i, c := range text {
		switch {
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case c == '\\', c == 0x7f, c < ' ' && c != '\n' && c != '\t':
			return false
		}
	}
	return !bytes.Contains(text, []byte(`"""`)) && !bytes.Contains(text, []byte(`'''`))
}

// plainScalar reports whether a value is plain, as far as it is no list or table:
// a text, true or false, or a whole number that fits into 64 bits.
func plainScalar(v *Value) bool {
	switch v.Kind {
	case IntegerValue:
		digits := strings.Trim(v.Text, "0123456789") == ""
		return digits && len(v.Text) <= 18 && (v.Text == "0" || v.Text[0] != '0')
	case FloatValue, TimeValue:
		return false
	}
	return true
}
