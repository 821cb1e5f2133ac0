package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/sourcegraph/jsonrpc2"
	"golang.org/x/tools/txtar"
)

// cursor marks a place in a text of a test.
const cursor = "‸"

// editor is the other side of a session: it speaks to a server over pipes.
type editor struct {
	*testing.T
	dir    string
	conn   *jsonrpc2.Conn
	done   chan error    // what the session ended with
	ended  chan struct{} // closed when it has
	shown  chan publishParams
	called chan string
}

// newEditor starts a session in a folder that holds the files of an archive.
func newEditor(t *testing.T, archive string) *editor {
	t.Helper()
	e := &editor{T: t, dir: t.TempDir(), done: make(chan error, 1), ended: make(chan struct{}), shown: make(chan publishParams, 1000), called: make(chan string, 10)}
	for _, f := range append(txtar.Parse([]byte(archive)).Files, txtar.File{Name: "go.mod", Data: []byte("module example.com/t\n")}) {
		e.write(f.Name, string(f.Data))
	}
	fromServer, toEditor := io.Pipe()
	fromEditor, toServer := io.Pipe()
	go func() {
		defer close(e.ended)
		e.done <- Serve(context.Background(), fromEditor, toEditor, Options{Version: "test", Quiet: time.Millisecond, Log: t.Output()})
	}()
	e.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(ends{fromServer, toServer}, jsonrpc2.VSCodeObjectCodec{}), e)
	t.Cleanup(func() {
		_ = e.conn.Close()
		<-e.ended
	})
	return e
}

// newSession starts a session and says initialize.
func newSession(t *testing.T, archive string) *editor {
	t.Helper()
	e := newEditor(t, archive)
	e.call("initialize", map[string]any{"capabilities": map[string]any{}}, &initializeResult{})
	e.notify("initialized", struct{}{})
	return e
}

// ends are those of the pipes that an editor holds.
type ends struct {
	*io.PipeReader
	*io.PipeWriter
}

func (e ends) Close() error { return errors.Join(e.PipeReader.Close(), e.PipeWriter.Close()) }

// Handle takes what the server sends.
func (e *editor) Handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) {
	if r.Method == "textDocument/publishDiagnostics" {
		var p publishParams
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			panic(err)
		}
		e.shown <- p
		return
	}
	e.called <- r.Method
	go func() { _ = conn.Reply(ctx, r.ID, nil) }() // the server may be writing, too
}

func (e *editor) call(method string, params, result any) {
	e.Helper()
	if err := e.conn.Call(e.Context(), method, params, result); err != nil {
		e.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) notify(method string, params any) {
	e.Helper()
	if err := e.conn.Notify(e.Context(), method, params); err != nil {
		e.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) write(name, text string) {
	e.Helper()
	path := filepath.Join(e.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		e.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		e.Fatal(err)
	}
}

func (e *editor) uri(name string) string {
	return documents{}.uri(filepath.Join(e.dir, filepath.FromSlash(name)))
}

// open opens a file with a text, and returns the position of its cursor.
func (e *editor) open(name, text string) Position {
	e.Helper()
	before, after, _ := strings.Cut(text, cursor)
	e.notify("textDocument/didOpen", didOpenParams{textDocument{URI: e.uri(name), Version: 1, Text: before + after}})
	return positionBehind(before)
}

// change replaces the text of an open file.
func (e *editor) change(name, text string) Position {
	e.Helper()
	before, after, _ := strings.Cut(text, cursor)
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": e.uri(name), "version": 2},
		"contentChanges": []any{map[string]any{"text": before + after}},
	})
	return positionBehind(before)
}

// positionBehind is the position behind a text, worked out in another way than
// the server does.
func positionBehind(text string) Position {
	all := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	last := all[len(all)-1]
	return Position{len(all) - 1, len(utf16.Encode([]rune(last)))}
}

// apply makes edits in a text.
func apply(text string, edits ...textEdit) string {
	l := newLines([]byte(text), true)
	slices.SortFunc(edits, func(a, b textEdit) int { return l.offset(b.Range.Start) - l.offset(a.Range.Start) })
	for _, x := range edits {
		text = text[:l.offset(x.Range.Start)] + x.NewText + text[l.offset(x.Range.End):]
	}
	return text
}

// diagnostics waits until what the server says of a file is as wanted: check
// comes after check, and the last one counts.
func (e *editor) diagnostics(name string, wanted func([]diagnostic) bool) []diagnostic {
	e.Helper()
	late := time.After(20 * time.Second)
	var last []diagnostic
	for {
		select {
		case p := <-e.shown:
			if p.URI != e.uri(name) {
				continue
			}
			if last = p.Diagnostics; wanted(last) {
				return last
			}
		case <-late:
			e.Fatalf("%s: the server said last: %+v", name, last)
		}
	}
}

func (e *editor) at(name string, p Position) placeParams {
	return placeParams{textDocument{URI: e.uri(name)}, p}
}
