// Package internal_test holds the house to its plan: which package may import
// which, and what outsiders see of it.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/flowc-dev/flowc/"

// rooms say in which room a package stands, by its path; the first that fits
// counts. A * stands for one element of a path and all below it, so that a
// package which nobody has listed has a room, too.
var rooms = []struct{ path, room string }{
	{"internal/toml", "toml"},
	{"internal/tomlscan", "tomlscan"},
	{"internal/await", "for suites"},
	{"internal/campaign", "for suites"},
	{"internal/hostile", "tests"},
	{"internal/schemetest", "tests"},
	{"internal/testdir", "tests"},
	{"internal/*", "shared"}, // what compiler and runtime have in common

	{"spec", "spec"},
	{"spec/*", "parts of spec"},
	{"templates", "templates"},
	{"gen", "gen"},
	{"gen/*", "parts of gen"},
	{"flowtest", "flowtest"},
	{"cmd/*", "command"},

	{"flow/internal/run", "run"},
	{"flow/internal/disk", "disk"},
	{"flow/internal/filestore", "stores"},
	{"flow/internal/sqlstore", "stores"},
	{"flow/internal/*", "base"}, // errors, secrets
	{"flow/record", "record"},
	{"flow", "flow"},
	{"flow/driver", "driver"},
	{"flow/load", "load"},
	{"flow/conformance/records", "generated records"},
	{"flow/conformance", "conformance"},
	{"flow/*", "kinds"}, // and schemes of stores

	{"examples/*/records", "generated records"},
	{"examples/*", "services"},
}

// house says which rooms those of a room may import from, and which libraries;
// nil: any.
var house = map[string]struct{ rooms, libraries []string }{
	"shared":     {none, none},
	"tomlscan":   {none, none},
	"toml":       {[]string{"tomlscan"}, none},
	"for suites": {none, none},
	"tests":      {nil, nil},

	"spec":          {[]string{"shared", "toml", "tomlscan"}, none},
	"parts of spec": {[]string{"spec", "shared", "tomlscan"}, []string{"github.com/google/jsonschema-go"}},
	"templates":     {[]string{"spec", "parts of spec", "shared"}, []string{"github.com/dave/jennifer"}},
	"gen":           {[]string{"templates", "spec", "parts of spec"}, []string{"golang.org/x/mod", "golang.org/x/tools"}},
	"parts of gen":  {[]string{"gen", "templates", "spec", "parts of spec", "shared", "tomlscan"}, nil},
	"flowtest":      {[]string{"gen"}, nil},
	"command":       {[]string{"gen", "parts of gen", "templates", "spec"}, nil},

	"base":              {[]string{"shared"}, none},
	"disk":              {none, none},
	"run":               {[]string{"base", "shared"}, []string{"golang.org/x/time", "github.com/mattn/go-isatty"}},
	"record":            {[]string{"base", "shared"}, []string{jsonLibrary}},
	"flow":              {[]string{"run", "record", "base", "shared"}, []string{"golang.org/x/time", jsonLibrary}},
	"driver":            {[]string{"flow", "run", "record", "base", "shared"}, []string{jsonLibrary}},
	"load":              {[]string{"flow", "driver", "record"}, none},
	"stores":            {[]string{"flow", "driver", "load", "record", "disk", "shared"}, none},
	"kinds":             {[]string{"flow", "driver", "load", "record", "stores", "disk", "shared"}, nil},
	"generated records": {[]string{"record"}, []string{jsonLibrary}},
	"conformance":       {[]string{"flow", "driver", "load", "record", "generated records", "for suites"}, none},
	"services":          {[]string{"flow", "load", "record", "kinds", "generated records", "services"}, nil},
}

var none = []string{}

const jsonLibrary = "github.com/go-json-experiment/json"

// roomOf returns the room of a package; empty where it has none.
func roomOf(path string) string {
	for _, r := range rooms {
		if fits(strings.Split(r.path, "/"), strings.Split(path, "/")) {
			return r.room
		}
	}
	return ""
}

// fits reports whether a path fits a pattern, both by their elements.
func fits(pattern, path []string) bool {
	for i, p := range pattern {
		if i == len(path) || p != "*" && p != path[i] {
			return false
		}
	}
	return len(path) == len(pattern) || pattern[len(pattern)-1] == "*"
}

const noRoom = "the package has no room: put it where it belongs, or give it one in rooms"

// wrongImport says why a package may not import another one; empty where it may.
func wrongImport(from, path string) string {
	here := roomOf(from)
	if here == "" {
		return noRoom
	}
	may := house[here]
	to, own := strings.CutPrefix(path, module)
	there := roomOf(to)
	switch {
	case !own && (!isLibrary(path) || may.libraries == nil || slices.ContainsFunc(may.libraries, func(l string) bool { return path == l || strings.HasPrefix(path, l+"/") })):
		return ""
	case !own:
		return "a package of " + here + " does not need this library"
	case there == "":
		return noRoom
	case may.rooms == nil || slices.Contains(may.rooms, there):
		return ""
	case here == "kinds" && strings.HasPrefix(to, from+"/"):
		return "" // a part of its own
	}
	return "a package of " + here + " may import none of " + there
}

// isLibrary reports whether a package is not of the standard library.
func isLibrary(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return strings.Contains(host, ".")
}

// TestImports walks all packages of the module.
func TestImports(t *testing.T) {
	for from, imports := range importsOf(t, "..") {
		if roomOf(from) == "" {
			t.Errorf("%s: %s", from, noRoom)
			continue
		}
		for _, path := range imports {
			if why := wrongImport(from, path); why != "" {
				t.Errorf("%s imports %s: %s", from, strings.TrimPrefix(path, module), why)
			}
		}
	}
}

// TestWrongImports makes sure that the rule refuses what it is for.
func TestWrongImports(t *testing.T) {
	for _, test := range []struct {
		from, to string
		may      bool
	}{
		{"flow/newkind", "flow/driver", true},
		{"flow/newkind", "flow", true},
		{"flow/newkind", "internal/setting", true},
		{"flow/newkind", "flow/newkind/part", true},
		{"flow/newkind", "flow/http", false},
		{"flow/newkind", "flow/internal/run", false},
		{"flow/newkind", "flow/internal/fail", false},
		{"flow/newkind", "spec", false},
		{"flow/internal/newroom", "flow", false},
		{"flow/internal/newroom", "internal/setting", true},
		{"flow/internal/run", "flow/record", false},
		{"flow/record", "flow/internal/run", false},
		{"flow/record", "flow/internal/fail", true},
		{"flow/record", "internal/toml", false},
		{"flow", "flow/driver", false},
		{"flow", "flow/newkind", false},
		{"flow/driver", "flow/load", false},
		{"spec", "spec/newpart", false},
		{"spec/newpart", "spec", true},
		{"spec", "templates", false},
		{"spec", "internal/hostile", false},
		{"spec", "newfolder", false},
		{"templates", "flow", false},
		{"gen/newpart", "gen", true},
		{"gen", "cmd/flowc", false},
		{"cmd/newcommand", "gen", true},
		{"internal/newpart", "spec", false},
		{"internal/newpart", "flow", false},
		{"internal/setting", "internal/tomlscan", false},
		{"examples/newservice/stages", "flow", true},
		{"examples/newservice/stages", "flow/driver", false},
		{"examples/newservice/stages", "internal/setting", false},
		{"examples/newservice/records", "flow", false},
		{"examples/newservice/records", "flow/record", true},
		{"newfolder", "spec", false},
	} {
		if why := wrongImport(test.from, module+test.to); (why == "") != test.may {
			t.Errorf("%s imports %s: %q", test.from, test.to, why)
		}
	}
	if wrongImport("spec", "github.com/dave/jennifer/jen") == "" || wrongImport("flow/record", "modernc.org/sqlite") == "" {
		t.Error("any library may be imported")
	}
}

// importsOf returns what the packages of the module import, by their paths in
// it: in files for any system, but for tests. It reads the files itself: the go
// command then sees that the test depends on them, and makes it again.
func importsOf(t *testing.T, root string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && isOutside(path):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		paths, err := importsOfFile(path)
		all[filepath.ToSlash(dir)] = append(all[filepath.ToSlash(dir)], paths...)
		return err
	})
	if err != nil || len(all) < 20 {
		t.Fatalf("only %d packages: %v", len(all), err)
	}
	return all
}

// isOutside reports whether the packages in a folder are none of the module.
func isOutside(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod")) // a module of its own
	name := filepath.Base(dir)
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".")
}

func importsOfFile(path string) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, i := range f.Imports {
		paths = append(paths, strings.Trim(i.Path.Value, `"`))
	}
	return paths, nil
}
