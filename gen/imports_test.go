package gen_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/flowc-dev/flowc/gen"
)

// TestImportDirection asserts the line of design: cmd -> gen -> templates ->
// spec, and flow by itself. Below both lie the language of schedules and the
// forms of settings, which the compiler checks and the runtime follows; below the
// compiler, the scanner of texts that need not be TOML.
func TestImportDirection(t *testing.T) {
	may := map[string][]string{
		"spec":          {"internal/cron", "internal/setting", "internal/toml", "internal/tomlscan"},
		"templates":     {"spec", "spec/jsonschema", "internal/setting"},
		"gen":           {"spec", "spec/format", "templates"},
		"gen/lsp":       {"spec", "spec/format", "templates", "gen", "internal/tomlscan"},
		"cmd/flowc":     {"spec", "templates", "gen", "gen/lsp"},
		"flow":          {"internal/cron", "internal/setting"},
		"flow/file":     {"flow", "flow/internal/disk"},
		"flow/http":     {"flow", "internal/setting"},
		"flow/mqtt":     {"flow", "internal/setting"},
		"flow/sqlite":   {"flow"},
		"flow/csv":      {"flow", "flow/internal/filestore"},
		"flow/jsonfile": {"flow", "flow/internal/filestore"},
		"flow/jsonl":    {"flow", "flow/internal/filestore"},

		"flow/internal/disk":      nil,
		"flow/internal/filestore": {"flow", "flow/internal/disk"},
		"internal/cron":           nil,
		"internal/setting":        nil,
		"internal/toml":           {"internal/tomlscan"},
		"internal/tomlscan":       nil,
		"spec/format":             {"spec", "internal/tomlscan"},
		"spec/jsonschema":         {"spec", "internal/setting"},
	}
	for dir, allowed := range may {
		for _, path := range importsOf(t, "../"+dir) {
			own, ok := strings.CutPrefix(path, gen.ModulePath+"/")
			if ok && !slices.Contains(allowed, own) {
				t.Errorf("%s imports %s", dir, own)
			}
			if !ok && strings.Contains(path, "toml") {
				t.Errorf("%s imports %s: only internal/toml reads TOML", dir, path)
			}
		}
	}
}

// importsOf lists what the files of a package import, tests left out.
func importsOf(t *testing.T, dir string) []string {
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s (%v)", dir, err)
	}
	var paths []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	return paths
}
