package lsp

import (
	"slices"

	"github.com/flowc-dev/flowc/internal/tomlscan"
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
	list := tomlscan.Statements(text)
	for i, s := range list {
		if _, diags := spec.Parse("", text[s.Start:s.End]); diags.HasErrors() {
			blank(text, list[i:], s.Header)
		}
	}
	for range maxMends {
		_, diags := spec.Parse("", text)
		if !diags.HasErrors() {
			return text
		}
		at := diags[0].Span.Start
		i := slices.IndexFunc(list, func(s tomlscan.Statement) bool { return s.Start <= at && at <= s.End })
		if i < 0 {
			break
		}
		blank(text, list[i:], list[i].Header)
	}
	return nil
}

// blank puts spaces in place of the first statement; of a header also in place
// of those below it, which would belong to another table.
func blank(text []byte, list []tomlscan.Statement, table bool) {
	for i, s := range list {
		if i > 0 && (!table || s.Header) {
			return
		}
		for k := s.Start; k < s.End; k++ {
			if text[k] != '\n' {
				text[k] = ' '
			}
		}
	}
}
