package gen_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"golang.org/x/tools/txtar"

	"github.com/flowc-dev/flowc/gen"
)

// TestTwins holds what is generated from a spec against what is generated from
// the same after one edit. The difference is recorded in the case: an edit
// changes only the lines it must.
func TestTwins(t *testing.T) {
	for _, c := range casesIn(t, "twins") {
		t.Run(c.name, func(t *testing.T) {
			got := difference(t, c, c.file(gen.SpecName), c.file("after.toml"))
			if want := c.file("want.diff"); got == want {
				return
			} else if !*update {
				t.Fatalf("%s: the difference is another one (-update records it):\n%s", c.path, diff.Diff("want", []byte(want), "got", []byte(got)))
			}
			files := slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "want.diff" })
			c.archive.Files = append(files, txtar.File{Name: "want.diff", Data: []byte(got)})
			if err := os.WriteFile(c.path, txtar.Format(c.archive), 0o666); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// difference is what an edit of a spec changes in what is generated; that in
// flow.sum is left out, which has the hashes of all that differs.
func difference(t *testing.T, c goldenCase, before, after string) string {
	t.Helper()
	root := t.TempDir()
	layModule(t, root)
	dir := filepath.Join(root, c.name)
	old, fresh := generateSpec(t, dir, c, before), generateSpec(t, dir, c, after)
	all := maps.Clone(old)
	maps.Copy(all, fresh)
	var b bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if path != gen.SumName {
			b.Write(diff.Diff(path, old[path], path, fresh[path]))
		}
	}
	return b.String()
}

// TestNewTablesAddLines gives each golden case tables more, with long names:
// lines are added, and none is changed.
func TestNewTablesAddLines(t *testing.T) {
	const tables = `
[record.AFurtherRecordWithALongName]
id = "string"
[store.a_further_store_with_a_long_name]
record = "AFurtherRecordWithALongName"
url    = "jsonl:data/further.jsonl"
[stage.a_further_stage_with_a_long_name]
out     = "[]AFurtherRecordWithALongName"
timeout = "3s"
[pipeline.a_further_one]
every  = "1h"
stages = ["a_further_stage_with_a_long_name", "store.a_further_store_with_a_long_name"]
`
	for _, c := range goldenCases(t) {
		before := c.file(gen.SpecName)
		after := strings.Replace(before, `pipelines = ["`, `pipelines = ["a_further_one", "`, 1) + tables
		for line := range strings.Lines(difference(t, c, before, after)) {
			if strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "---") {
				t.Errorf("%s: a line goes: %s", c.path, line)
			}
		}
	}
}
