package jsonfile_test

import (
	"os"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonfile"
)

// TestWiredflow opens files as json.dump of Python writes them: on one line,
// without an end, in ASCII, with null and a space in times.
func TestWiredflow(t *testing.T) { conformance.Wiredflow(t, "json", jsonfile.Open[records.Number]) }

// TestWiredflowUpdate opens what mapping='update' leaves: one object, which is
// no array. The error says what to write.
func TestWiredflowUpdate(t *testing.T) {
	content, err := os.ReadFile("testdata/wiredflow/update.json")
	if err != nil {
		t.Fatal(err)
	}
	path := kind.File(t, string(content))
	o := flow.StoreOptions[records.Number]{Name: "numbers", URL: "json:" + path, Schema: records.SchemaOfNumber()}
	_, err = flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { jsonfile.Open(s, o, o.URL) })
	if err == nil || !strings.Contains(err.Error(), path+":1: ") || !strings.Contains(err.Error(), "write [ before it and ] behind it") {
		t.Errorf("error %v", err)
	}
}
