package disk_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/internal/disk"
)

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	lock, err := disk.TakeLock(path, "plant")
	if err != nil {
		t.Fatal(err)
	}
	_, err = disk.TakeLock(path, "plant")
	if held := (*disk.HeldError)(nil); !errors.As(err, &held) || !held.Own() || held.Service != "plant" {
		t.Errorf("the second lock: %v", err)
	}
	if err := os.WriteFile(path, []byte("123456 farm\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err = disk.TakeLock(path, "plant"); err == nil || !strings.Contains(err.Error(), `process 123456 (service "farm") holds the file`) {
		t.Errorf("a lock of another process: %v", err)
	}
	if err := disk.ReleaseLock(lock); err != nil {
		t.Fatal(err)
	}
	if lock, err = disk.TakeLock(path, "plant"); err != nil {
		t.Fatalf("a lock that was given back: %v", err)
	}
	if err := disk.ReleaseLock(lock); err != nil {
		t.Error(err)
	}
}

func TestLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	for _, left := range []bool{false, true} {
		if disk.Left(path) != left {
			t.Errorf("left: %v, want %v", !left, left)
		}
		lock, err := disk.TakeLock(path, "plant")
		if err != nil {
			t.Fatal(err)
		}
		if err := disk.LeaveLock(lock); err != nil {
			t.Error(err)
		}
	}
}

func TestReplace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	for _, content := range []string{"a longer text", "short"} {
		if err := disk.Replace(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("the file holds %q, %v; want %q", got, err, content)
		}
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("the folder holds %v, %v", files, err)
	}
	if err := disk.Replace(filepath.Join(path, "y"), nil); err == nil {
		t.Error("a file in no folder is made")
	}
}
