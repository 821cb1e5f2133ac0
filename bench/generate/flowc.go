package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// flowc generates a service. An edit changes the list that a pipeline's first
// stage gives: its function takes another signature, and the calls behind it go
// item by item.
func flowc() generator {
	return generator{
		name: "flowc", pkg: "github.com/flowc-dev/flowc/cmd/flowc",
		write: writeService,
		command: func(program, dir string) *exec.Cmd {
			c := exec.Command(program, "generate", "-q", dir)
			c.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"))
			return c
		},
		check: func(dir string, edits int) error {
			want := "func S0x0(ctx context.Context) (records.R0, error) {"
			if edits > 0 {
				want = "func S0x0(ctx context.Context) ([]records.R0, error) {"
			}
			return contains(filepath.Join(dir, "stages", "s0x0.go"), want)
		},
	}
}

// perPipeline is how many stages a pipeline has.
const perPipeline = 10

func writeService(dir string, stages, edits int) error {
	var b strings.Builder
	b.WriteString("flowc   = 1\nservice = \"many\"\n")
	for p := range stages / perPipeline {
		fmt.Fprintf(&b, "\n[record.R%d]\nid    = \"string\"\nvalue = \"float64\"\n", p)
		var names []string
		for s := range perPipeline {
			names = append(names, fmt.Sprintf("\"s%dx%d\"", p, s))
			fmt.Fprintf(&b, "\n[stage.s%dx%d]\ndoc = \"Stage %d of pipeline %d.\"\n", p, s, s, p)
			if s > 0 {
				fmt.Fprintf(&b, "in  = \"R%d\"\n", p)
			}
			list := ""
			if edits > 0 && p == 0 && s == 0 {
				list = "[]"
			}
			if s < perPipeline-1 {
				fmt.Fprintf(&b, "out = \"%sR%d\"\n", list, p)
			}
		}
		fmt.Fprintf(&b, "\n[pipeline.p%d]\nevery  = \"1s\"\nstages = [%s]\n", p, strings.Join(names, ", "))
	}
	module := "module example.com/many\n\nrequire github.com/flowc-dev/flowc v0.0.0\n"
	return writeFiles(dir, map[string]string{"go.mod": module, "flow.toml": b.String()})
}

// writeFiles writes files where they are not so already.
func writeFiles(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, name)
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// contains wants a text in a file.
func contains(path, want string) error {
	text, err := os.ReadFile(path)
	if err == nil && !strings.Contains(string(text), want) {
		err = fmt.Errorf("%s lacks %q", path, want)
	}
	return err
}
