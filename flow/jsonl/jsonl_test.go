package jsonl_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
	"github.com/flowc-dev/flowc/internal/schemetest"
)

func TestStore(t *testing.T) {
	schemetest.Store(t, "jsonl", conformance.StoreSuite{
		Samples:  jsonl.Open[records.Sample],
		Readings: jsonl.Open[records.Reading],
		Changed:  jsonl.Open[records.Changed],
		Refused:  jsonl.Open[records.Refused],
		Wide:     jsonl.Open[records.Wide],
		URL:      func(t *testing.T) string { return "jsonl:" + filepath.Join(t.TempDir(), "data", "x.jsonl") },
		Remove:   func(url string) error { return os.RemoveAll(filepath.Dir(strings.TrimPrefix(url, "jsonl:"))) },
		Foreign: func(t *testing.T) (string, string) {
			path := filepath.Join(t.TempDir(), "x.jsonl")
			if err := os.WriteFile(path, []byte("sensor,value\na,1\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			return "jsonl:" + path, path
		},
	})
}
