package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// Options say how a server runs.
type Options struct {
	Version string // of flowc, for the editor
	// Quiet is how long nothing must be typed before the service is checked.
	Quiet time.Duration
	Log   io.Writer
}

// errCutOff is a session that ends without being told to.
var errCutOff = errors.New("the editor has gone without a shutdown")

// Serve answers an editor until it says exit, or is gone, which is an error.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	s := &server{options: o, log: log.New(o.Log, "flowc lsp: ", 0), open: documents{}, shown: map[string]string{}}
	s.timer = time.AfterFunc(0, s.check) // there is nothing to check yet
	defer s.timer.Stop()
	stream := jsonrpc2.NewBufferedStream(pipes{in, out}, codec{})
	handler := jsonrpc2.HandlerWithError(s.handle).SuppressErrClosed()
	s.ready.Lock() // nothing is handled before conn is set
	s.conn = jsonrpc2.NewConn(ctx, stream, handler, jsonrpc2.SetLogger(s.log))
	s.ready.Unlock()
	<-s.conn.DisconnectNotify()
	return s.end()
}

// end waits for a check that runs, and judges the session.
func (s *server) end() error {
	s.ready.Lock()
	told := s.state == stopping
	s.state = stopping
	s.ready.Unlock()
	s.checking.Lock()
	defer s.checking.Unlock()
	if !told {
		return errCutOff
	}
	return nil
}

// pipes are what a server reads and writes.
type pipes struct {
	io.Reader
	io.Writer
}

// Close leaves the pipes open: they are their owner's.
func (pipes) Close() error { return nil }

// server is one session. Requests come one by one; checks come in between.
type server struct {
	options Options
	log     *log.Logger
	conn    *jsonrpc2.Conn

	checking sync.Mutex // held during a check: they come one by one

	ready   sync.Mutex // guards what follows
	state   state
	open    documents
	changes int // so far
	timer   *time.Timer
	shown   map[string]string // by path, the documents that have diagnostics in the editor
	watch   bool              // the editor can be asked to watch files
}

// state is how far a session has come.
type state int

// The states of a session.
const (
	starting state = iota
	running
	stopping
)

// codeNotInitialized is the error of a request before initialize.
const codeNotInitialized = -32002

// handle answers a message. A panic is a bug of flowc: it costs the answer, not
// the session.
func (s *server) handle(ctx context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (result any, err error) {
	s.ready.Lock()
	defer s.ready.Unlock()
	defer func() {
		if p := recover(); p != nil {
			s.log.Printf("flowc has a bug; please report it: %s: %v\n%s", r.Method, p, debug.Stack())
			err = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: "flowc has a bug: see the server's log"}
		}
	}()
	switch {
	case r.Method == "exit":
		return nil, s.conn.Close()
	case r.Method == "initialize" && s.state == starting:
		return decoded(r, s.initialize)
	case s.state == running:
		return s.answer(r)
	case r.Notif:
		return nil, nil
	case s.state == starting:
		return nil, &jsonrpc2.Error{Code: codeNotInitialized, Message: "initialize comes first"}
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server is shut down"}
}

// answer answers the messages of a running session.
func (s *server) answer(r *jsonrpc2.Request) (any, error) {
	switch r.Method {
	case "initialize":
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "initialize comes once"}
	case "initialized":
		return nil, s.watchFiles()
	case "shutdown":
		s.state = stopping
		return nil, nil
	case "textDocument/didOpen":
		return decoded(r, s.didOpen)
	case "textDocument/didChange":
		return decoded(r, s.didChange)
	case "textDocument/didClose":
		return decoded(r, s.didClose)
	case "textDocument/didSave", "workspace/didChangeWatchedFiles":
		s.changed()
		return nil, nil
	case "textDocument/completion":
		return decoded(r, s.completion)
	case "textDocument/hover":
		return decoded(r, s.hover)
	case "textDocument/definition":
		return decoded(r, s.definition)
	case "textDocument/references":
		return decoded(r, s.references)
	case "textDocument/prepareRename":
		return decoded(r, s.prepareRename)
	case "textDocument/rename":
		return decoded(r, s.rename)
	case "textDocument/formatting":
		return decoded(r, s.formatting)
	}
	if r.Notif {
		return nil, nil // such as $/setTrace: none of them is needed
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "flowc does not answer " + r.Method}
}

// decoded answers a message with its parameters.
func decoded[P any](r *jsonrpc2.Request, answer func(P) (any, error)) (any, error) {
	var params P
	if r.Params == nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: r.Method + " has no parameters"}
	}
	if err := json.Unmarshal(*r.Params, &params); err != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	return answer(params)
}

func (s *server) initialize(p initializeParams) (any, error) {
	s.state = running
	s.watch = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	return initializeResult{
		Capabilities: capabilities{
			PositionEncoding:   "utf-16",
			TextDocumentSync:   syncOptions{OpenClose: true, Change: fullSync, Save: true},
			CompletionProvider: completionOptions{TriggerCharacters: []string{"[", ".", "\"", "'", "{", "="}},
			HoverProvider:      true,
			DefinitionProvider: true,
			ReferencesProvider: true,
			RenameProvider:     renameOptions{PrepareProvider: true},
			FormattingProvider: true,
		},
		ServerInfo: serverInfo{Name: "flowc", Version: s.options.Version},
	}, nil
}

// watchFiles asks the editor to tell of specs that others change.
func (s *server) watchFiles() error {
	if !s.watch {
		return nil
	}
	_, err := s.conn.DispatchCall(context.Background(), "client/registerCapability", registrations{[]registration{{
		ID: "specs", Method: "workspace/didChangeWatchedFiles",
		Options: watchOptions{[]fileWatcher{{"**/*.toml"}}},
	}}})
	return err
}

func (s *server) didOpen(p didOpenParams) (any, error) {
	if path, ok := pathOf(p.TextDocument.URI); ok {
		s.open[path] = &document{p.TextDocument.URI, p.TextDocument.Version, []byte(p.TextDocument.Text)}
		s.changed()
	}
	return nil, nil
}

func (s *server) didChange(p didChangeParams) (any, error) {
	path, _ := pathOf(p.TextDocument.URI)
	doc := s.open[path]
	if doc == nil {
		return nil, nil
	}
	for _, c := range p.ContentChanges {
		doc.text = c.apply(doc.text)
	}
	doc.version = p.TextDocument.Version
	s.changed()
	return nil, nil
}

func (s *server) didClose(p documentParams) (any, error) {
	path, _ := pathOf(p.TextDocument.URI)
	delete(s.open, path)
	s.changed()
	return nil, nil
}
