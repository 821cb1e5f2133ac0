package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/mod/modfile"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [dir]",
		Short: "start a service",
		Long: `init writes a small service that works as it is: flow.toml, its JSON Schema for
editors, a stage, gen.go for go generate, .gitignore for what the service stores,
and go.mod where the folder is in no Go module yet. It writes over nothing.`,
		Example: `  flowc init weather && flowc run weather -for 10s`,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := servicePath(args)
			if err := startService(cmd, dir); err != nil {
				return err
			}
			if _, err := generate(cmd, dir, generateOptions{}); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "\n%s is ready:\n  flowc run %s -for 10s\n", filepath.Join(dir, gen.SpecName), shellWord(dir))
			return nil
		},
	}
}

// shellWord quotes a path where a shell would split it.
func shellWord(path string) string {
	if strings.ContainsAny(path, " \t\n'\"$`\\&|;<>()*?[]#~!") {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

// startService writes the files of a new service, where none of them exists.
func startService(cmd *cobra.Command, dir string) error {
	if err := refuseExisting(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	service := serviceName(filepath.Base(abs))
	if err := startModule(cmd, dir, "example.com/"+service); err != nil {
		return err
	}
	_, importPath, err := gen.FindModule(abs)
	if err != nil {
		return err
	}
	files, err := templates.Starter(service, importPath)
	if err != nil {
		return err
	}
	return writeFiles(cmd, dir, files)
}

// refuseExisting makes sure that init writes over nothing.
func refuseExisting(dir string) error {
	for _, name := range []string{gen.SpecName, gen.SumName, templates.SchemaName, "gen.go", "stages", "records", "flows"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Errorf("%s exists already; flowc init writes over nothing", filepath.Join(dir, name))
		}
	}
	return nil
}

func writeFiles(cmd *cobra.Command, dir string, files []templates.Text) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if _, err := os.Lstat(name); err == nil && f.Path == templates.IgnoreName {
			continue // it is the user's
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", name)
	}
	return nil
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// serviceName makes a name of the language from that of a folder.
func serviceName(folder string) string {
	name := strings.Trim(notName.ReplaceAllString(strings.ToLower(folder), "_"), "_0123456789")
	if name == "" || len(name) > 50 {
		return "service"
	}
	if spec.ReservedFlow(name) {
		return name + "_service"
	}
	return name
}

// startModule writes go.mod where the folder is in no module. When flowc was
// built from a checkout, the new module is replaced by it, with its
// requirements: it builds without asking anybody.
func startModule(cmd *cobra.Command, dir, module string) error {
	if out, err := goCommand(dir, "env", "GOMOD"); err != nil {
		return err
	} else if mod := strings.TrimSpace(out); mod != "" && mod != os.DevNull {
		return nil
	}
	checkout := checkoutDir()
	if checkout == "" {
		return fetchModule(dir, module)
	}
	mod, err := gen.ModuleFor(checkout, module)
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "wrote %s, which builds with the flowc of %s\n", filepath.Join(dir, "go.mod"), checkout)
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o666),
		os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666),
	)
}

// fetchModule starts a module that requires this flowc from the module proxy.
func fetchModule(dir, module string) error {
	if _, err := goCommand(dir, "mod", "init", module); err != nil {
		return err
	}
	release := version()
	if release == "(devel)" {
		release = "latest"
	}
	_, err := goCommand(dir, "get", "-tool", gen.ModulePath+"/cmd/flowc@"+release)
	if err != nil { // a go.mod that is left behind would look like a module of the user's
		err = errors.Join(err, os.Remove(filepath.Join(dir, "go.mod")))
	}
	return err
}

// goCommand runs the go command and returns what it printed.
func goCommand(dir string, args ...string) (string, error) {
	c := exec.Command("go", args...)
	c.Dir = dir
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out), nil
}

// checkoutDir returns the folder of the checkout that this flowc was built
// from, or "".
func checkoutDir() string {
	_, file, _, ok := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	if !ok || strings.Contains(root, "@") { // a version in the module cache
		return ""
	}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil || modfile.ModulePath(text) != gen.ModulePath {
		return ""
	}
	return root
}
