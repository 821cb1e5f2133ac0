package jsonfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonfile"
	"github.com/flowc-dev/flowc/internal/schemetest"
)

func TestStore(t *testing.T) {
	schemetest.Store(t, "json", conformance.StoreSuite{
		Samples:  jsonfile.Open[records.Sample],
		Readings: jsonfile.Open[records.Reading],
		Changed:  jsonfile.Open[records.Changed],
		Refused:  jsonfile.Open[records.Refused],
		Wide:     jsonfile.Open[records.Wide],
		Rewrites: true,
		URL:      func(t *testing.T) string { return "json:" + filepath.Join(t.TempDir(), "data", "x.json") },
		Remove:   func(url string) error { return os.RemoveAll(filepath.Dir(strings.TrimPrefix(url, "json:"))) },
		Foreign: func(t *testing.T) (string, string) {
			path := filepath.Join(t.TempDir(), "x.json")
			if err := os.WriteFile(path, []byte("{\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			return "json:" + path, path + ":1: "
		},
	})
}
