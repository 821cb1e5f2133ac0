package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/sqlite"
	"github.com/flowc-dev/flowc/internal/schemetest"
)

func TestStore(t *testing.T) {
	schemetest.Store(t, "sqlite", conformance.StoreSuite{
		Samples:  sqlite.Open[records.Sample],
		Readings: sqlite.Open[records.Reading],
		Changed:  sqlite.Open[records.Changed],
		Refused:  sqlite.Open[records.Refused],
		Wide:     sqlite.Open[records.Wide],
		URL:      func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "data", "x.db") },
		Remove:   func(url string) error { return os.RemoveAll(filepath.Dir(strings.TrimPrefix(url, "sqlite:"))) },
		Foreign: func(t *testing.T) (string, string) {
			path := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(path, []byte("sensor,value\na,1\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			return "sqlite:" + path, path
		},
	})
}
