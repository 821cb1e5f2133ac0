package spec_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/spec"
)

// TestColors renders a diagnostic with colors: they say nothing that the plain
// text does not, and each line ends without one.
func TestColors(t *testing.T) {
	text := "flowc = 1\nservice = \"t\"\n[record.A]\n[record.A]\nx = \"nit\"\n"
	_, diags := spec.Parse("flow.toml", []byte(text))
	var plain, colored strings.Builder
	if err := diags.Render(&plain, false); err != nil {
		t.Fatal(err)
	}
	if err := diags.Render(&colored, true); err != nil {
		t.Fatal(err)
	}
	sgr := regexp.MustCompile("\x1b\\[[0-9;]*m")
	if got := sgr.ReplaceAllString(colored.String(), ""); got != plain.String() || len(diags) == 0 {
		t.Errorf("without its colors:\n%s\nplain:\n%s", got, plain.String())
	}
	if !strings.Contains(colored.String(), "\x1b[1;31merror\x1b[0m: \x1b[1m") {
		t.Errorf("no colors: %q", colored.String())
	}
	for line := range strings.Lines(colored.String()) {
		if on := strings.Count(line, "\x1b["); on != 2*strings.Count(line, "\x1b[0m") {
			t.Errorf("a color goes on behind its line: %q", line)
		}
	}
}
