package main

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen/lsp"
)

// quietTime is how long nothing must be typed before a spec is checked.
const quietTime = 150 * time.Millisecond

// enoughMemory is where the server, which an editor keeps for days, begins to save
// memory: each answer makes a service anew, and what was left of the last one need
// not wait.
const enoughMemory = 384 << 20

func lspCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "lsp",
		Short: "answer an editor: the language server of flow.toml",
		Long: `lsp is a language server for flow.toml and the files that it includes. It speaks
the Language Server Protocol over stdin and stdout, so it is an editor that
starts it, not you: docs/editors.md says how in VS Code, Neovim and Helix.

It tells what is wrong as you type, completes tables, keys, kinds, types, names
and fields, shows what is under the cursor, finds where a name is declared and
used, renames it, also in package stages, and formats.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := lsp.Options{Version: version(), Quiet: quietTime, Log: cmd.ErrOrStderr()}
			debug.SetMemoryLimit(enoughMemory)
			if err := lsp.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), o); err != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "flowc lsp: %v\n", err)
				return exitError(exitFailed)
			}
			return nil
		},
	}
	c.Flags().Bool("stdio", true, "speak over stdin and stdout, which it always does: some editors say so")
	return c
}
