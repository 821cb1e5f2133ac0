package lsp

import (
	"slices"

	"github.com/flowc-dev/flowc/spec"
)

// maxMends is how many statements are blanked that are TOML by themselves and
// not where they stand, as a key that stands twice.
const maxMends = 20

// maxMended is the length of a text that is mended: it is read statement by
// statement.
const maxMended = 256 << 10

// mend returns a text that is TOML: the text itself, or one in which the
// statements are blanked that are broken, with all else in its place. Of a text
// that cannot be mended nothing is left.
func mend(text []byte) []byte {
	if _, diags := spec.Parse("", text); !diags.HasErrors() {
		return text
	}
	if len(text) > maxMended {
		return nil
	}
	text = slices.Clone(text)
	list := statements(text)
	for i, s := range list {
		if _, diags := spec.Parse("", text[s.start:s.end]); diags.HasErrors() {
			blank(text, list[i:], s.header)
		}
	}
	for range maxMends {
		_, diags := spec.Parse("", text)
		if !diags.HasErrors() {
			return text
		}
		at := diags[0].Span.Start
		i := slices.IndexFunc(list, func(s statement) bool { return s.start <= at && at <= s.end })
		if i < 0 {
			break
		}
		blank(text, list[i:], list[i].header)
	}
	return nil
}

// blank puts spaces in place of the first statement; of a header also in place
// of those below it, which would belong to another table.
func blank(text []byte, list []statement, table bool) {
	for i, s := range list {
		if i > 0 && (!table || s.header) {
			return
		}
		for k := s.start; k < s.end; k++ {
			if text[k] != '\n' {
				text[k] = ' '
			}
		}
	}
}
