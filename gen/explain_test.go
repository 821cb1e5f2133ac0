package gen_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/gen"
)

// TestExplanations holds each page against the compiler: it says the code of the
// wrong example and nothing else, and nothing at all of the right one.
func TestExplanations(t *testing.T) {
	codes := gen.ExplainedCodes()
	for _, code := range errorCodes(t) {
		if !slices.Contains(codes, code) {
			t.Errorf("there is no page gen/explain/%s.txtar", code)
		}
	}
	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			x, ok := gen.Explain(code)
			if !ok || x.Title == "" || x.Text == "" || len(x.Wrong) == 0 || len(x.Right) == 0 {
				t.Fatalf("the page lacks a part: %+v", x)
			}
			if says, codes := says(t, x.Right, code); len(codes) > 0 {
				t.Errorf("flowc says of the right example:\n%s", says)
			}
			if says, codes := says(t, x.Wrong, code); !slices.Equal(codes, []string{code}) {
				t.Errorf("flowc says of the wrong example:\n%s", says)
			}
			page, err := x.Render()
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(strings.TrimSuffix(x.Text, "\n")) {
				if utf8.RuneCountInString(line) > 81 {
					t.Errorf("a line of the text is long: %s", line)
				}
			}
			if !strings.HasPrefix(page, code+": "+x.Title+"\n") || !strings.Contains(page, "["+code+"]") {
				t.Errorf("the page is\n%s", page)
			}
		})
	}
}

// says is what flowc says of an example, and the codes in it, each once. That a
// part of the language is not built yet is a page of its own.
func says(t *testing.T, files []txtar.File, page string) (text string, codes []string) {
	t.Helper()
	text, err := gen.Says(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\[(FLOW[0-9]+)\]\n`).FindAllStringSubmatch(text, -1) {
		if m[1] != "FLOW090" || page == m[1] {
			codes = append(codes, m[1])
		}
	}
	slices.Sort(codes)
	return text, slices.Compact(codes)
}
