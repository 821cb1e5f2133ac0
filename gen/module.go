package gen

import (
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// ModulePath is the path of the module that flowc and its runtime are in.
const ModulePath = "github.com/flowc-dev/flowc"

// ModuleFor makes the go.mod of a new module that builds with a checkout of
// flowc: it requires what the checkout does, so that it builds without asking
// anybody.
func ModuleFor(checkout, module string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	if err := f.AddModuleStmt(module); err != nil {
		return nil, err
	}
	for _, t := range f.Tool {
		if err := f.DropTool(t.Path); err != nil {
			return nil, err
		}
	}
	for _, r := range f.Require {
		r.Indirect = true
	}
	if err := f.AddTool(ModulePath + "/cmd/flowc"); err != nil {
		return nil, err
	}
	f.AddNewRequire(ModulePath, "v0.0.0", false)
	if err := f.AddReplace(ModulePath, "", checkout, ""); err != nil {
		return nil, err
	}
	f.Cleanup()
	return f.Format()
}
