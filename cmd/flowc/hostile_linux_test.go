package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/flowc-dev/flowc/internal/hostile"
)

// mostMemory is what a run of flowc may take, whatever a spec holds.
const mostMemory = 512 << 20

// TestHostile generates hostile specs with the command: it refuses them or writes
// Go, within bounds of time and memory.
func TestHostile(t *testing.T) {
	for name, text := range hostile.Specs() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"go.mod": "module example.com/t\n", "flow.toml": text} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			flowc(t, "generate", dir)
			flowc(t, "fmt", "-check", dir)
		})
	}
}

// flowc runs the command within the bounds.
func flowc(t *testing.T, args ...string) {
	t.Helper()
	var out bytes.Buffer
	c := exec.Command("flowc", args...)
	c.Env = append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir())
	c.Stdout, c.Stderr = &out, &out
	_ = c.Run()
	state := c.ProcessState
	if state == nil || state.ExitCode() < 0 || state.ExitCode() > 1 || bytes.Contains(out.Bytes(), []byte("goroutine ")) {
		t.Fatalf("%s: %v: %.2000s", args[0], state, &out)
	}
	if took := state.UserTime() + state.SystemTime(); took > hostile.MostTime() {
		t.Errorf("%s took %v of processor time", args[0], took)
	}
	if size := state.SysUsage().(*syscall.Rusage).Maxrss << 10; size > mostMemory {
		t.Errorf("%s took %d MiB", args[0], size>>20)
	}
}
