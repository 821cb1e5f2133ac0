package run

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestForEndsInTime runs programs whose stages block and sleep, each in a
// process of its own: they end when -for and -grace say. (With wiredflow a limit
// of 20 s took 62 s.)
func TestForEndsInTime(t *testing.T) {
	for do, want := range map[string]struct {
		code int
		says string
	}{
		"sleep": {exitOK, "run cut off"},
		"block": {exitFailed, "does not end after the grace period"},
		"wait":  {exitOK, ""},
	} {
		t.Run(do, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			c := exec.Command(os.Args[0], "-for", "200ms", "-grace", "200ms", "plant")
			c.Env = append(os.Environ(), asProgram+"=1", "PLANT="+do)
			out, _ := c.CombinedOutput()
			// -for, -grace, abandonAfter and, for a busy machine, as much as it takes.
			if d := time.Since(start); d < 200*time.Millisecond || d > time.Minute {
				t.Errorf("took %v", d)
			}
			if code := c.ProcessState.ExitCode(); code != want.code || !strings.Contains(string(out), want.says) {
				t.Errorf("exit status %d, want %d and %q\n%s", code, want.code, want.says, out)
			}
		})
	}
}
