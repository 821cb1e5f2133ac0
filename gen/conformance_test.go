package gen_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/flowc-dev/flowc/gen"
)

// TestConformanceRecords keeps the records that the suites of the runtime store
// and send what flowc generates: they prove generated codecs, not hand-made
// ones.
func TestConformanceRecords(t *testing.T) {
	const file = "../flow/conformance/records/records.go"
	s, diags := gen.Load("../flow/conformance/records")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	files, err := gen.Generate(s.Graph, s.Import, gen.Functions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Path != "records/records.go" {
			continue
		}
		if *update {
			writeFile(t, file, f.Content)
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := diff.Diff(file, have, "generated", f.Content); d != nil {
			t.Errorf("%s\n(go test ./gen -update writes it)", d)
		}
	}
}
