// Package internal_test holds the house to its plan: which package may import
// which.
package internal_test

import (
	"fmt"
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

// room is a part of the house.
type room struct {
	path string // of a package, or with /* of every package below
	// floor is how high the room lies: what stands in it may import what stands
	// on lower floors of its building and in the ground floor of all, internal.
	floor    int
	building building
}

type building int

const (
	ground   building = iota // what compiler and runtime have in common
	compiler                 // cmd -> gen -> templates -> spec
	runtime                  // flow/KIND -> flow/driver -> flow -> flow/internal/run
	users                    // services, which stand on the runtime; their tests run the compiler
	both                     // what holds one half against the other
)

// rooms are looked through in order: the first that fits a path is its room, so
// that a package which nobody has listed has one, too.
var rooms = []room{
	{"internal/*", 0, ground},

	{"spec", 1, compiler},
	{"spec/*", 2, compiler},
	{"templates", 3, compiler},
	{"templates/*", 4, compiler},
	{"gen", 5, compiler},
	{"gen/*", 6, compiler},
	{"cmd/*", 7, compiler},
	{"flowtest", 7, compiler},

	{"flow/internal/run", 2, runtime},
	{"flow/internal/filestore", 6, runtime},
	{"flow/internal/sqlstore", 6, runtime},
	{"flow/internal/*", 0, runtime}, // what all others may need
	{"flow/record", 2, runtime},
	{"flow", 3, runtime},
	{"flow/driver", 4, runtime},
	{"flow/load", 5, runtime},
	{"flow/conformance/*", 9, runtime},
	{"flow/conformance", 9, runtime},
	{"flow/*", 7, runtime}, // a kind or a scheme of stores

	{"examples/*", 0, users},
	{"examples", 0, both},
	{"docs", 0, both},
}

// roomOf returns the room of a package; ok is false where it has none.
func roomOf(path string) (r room, ok bool) {
	i := slices.IndexFunc(rooms, func(r room) bool {
		below, whole := strings.CutSuffix(r.path, "*")
		return whole && strings.HasPrefix(path, below) || r.path == path
	})
	if i < 0 {
		return room{}, false
	}
	return rooms[i], true
}

const noRoom = "the package has no room: put it where it belongs, or give it one in rooms"

// wrongImport says why a package may not import another one of this module;
// empty where it may.
func wrongImport(from, to string) string {
	f, known := roomOf(from)
	if !known {
		return noRoom
	}
	t, _ := roomOf(to)
	switch {
	case f.building == both, t.building == ground && f.building != ground:
		return ""
	case f.building == users && (t.building == runtime || t.building == users):
		return ""
	case f.building == ground && t.building == ground && !strings.HasPrefix(to, from+"/"):
		return "" // the go command refuses circles
	case f.building != t.building:
		return "compiler and runtime share nothing but internal"
	case strings.HasPrefix(from, "flow/conformance/") && to == "flow/conformance":
		return "the suites import what they store, not the other way"
	case f.floor <= t.floor && !(from == "flow/conformance" && strings.HasPrefix(to, from+"/")):
		return "imports go one way, and " + to + " is not below it"
	}
	return ""
}

// TestImports walks all packages of the module.
func TestImports(t *testing.T) {
	for from, imports := range importsOf(t, "..") {
		if _, known := roomOf(from); !known {
			t.Errorf("%s: %s", from, noRoom)
		}
		for _, path := range imports {
			to, own := strings.CutPrefix(path, module)
			if !own {
				continue
			}
			if why := wrongImport(from, to); why != "" {
				t.Errorf("%s imports %s: %s", from, to, why)
			}
		}
		if why := wrongLibrary(from, imports); why != "" {
			t.Error(why)
		}
	}
}

// wrongLibrary says which library does not belong into a package.
func wrongLibrary(from string, imports []string) string {
	for _, path := range imports {
		if strings.Contains(path, "toml") && !strings.HasPrefix(path, module) {
			return fmt.Sprintf("%s imports %s: only internal/toml reads TOML", from, path)
		}
		if host, _, _ := strings.Cut(path, "/"); from == "flow/internal/sqlstore" && strings.Contains(host, ".") && !strings.HasPrefix(path, module) {
			return fmt.Sprintf("%s imports %s: the driver of a database belongs to its scheme", from, path)
		}
	}
	return ""
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
		{"flow/newkind", "flow/http", false},
		{"flow/newkind", "spec", false},
		{"flow/internal/newroom", "flow", false},
		{"flow/internal/newroom", "internal/setting", true},
		{"flow/internal/run", "flow/record", false},
		{"flow/record", "flow/internal/run", false},
		{"flow/record", "flow/internal/fail", true},
		{"flow", "flow/driver", false},
		{"flow", "flow/newkind", false},
		{"flow/driver", "flow/load", false},
		{"spec", "spec/newpart", false},
		{"spec/newpart", "spec", true},
		{"spec", "templates", false},
		{"templates", "flow", false},
		{"gen/newpart", "gen", true},
		{"gen", "cmd/flowc", false},
		{"cmd/newcommand", "gen", true},
		{"internal/newpart", "spec", false},
		{"internal/newpart", "flow", false},
		{"examples/newservice/stages", "flow", true},
		{"examples/newservice/stages", "spec", false},
		{"newfolder", "spec", false},
	} {
		if why := wrongImport(test.from, test.to); (why == "") != test.may {
			t.Errorf("%s imports %s: %q", test.from, test.to, why)
		}
	}
}

// importsOf returns what the packages of the module import, by their paths in
// it: in files for any system, but for tests. It reads the files itself: the go
// command then sees that the test depends on them, and makes it again.
func importsOf(t *testing.T, root string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != root && (name == "testdata" || strings.HasPrefix(name, ".") || isModule(path)):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			all[filepath.ToSlash(dir)] = append(all[filepath.ToSlash(dir)], strings.Trim(i.Path.Value, `"`))
		}
		return nil
	})
	if err != nil || len(all) < 20 {
		t.Fatalf("only %d packages: %v", len(all), err)
	}
	return all
}

// isModule reports whether a folder is a module of its own.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}
