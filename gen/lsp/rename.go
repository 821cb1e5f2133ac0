package lsp

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// prepareRename answers the name at a position, where it can be another.
func (s *server) prepareRename(p placeParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return nil, nil
	}
	o, ok := v.named(p.Position)
	if !ok || v.unrenamable(o.symbol) != "" {
		return nil, nil
	}
	return renameRange{v.within(o.span), o.name}, nil
}

// rename answers the edits that give what is named at a position another name:
// in all files of the spec, and in package stages.
func (s *server) rename(p renameParams) (any, error) {
	v, ok := s.view(p.TextDocument.URI)
	if !ok {
		return nil, nil
	}
	o, ok := v.named(p.Position)
	if !ok {
		return nil, refused("no name stands here")
	}
	if why := v.refusal(o.symbol, p.NewName); why != "" {
		return nil, refused(why)
	}
	edits := workspaceEdit{map[string][]textEdit{}}
	for _, x := range v.of(o.symbol) {
		at := s.open.location(v.dir, x.span)
		edits.Changes[at.URI] = append(edits.Changes[at.URI], textEdit{at.Range, p.NewName})
	}
	return edits, s.renameGo(v, o.symbol, p.NewName, edits)
}

func refused(why string) error {
	return &jsonrpc2.Error{Code: codeRequestFailed, Message: why}
}

// codeRequestFailed is the error of a request that makes sense, and cannot be
// met.
const codeRequestFailed = -32803

// unrenamable says why a name stays; empty where it need not.
func (v view) unrenamable(x symbol) string {
	switch {
	case x.kind == fieldKind:
		return "fields of records are named in your Go code: rename there by hand"
	case v.table(x.kind, x.name) == nil:
		return fmt.Sprintf("there is no [%s.%s]", x.kind, x.name)
	case v.mended:
		return "a file of the service is not TOML: mend it first"
	}
	return ""
}

// refusal says why a name cannot be another one; empty where it can.
func (v view) refusal(x symbol, name string) string {
	if why := v.unrenamable(x); why != "" {
		return why
	}
	if !spec.ValidName(x.kind, name) {
		return fmt.Sprintf("%q is no name for a %s", name, x.kind)
	}
	for _, f := range v.files {
		tables := f.Root.Get(x.kind)
		if tables == nil {
			continue
		}
		for _, e := range tables.Value.Entries {
			if e.Key != x.name && strings.EqualFold(spec.GoName(e.Key), spec.GoName(name)) {
				return fmt.Sprintf("there is %s %s already", x.kind, e.Key)
			}
		}
	}
	return ""
}

// renameGo adds the edits of package stages: the function of a Go stage, the
// type of a record.
func (s *server) renameGo(v view, x symbol, name string, edits workspaceEdit) error {
	var list []gen.Edit
	var err error
	switch {
	case x.kind == "stage" && v.kindOf(x.name) == "":
		list, err = gen.RenameStage(v.dir, x.name, name, s.open.read)
	case x.kind == "record":
		list, err = gen.RenameRecord(v.dir, x.name, name, s.open.read)
	}
	if err != nil {
		return refused(err.Error())
	}
	for _, e := range list {
		path := filepath.Join(v.dir, filepath.FromSlash(e.File))
		uri := s.open.uri(path)
		edits.Changes[uri] = append(edits.Changes[uri], textEdit{s.open.lines(path, e.Text).between(e.Start, e.End), e.New})
	}
	return nil
}
