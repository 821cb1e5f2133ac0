package templates

import (
	"bytes"
	"fmt"
	"go/format"
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
)

// Source is a Go file in the making.
type Source struct {
	*jen.File
	service *Service
}

// newSource starts a file of package name at importPath.
func (s *Service) newSource(importPath, name string) *Source {
	f := jen.NewFilePathName(importPath, name)
	f.NoFormat = true // bytes does so
	for _, known := range runtimePackages {
		f.ImportName(known, path.Base(known))
	}
	f.ImportName(s.records(), "records")
	f.ImportName(s.stages(), "stages")
	for p, alias := range s.aliases {
		if alias == path.Base(p) && isStandard(p) {
			f.ImportName(p, alias) // of the standard library: the name is the base
		} else {
			f.ImportAlias(p, alias)
		}
	}
	return &Source{File: f, service: s}
}

// isStandard reports whether a package is of the standard library, as far as its
// path tells.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// bytes returns the file, formatted. An error is a bug of flowc: its text holds
// the file that does not format.
func (s *Source) bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := s.Render(&b); err != nil {
		return nil, err
	}
	text, err := format.Source(groupImports(b.Bytes()))
	if err != nil {
		return nil, fmt.Errorf("%w in\n%s", err, b.Bytes())
	}
	return text, nil
}

// groupImports puts the standard library before the other imports, as people do:
// jennifer sorts all of them as one.
func groupImports(source []byte) []byte {
	head, rest, found := bytes.Cut(source, []byte("\nimport (\n"))
	list, tail, closed := bytes.Cut(rest, []byte("\n)\n"))
	if !found || !closed {
		return source // there is one, or none
	}
	var std, others []string
	for line := range strings.SplitSeq(string(list), "\n") {
		if _, quoted, _ := strings.Cut(line, `"`); isStandard(quoted) {
			std = append(std, line)
		} else {
			others = append(others, line)
		}
	}
	return fmt.Appendf(nil, "%s\nimport (\n%s\n\n%s\n)\n%s", head, strings.Join(std, "\n"), strings.Join(others, "\n"), tail)
}

// explainImport puts a comment behind an import that is there for its effect:
// jennifer has no place for it.
func explainImport(source []byte, path, why string) []byte {
	line := fmt.Sprintf("\t_ %q", path)
	return bytes.Replace(source, []byte(line+"\n"), []byte(line+" // "+why+"\n"), 1)
}
