package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// Function is a stage function as it stands in the user's code.
type Function struct {
	Name      string
	File      string // relative to the folder of flow.toml
	Line      int
	Signature string // types only, without spaces: compared with what a stage needs
	Again     string // file:line of a second declaration; empty: there is none
}

// Functions are the functions of package stages by name.
type Functions map[string]Function

// FindFunctions reads package stages of a service with the parser alone: a file
// that does not parse hides no function of the others.
func FindFunctions(dir string) (Functions, error) {
	found := Functions{}
	entries, err := os.ReadDir(filepath.Join(dir, "stages"))
	if os.IsNotExist(err) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, "stages", e.Name()))
		if err != nil {
			return nil, err
		}
		found.read("stages/"+e.Name(), text)
	}
	return found, nil
}

// read adds the functions of a file.
func (fs Functions) read(name string, text []byte) {
	set := token.NewFileSet()
	file, _ := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if file == nil {
		return
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if f.Recv != nil {
			fs.method(name, f.Name.Name, set.Position(f.Pos()).Line)
			continue
		}
		if first, ok := fs[f.Name.Name]; ok && first.Signature != methodShape {
			first.Again = fmt.Sprintf("%s:%d", name, set.Position(f.Pos()).Line)
			fs[f.Name.Name] = first
			continue
		}
		fs[f.Name.Name] = Function{Name: f.Name.Name, File: name, Line: set.Position(f.Pos()).Line, Signature: shape(text, set, f)}
	}
}

// methodShape stands for a method: it has the signature of no stage.
const methodShape = "method"

// method notes a method, where no function has its name: somebody who wrote a
// stage as a method is told, instead of getting a stub beside it.
func (fs Functions) method(file, name string, line int) {
	if _, ok := fs[name]; !ok {
		fs[name] = Function{File: file, Line: line, Signature: methodShape}
	}
}

// shape is a function's parameter and result types as written, without names
// and spaces.
func shape(text []byte, set *token.FileSet, f *ast.FuncDecl) string {
	var b strings.Builder
	if f.Type.TypeParams != nil {
		b.WriteString("[T]")
	}
	for _, list := range []*ast.FieldList{f.Type.Params, f.Type.Results} {
		b.WriteByte('(')
		if list != nil {
			for _, field := range list.List {
				source := text[set.Position(field.Type.Pos()).Offset:set.Position(field.Type.End()).Offset]
				for range max(1, len(field.Names)) {
					b.WriteString(strings.Join(strings.Fields(string(source)), ""))
					b.WriteByte(',')
				}
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

// shapeOf is the shape of a signature such as "func Core(ctx context.Context) error".
func shapeOf(signature string) string {
	found := Functions{}
	found.read("signature.go", []byte("package stages\n"+signature+" {}\n"))
	for _, f := range found {
		return f.Signature
	}
	return ""
}
