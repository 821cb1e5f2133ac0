package run

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/internal/await"
)

// TestProcessesDieWithTheirParent kills the parent of a process whose run is in
// flight: a service that starts again must not find it.
func TestProcessesDieWithTheirParent(t *testing.T) {
	c := exec.Command(os.Args[0], "-processes", "-quiet", "-log-level", "error", "-grace", "1h", "plant")
	c.Env = append(os.Environ(), asProgram+"=1", "PLANT=ask", "ASK_AFTER=1h")
	stdout, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	var pid int
	if _, wrong := fmt.Sscanf(line, "[plant] asking, process %d", &pid); wrong != nil {
		t.Fatalf("it says %q, %v", line, err)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	await.That(t, "the end of the child", func() bool { return !alive(pid) })
}

// alive reports whether a process runs: one that has ended may still be there
// where nobody asks for its status.
func alive(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	return err == nil && !strings.Contains(string(status), "\nState:\tZ")
}
