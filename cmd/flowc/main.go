// Command flowc compiles a service that flow.toml describes into typed Go, and
// runs it. See "flowc help".
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // the spec has errors, or the service failed
	exitUsage  = 2 // the command was called in a way it does not know
)

func main() {
	// The command is gone before most of its memory is worth collecting.
	debug.SetGCPercent(400)
	os.Exit(run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}

// run is the command with all that it gets from outside.
func run(stdin io.Reader, stdout, stderr io.Writer, args []string) int {
	root := rootCommand()
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if len(args) == 0 || args[0] != "run" { // whose flags are those of the program
		args = twoDashes(args)
	}
	root.SetArgs(args)
	err := root.Execute()
	var status exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return int(status)
	}
	fmt.Fprintf(stderr, "flowc: %v\n", err)
	return exitUsage
}

// exitError ends the command with a status; what is to be said was said.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "flowc",
		Short: "compile declarative flow specs to typed Go",
		Long: `flowc compiles a service that moves and processes data, described in flow.toml,
into typed Go: a program for each flow, and stubs for your stage functions.`,
		Example: `  flowc init weather          start a service
  flowc run weather           generate, build and run it
  flowc check weather         say everything that is wrong with its spec
  flowc generate weather      write the Go
  flowc kinds http.get        what a built-in does, its options and an example`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(checkCommand(), diffCommand(), explainCommand(), fmtCommand(), generateCommand(), initCommand(), kindsCommand(), lspCommand(), runCommand(), schemaCommand(), versionCommand())
	return root
}

// servicePath is the argument of commands that take a service: its folder or
// its flow.toml; default: this folder.
func servicePath(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// twoDashes lets long flags be written with one dash, as those of the programs
// that flowc generates are: -json.
func twoDashes(args []string) []string {
	list := slices.Clone(args)
	for i, a := range list {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			list[i] = "-" + a
		}
	}
	return list
}
