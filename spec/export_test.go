package spec

// IsPlain reports whether a text passes without the strict decoder.
func IsPlain(text []byte) bool {
	src := NewSource("flow.toml", text)
	return checkText(src) == nil && plainText(text) && newParser(src).parsePlain()
}

// CheckStrictly asks the strict decoder.
func CheckStrictly(text []byte) Diagnostics { return checkTOML(NewSource("flow.toml", text)) }
