package csv_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/csv"
	"github.com/flowc-dev/flowc/internal/schemetest"
)

func TestStore(t *testing.T) {
	schemetest.Store(t, "csv", conformance.StoreSuite{
		Samples:  csv.Open[records.Sample],
		Readings: csv.Open[records.Reading],
		Changed:  csv.Open[records.Changed],
		Refused:  csv.Open[records.Refused],
		Wide:     csv.Open[records.Wide],
		URL:      func(t *testing.T) string { return "csv:" + filepath.Join(t.TempDir(), "data", "x.csv") },
		Remove:   func(url string) error { return os.RemoveAll(filepath.Dir(strings.TrimPrefix(url, "csv:"))) },
		Foreign: func(t *testing.T) (string, string) {
			path := filepath.Join(t.TempDir(), "x.csv")
			if err := os.WriteFile(path, []byte(`{"sensor":"a","value":1}`+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			return "csv:" + path, path + ":1: "
		},
	})
}
