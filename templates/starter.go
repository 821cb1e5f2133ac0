package templates

import (
	"bytes"
	"embed"
	"text/template"

	"github.com/flowc-dev/flowc/spec"
)

//go:embed *.tmpl
var starters embed.FS

// Text is a file that is no generated Go.
type Text struct {
	Path    string
	Content []byte
}

// IgnoreName is the file by which git leaves out what a service stores.
const IgnoreName = ".gitignore"

// Starter returns the files that a new service starts with; importPath is that
// of its folder.
func Starter(service, importPath string) ([]Text, error) {
	values := struct{ Service, Package, Import string }{service, spec.FileName(service), importPath}
	t, err := template.ParseFS(starters, "*.tmpl")
	if err != nil {
		return nil, err
	}
	var files []Text
	for _, f := range []struct{ path, template string }{
		{"flow.toml", "flow.toml.tmpl"},
		{"gen.go", "gen.go.tmpl"},
		{"stages/station.go", "station.go.tmpl"},
		{IgnoreName, "gitignore.tmpl"},
	} {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, f.template, values); err != nil {
			return nil, err
		}
		files = append(files, Text{f.path, b.Bytes()})
	}
	schema, err := Schema()
	return append(files, Text{SchemaName, schema}), err
}
