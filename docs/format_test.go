package docs_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/spec/format"
	"github.com/flowc-dev/flowc/templates"
)

// TestFormatted wants the examples of the pages to be as flowc fmt writes them.
func TestFormatted(t *testing.T) {
	for _, page := range []string{document, fromWiredflow} {
		for _, b := range blocks(t, page) {
			file, _ := spec.Parse(page, []byte(b.text))
			if !strings.HasPrefix(b.info, "toml") || file == nil {
				continue
			}
			want, err := format.File(file, templates.Specs(templates.Kinds()))
			if err != nil {
				t.Fatal(err)
			}
			if d := diff.Diff(page, []byte(b.text), "formatted", want); d != nil {
				t.Errorf("%s:%d: %s", page, b.line, d)
			}
		}
	}
}
