package lsp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sourcegraph/jsonrpc2"
)

// plant is a service in two files.
const plant = `
-- flow.toml --
flowc   = 1
service = "plant"
include = ["more.toml"]

[record.Reading]
sensor = "string"
value  = "float64"
at     = "time"
saved  = "time?"

[stage.fetch]
kind = "http.get"
url  = "${URL:-http://127.0.0.1/}"
out  = "[]Reading"

[stage.core]
doc    = "Sums up."
in     = "Reading"
out    = "Reading"
writes = ["sums"]

[pipeline.gather]
every  = "1s"
stages = ["fetch", "core", "store.readings"]
-- more.toml --
[store.readings]
record = "Reading"
url    = "sqlite:data/r.db"
key    = ["sensor", "at"]

[store.sums]
record = "Reading"
url    = "sqlite:data/s.db"
key    = ["sensor"]
mode   = "upsert"
`

func flowToml() string {
	_, text, _ := strings.Cut(plant, "-- flow.toml --\n")
	text, _, _ = strings.Cut(text, "-- more.toml --\n")
	return text
}

func moreToml() string {
	_, text, _ := strings.Cut(plant, "-- more.toml --\n")
	return text
}

func none(list []diagnostic) bool { return len(list) == 0 }
func some(list []diagnostic) bool { return len(list) > 0 }

func TestSession(t *testing.T) {
	e := newEditor(t, plant)
	var early *jsonrpc2.Error
	if err := e.conn.Call(t.Context(), "textDocument/hover", e.at("flow.toml", Position{}), nil); !errors.As(err, &early) || early.Code != codeNotInitialized {
		t.Errorf("hover before initialize: %v", err)
	}
	var r initializeResult
	e.call("initialize", map[string]any{"capabilities": map[string]any{"workspace": map[string]any{"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true}}}}, &r)
	if r.ServerInfo.Name != "flowc" || r.Capabilities.TextDocumentSync.Change != fullSync || r.Capabilities.PositionEncoding != "utf-16" {
		t.Errorf("initialize: %+v", r)
	}
	var again *jsonrpc2.Error
	if err := e.conn.Call(t.Context(), "initialize", struct{}{}, nil); !errors.As(err, &again) || again.Code != jsonrpc2.CodeInvalidRequest {
		t.Errorf("initialize again: %v", err)
	}
	e.notify("initialized", struct{}{})
	if method := <-e.called; method != "client/registerCapability" {
		t.Errorf("the server asked for %s", method)
	}
	var unknown *jsonrpc2.Error
	if err := e.conn.Call(t.Context(), "textDocument/colour", struct{}{}, nil); !errors.As(err, &unknown) || unknown.Code != jsonrpc2.CodeMethodNotFound {
		t.Errorf("an unknown request: %v", err)
	}
	if err := e.conn.Call(t.Context(), "textDocument/hover", []int{1}, nil); err == nil {
		t.Error("a hover with a list for parameters has an answer")
	}
	e.call("shutdown", nil, nil)
	if err := e.conn.Call(t.Context(), "textDocument/hover", e.at("flow.toml", Position{}), nil); err == nil {
		t.Error("a hover after shutdown has an answer")
	}
	e.notify("exit", nil)
	if err := <-e.done; err != nil {
		t.Errorf("after shutdown and exit: %v", err)
	}
}

func TestCutOff(t *testing.T) {
	e := newSession(t, plant)
	_ = e.conn.Close()
	if err := <-e.done; !errors.Is(err, errCutOff) {
		t.Errorf("an editor that is gone: %v", err)
	}
}

func TestMessages(t *testing.T) {
	serve := func(text string) error {
		return Serve(context.Background(), strings.NewReader(text), io.Discard, Options{Quiet: time.Hour, Log: io.Discard})
	}
	for _, text := range []string{
		"", "\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: 67108865\r\n\r\n", "Content-Length: x\r\n\r\n",
		"Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 5\r\n\r\n[1,2]", "Content-Length: 4\r\n\r\nnull",
		"Content-Length: 2\r\n\r\n{}", "Content-Length: 9\r\n\r\n{", strings.Repeat("x", 1<<20), "A: b\r\n" + strings.Repeat("C: d\n", 1e5),
	} {
		if err := serve(text); !errors.Is(err, errCutOff) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	session := message(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`) +
		message(`{"jsonrpc":"2.0","id":2,"method":"shutdown"}`) + message(`{"jsonrpc":"2.0","method":"exit"}`)
	if err := serve(strings.ReplaceAll(session, "\r\n", "\n")); err != nil {
		t.Errorf("lines that end with \\n: %v", err)
	}
}

func message(body string) string { return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body) }

// TestLargeMessage opens a text that is larger than any spec.
func TestLargeMessage(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", strings.Repeat("#\n", 5<<19))
	list := e.diagnostics("flow.toml", some)
	if list[0].Code != "FLOW003" {
		t.Errorf("5 MiB: %+v", list)
	}
}

func TestDiagnostics(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", flowToml())
	e.diagnostics("flow.toml", none)

	e.change("flow.toml", strings.Replace(flowToml(), "url  =", "ulr  =", 1))
	got := e.diagnostics("flow.toml", func(list []diagnostic) bool { return len(list) == 1 })
	want := []diagnostic{{
		Range: Range{Position{12, 0}, Position{12, 3}}, Severity: severityError, Code: "FLOW011", Source: "flowc",
		Message: "stage.fetch has no key \"ulr\"\ndid you mean url?",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	e.change("flow.toml", flowToml()+"[stage.spare]\n")
	if got := e.diagnostics("flow.toml", some); got[0].Severity != severityWarning {
		t.Errorf("a stage that is not used: %+v", got)
	}
	e.notify("textDocument/didClose", documentParams{textDocument{URI: e.uri("flow.toml")}})
	e.diagnostics("flow.toml", none)
}

// TestParts takes changes of parts of a text, which it did not ask for.
func TestParts(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", flowToml())
	part := func(r Range, text string) map[string]any { return map[string]any{"range": r, "text": text} }
	e.notify("textDocument/didChange", map[string]any{
		"textDocument": map[string]any{"uri": e.uri("flow.toml"), "version": 2},
		"contentChanges": []any{
			part(Range{Position{12, 0}, Position{12, 3}}, "ulr"),
			part(Range{Position{12, 0}, Position{12, 0}}, "# 😀\n"),
			part(Range{Position{12, 2}, Position{12, 4}}, "é"),
			part(Range{Position{99, 0}, Position{12, 0}}, "# end"),
		},
	})
	list := e.diagnostics("flow.toml", some)
	if list[0].Code != "FLOW011" || list[0].Range != (Range{Position{13, 0}, Position{13, 3}}) {
		t.Errorf("got %+v", list)
	}
}

// TestTwoSpellings opens a file by two URIs: what was shown of the first is taken
// back.
func TestTwoSpellings(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", "x = ")
	e.diagnostics("flow.toml", some)
	other := strings.Replace(e.uri("flow.toml"), "flow.toml", "%66low.toml", 1)
	e.notify("textDocument/didOpen", didOpenParams{textDocument{URI: other, Version: 1, Text: "x = "}})
	e.diagnostics("flow.toml", none)
}

// TestURIs tells files of this machine from all else.
func TestURIs(t *testing.T) {
	for uri, want := range map[string]string{
		"file:///a%20b/flow.toml": "/a b/flow.toml", "file://localhost/a/b": "/a/b", "file:///a/../b": "/b", "file:///C%3A/plant": "C:/plant", "file:///c:/plant": "c:/plant",
		"file://server/share/flow.toml": "", "untitled:1": "", "http://x/flow.toml": "", "file://": "", "flow.toml": "", "%%%": "", "": "",
	} {
		if path, ok := pathOf(uri); filepath.ToSlash(path) != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", uri, path, ok)
		}
	}
}

// TestDiagnosticsOfIncluded goes by the unsaved text of an included file, and
// shows both places of what two files disagree on.
func TestDiagnosticsOfIncluded(t *testing.T) {
	e := newSession(t, plant)
	e.open("more.toml", moreToml()+"[stage.core]\n")
	list := e.diagnostics("more.toml", some)
	if list[0].Code != "FLOW005" || len(list[0].Related) != 1 {
		t.Fatalf("a stage that two files declare: %+v", list)
	}
	first := list[0].Related[0].Location
	if first.URI != e.uri("flow.toml") || first.Range.Start != (Position{15, 7}) {
		t.Errorf("the first place is %+v", first)
	}
	e.change("more.toml", strings.Replace(moreToml(), "store.sums", "store.others", 1))
	if list := e.diagnostics("flow.toml", some); !strings.Contains(list[0].Message, `"sums"`) {
		t.Errorf("flow.toml, which is not open: %+v", list)
	}
	e.change("more.toml", moreToml())
	e.diagnostics("flow.toml", none)

	e.open("flow.toml", strings.Replace(flowToml(), `include = ["more.toml"]`, "", 1))
	e.diagnostics("flow.toml", some)
	var items []completionItem
	e.call("textDocument/completion", e.at("more.toml", Position{1, 10}), &items)
	if len(items) != 0 {
		t.Errorf("a file that nothing includes: %+v", items)
	}
}

// TestDiskChanges tells anew when the editor says that a file was changed by
// others.
func TestDiskChanges(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", flowToml())
	e.diagnostics("flow.toml", none)
	e.write("more.toml", "[store.readings]\n")
	e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{}})
	e.diagnostics("more.toml", some)
}

// TestPlacelessDiagnostics shows what has no place at the top of flow.toml.
func TestPlacelessDiagnostics(t *testing.T) {
	e := newSession(t, plant)
	e.write("go.mod", "")
	e.open("flow.toml", flowToml())
	if list := e.diagnostics("flow.toml", some); list[0].Code != "FLOW007" || list[0].Range != (Range{}) {
		t.Errorf("a folder in no module: %+v", list)
	}
}

// TestWidths counts as editors do: UTF-16 code units, lines that end with \n,
// \r\n or \r, a byte order mark only where the editor sent it.
func TestWidths(t *testing.T) {
	text := []byte("\uFEFFa\r\n😀é\rb\n\nc")
	l := newLines(text, true)
	for offset, want := range map[int]Position{
		0: {0, 0}, 3: {0, 1}, 4: {0, 2}, 6: {1, 0}, 10: {1, 2}, 12: {1, 3}, 13: {2, 0}, 15: {3, 0}, 16: {4, 0}, 17: {4, 1}, 99: {4, 1},
	} {
		if got := l.position(offset); got != want {
			t.Errorf("position(%d) = %v, want %v", offset, got, want)
		}
		if got := l.offset(want); offset <= len(text) && got != offset {
			t.Errorf("offset(%v) = %d, want %d", want, got, offset)
		}
	}
	for p, want := range map[Position]int{{-1, 0}: 0, {0, -1}: 0, {0, 99}: 4, {1, 1}: 6, {9, 0}: 17, {1, 99}: 12} {
		if got := l.offset(p); got != want {
			t.Errorf("offset(%v) = %d, want %d", p, got, want)
		}
	}
	if got := newLines(text, false).position(4); got != (Position{0, 1}) {
		t.Errorf("of a file on disk: %v", got)
	}
	if at := bytes.IndexByte(text, 'b'); newLines(text, false).offset(Position{2, 0}) != at {
		t.Error("the third line is not found")
	}
}

// TestWideDiagnostics points at the right units behind wide characters, in lines
// that end as those of Windows.
func TestWideDiagnostics(t *testing.T) {
	e := newSession(t, plant)
	e.open("flow.toml", strings.ReplaceAll(flowToml()+`[stage.x]
headers = { "😀" = "é", y = 1 }
`, "\n", "\r\n"))
	list := e.diagnostics("flow.toml", some)
	for _, d := range list {
		if d.Code == "FLOW011" && d.Range == (Range{Position{25, 0}, Position{25, 7}}) {
			return
		}
	}
	t.Errorf("got %+v", list)
}
