package filestore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/conformance/records"
	"github.com/flowc-dev/flowc/flow/jsonl"
)

// swapper is a store whose file can be given another handle.
type swapper interface {
	flow.Store[records.Reading]
	SwapData(*os.File) *os.File
}

// open opens a store of JSON lines until the end of the test.
func open(t *testing.T, o flow.StoreOptions[records.Reading]) swapper {
	t.Helper()
	o.Name, o.Schema = "readings", records.SchemaOfReading()
	var store flow.Store[records.Reading]
	stop, err := flow.Open(t.Context(), flow.Env{}, func(s *flow.Setup) { store = jsonl.Open(s, o, o.URL) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return store.(swapper)
}

// line is a record as it is written.
const line = `{"sensor":"a","at":"2026-01-01T00:00:00Z","value":1,"revision":0}` + "\n"

// file makes a file with this content.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFailedSave makes a write fail and leaves something of it behind: the next
// save removes it, and readers never see it.
func TestFailedSave(t *testing.T) {
	path := file(t, line)
	store := open(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + path, Key: []string{"sensor"}})
	unwritable, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	writable := store.SwapData(unwritable)
	if err := store.Save(t.Context(), records.Reading{Sensor: "c"}); err == nil || flow.IsPermanent(err) {
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
	path := file(t, line)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.jsonl")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	store := open(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + link, Mode: flow.ReplaceAll})
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
	store := open(t, flow.StoreOptions[records.Reading]{URL: "jsonl:" + link, Mode: flow.ReplaceAll})
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
