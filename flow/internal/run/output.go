package run

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/mattn/go-isatty"

	"github.com/flowc-dev/flowc/flow/internal/fail"
	"github.com/flowc-dev/flowc/flow/internal/secret"
)

// output is where a program writes: whole texts at a time, without secrets. On
// a terminal it keeps the live status below the lines of the log.
type output struct {
	secrets *secret.Set

	mu     sync.Mutex // of both streams, which may be one
	stdout io.Writer
	stderr io.Writer
	live   string // the status on the terminal
}

// writer is one of the two streams, for others to write to.
type writer struct {
	out    *output
	stream io.Writer
	hide   func(string) string
}

// Write writes p above the live status.
func (w writer) Write(p []byte) (int, error) {
	text := w.hide(string(p))
	w.out.mu.Lock()
	defer w.out.mu.Unlock()
	live := w.out.live
	w.out.redraw("")
	_, err := io.WriteString(w.stream, text)
	w.out.redraw(live)
	return len(p), err
}

func (o *output) out() io.Writer { return writer{o, o.stdout, o.secrets.Hide} }
func (o *output) err() io.Writer { return writer{o, o.stderr, o.secrets.Hide} }

// verbatim returns a stream for texts that hold no secrets but may look like
// it: names and numbers, or what has passed through an output already.
func (o *output) verbatim(stream io.Writer) io.Writer {
	return writer{o, stream, func(text string) string { return text }}
}

// show makes text the live status.
func (o *output) show(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.redraw(text)
}

// redraw replaces the live status. Lines are not wrapped while it is drawn, so
// that their number tells how far up the cursor has to go.
func (o *output) redraw(text string) {
	if o.live != "" {
		fmt.Fprintf(o.stderr, "\x1b[%dA\x1b[J", strings.Count(o.live, "\n"))
	}
	o.live = text
	if text != "" {
		io.WriteString(o.stderr, "\x1b[?7l"+text+"\x1b[?7h")
	}
}

// isTerminal reports whether the status can be redrawn in place.
func (o *output) isTerminal() bool {
	f, ok := o.stderr.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// fail writes errors, each in a line of its own, and none twice.
func (o *output) fail(err error) {
	seen := map[string]bool{}
	var text strings.Builder
	for _, e := range fail.List(err) {
		line := "error: " + strings.ReplaceAll(e.Error(), "\n", "\n  ") + "\n"
		if !seen[line] {
			text.WriteString(line)
		}
		seen[line] = true
	}
	io.WriteString(o.err(), text.String())
}

// newLogger returns the logger of a program.
func newLogger(o *output, format string, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: o.hideAttr}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(o.err(), options))
	}
	return slog.New(slog.NewTextHandler(o.err(), options))
}

// hideAttr hides secrets in the texts of the log before they are quoted, which
// they may be already.
func (o *output) hideAttr(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(o.secrets.Hide(v))
	case error:
		a.Value = slog.StringValue(o.secrets.Hide(v.Error()))
	}
	return a
}

// prefixer writes whole lines, each behind a prefix.
type prefixer struct {
	prefix string
	to     io.Writer
	event  func(string) // gets the events of a child, which are not passed on
	rest   []byte       // the start of a line that has not ended yet
}

// Write passes on the lines that are complete.
func (p *prefixer) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	p.takeEvents()
	end := bytes.LastIndexByte(p.rest, '\n') + 1
	if end == 0 {
		return len(b), nil
	}
	lines := p.rest[:end]
	_, err := io.WriteString(p.to, p.prefixed(lines))
	p.rest = bytes.Clone(p.rest[end:])
	return len(b), err
}

// takeEvents takes events out of what was written. One may stand behind the
// start of a line, which goes on after it.
func (p *prefixer) takeEvents() {
	for {
		start := bytes.Index(p.rest, []byte(eventPrefix))
		if start < 0 {
			return
		}
		line, _, whole := bytes.Cut(p.rest[start+len(eventPrefix):], []byte("\n"))
		if !whole {
			return
		}
		event := string(line)
		p.rest = slices.Delete(p.rest, start, start+len(eventPrefix)+len(event)+1)
		if p.event != nil {
			p.event(event)
		}
	}
}

// flush passes on a last line that was never ended.
func (p *prefixer) flush() {
	if len(p.rest) > 0 {
		io.WriteString(p.to, p.prefixed(append(p.rest, '\n')))
	}
	p.rest = nil
}

func (p *prefixer) prefixed(lines []byte) string {
	text := strings.TrimSuffix(string(lines), "\n")
	return p.prefix + strings.ReplaceAll(text, "\n", "\n"+p.prefix) + "\n"
}
