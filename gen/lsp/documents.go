package lsp

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// document is a text that is open in the editor.
type document struct {
	uri     string // as the editor writes it
	version int
	text    []byte
}

// documents are those that are open, by their paths.
type documents map[string]*document

// apply returns a text after a change. The server asks for whole texts, and an
// editor that sends parts all the same is understood.
func (c contentChange) apply(text []byte) []byte {
	if c.Range == nil {
		return []byte(c.Text)
	}
	l := newLines(text, true)
	start := l.offset(c.Range.Start)
	end := max(start, l.offset(c.Range.End))
	return slices.Concat(text[:start], []byte(c.Text), text[end:])
}

// clone returns the documents as they are now.
func (d documents) clone() documents {
	now := documents{}
	for path, doc := range d {
		same := *doc
		now[path] = &same
	}
	return now
}

// read returns the text of a file: that of the editor, where it is open.
func (d documents) read(name string) ([]byte, error) {
	if doc := d[filepath.Clean(name)]; doc != nil {
		return doc.text, nil
	}
	return os.ReadFile(name)
}

// uri names a file as the editor does.
func (d documents) uri(path string) string {
	if doc := d[path]; doc != nil {
		return doc.uri
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/plant
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// pathOf returns the path of a document; ok is false where it is no file of this
// machine.
func pathOf(uri string) (path string, ok bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") {
		return "", false
	}
	path = u.Path
	if len(path) > 2 && path[2] == ':' { // /C:/plant
		path = path[1:]
	}
	return filepath.Clean(filepath.FromSlash(path)), true
}

// lines prepares the text of a file that was read for positions.
func (d documents) lines(path string, text []byte) *lines { return newLines(text, d[path] != nil) }

// service returns the folder of the service that a file belongs to: that of a
// flow.toml, or of the one above that includes it.
func (d documents) service(path string) (dir string, ok bool) {
	dir = filepath.Dir(path)
	if filepath.Base(path) == gen.SpecName {
		return dir, true
	}
	if filepath.Ext(path) != ".toml" {
		return "", false
	}
	for ; !d.includes(dir, path); dir = filepath.Dir(dir) {
		if filepath.Dir(dir) == dir {
			return "", false
		}
	}
	return dir, true
}

// includes reports whether the flow.toml of a folder includes a file.
func (d documents) includes(dir, path string) bool {
	text, err := d.read(filepath.Join(dir, gen.SpecName))
	if err != nil {
		return false
	}
	main, _ := spec.Parse(gen.SpecName, mend(text))
	if main == nil {
		return false
	}
	for _, inc := range spec.Includes(main) {
		if filepath.Join(dir, filepath.FromSlash(inc.Path)) == path {
			return true
		}
	}
	return false
}
