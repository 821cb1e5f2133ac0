package run

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/flow/internal/secret"
)

// The log hides a secret before it quotes what holds it.
func TestLogsHide(t *testing.T) {
	const value = "hun\"ter\\22\n"
	for _, format := range []string{"text", "json"} {
		var b bytes.Buffer
		var s secret.Set
		s.Add(value)
		o := &output{secrets: &s, stderr: &b}
		log := newLogger(o, format, slog.LevelDebug).With("with", value)
		log.Info("message "+value, "text", value, "error", errors.New(value), "quoted", fmt.Errorf("it said %q", value))
		if text := b.String(); strings.Contains(text, "hun") || strings.Count(text, "***") != 5 {
			t.Errorf("%s: %s", format, text)
		}
	}
}
