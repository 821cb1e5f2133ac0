package filestore_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/driver"
	"github.com/flowc-dev/flowc/flow/jsonl"
)

// swapper is a store whose file can be given another handle.
type swapper interface {
	flow.Store[records.Reading]
	SwapData(*os.File) *os.File
}

var kind = conformance.FileStore{Scheme: "jsonl", Open: jsonl.Open[records.Reading]}

// line is a record as it is written.
const line = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}` + "\n"

// TestFailedSave makes a write fail and leaves something of it behind: the next
// save removes it, and readers never see it.
func TestFailedSave(t *testing.T) {
	path := kind.File(t, line)
	store := kind.Must(t, path, flow.StoreOptions[records.Reading]{Key: []string{"sensor"}}, io.Discard).(swapper)
	unwritable, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	writable := store.SwapData(unwritable)
	if err := store.Save(t.Context(), records.Reading{Sensor: "c"}); err == nil || driver.IsPermanent(err) {
		t.Fatalf("error %v, want one that passes", err)
	}
	store.SwapData(writable).Close()
	if _, err := writable.WriteAt([]byte(line+line[:9]), int64(len(line))); err != nil {
		t.Fatal(err)
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("readers see %v, %v; want one record", list, err)
	}
	if err := store.Save(t.Context(), records.Reading{Sensor: "c"}); err != nil {
		t.Fatal(err)
	}
	if list, err := store.All(t.Context()); err != nil || len(list) != 2 || list[1].Sensor != "c" {
		t.Errorf("%v, %v", list, err)
	}
}

// TestReplaceKeeps replaces a file behind a symbolic link, with permissions of
// its own: both stay.
func TestReplaceKeeps(t *testing.T) {
	path := kind.File(t, line)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.jsonl")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	store := kind.Must(t, link, flow.StoreOptions[records.Reading]{Mode: flow.ReplaceAll}, io.Discard)
	if err := store.Save(t.Context(), records.Reading{Sensor: "c"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions %v, %v; want those of before", info.Mode(), err)
	}
	if content, err := os.ReadFile(path); err != nil || !strings.Contains(string(content), `"c"`) {
		t.Errorf("behind the link lies %s, %v", content, err)
	}
	if target, err := os.Readlink(link); err != nil || target != path {
		t.Errorf("the link is %s, %v", target, err)
	}
}

// TestLinkToNothing makes the file that a symbolic link leads to.
func TestLinkToNothing(t *testing.T) {
	folder := t.TempDir()
	link, target := filepath.Join(folder, "link.jsonl"), filepath.Join("data", "x.jsonl")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	store := kind.Must(t, link, flow.StoreOptions[records.Reading]{Mode: flow.ReplaceAll}, io.Discard)
	if err := store.Save(t.Context(), records.Reading{Sensor: "c"}); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(filepath.Join(folder, target)); err != nil || !strings.Contains(string(content), `"c"`) {
		t.Errorf("behind the link lies %s, %v", content, err)
	}
	if is, err := os.Readlink(link); err != nil || is != target {
		t.Errorf("the link is %s, %v", is, err)
	}
}
