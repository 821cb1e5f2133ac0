package main

import (
	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/templates"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of flow.toml, for editors",
		Long: `schema prints the JSON Schema of flow.toml: an editor with a TOML server (Taplo,
Tombi) completes and checks the file by it, and shows what each key does. flowc
init writes it beside flow.toml, whose first line names it:

  #:schema ./flow.schema.json

It is of this flowc: write it anew when you update flowc.`,
		Example: `  flowc schema > flow.schema.json`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := templates.Schema()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
}
