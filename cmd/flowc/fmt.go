package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

func fmtCommand() *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use:   "fmt [path]",
		Short: "write flow.toml in its canonical form",
		Long: `fmt writes flow.toml, and the files that it includes, in their canonical form: the
keys of a table in the order of its options, which flowc kinds lists, their =
signs aligned, a blank line between tables. Tables stay where they are, and
comments with what they are about. It names the files that it changes.

Where one of them is no TOML it changes none.`,
		Example: `  flowc fmt                 the service in this folder
  flowc fmt -check          write nothing; name what is not formatted`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, path := newReporter(cmd, reportOptions{quiet: true}), servicePath(args)
			files, diags, err := gen.Format(path)
			if err == nil {
				err = r.diagnostics(diags)
			}
			if err == nil && !check {
				err = gen.Replace(files)
			}
			if err != nil {
				return err
			}
			for _, f := range files {
				fmt.Fprintln(cmd.OutOrStdout(), f.Path)
			}
			if check && len(files) > 0 {
				return exitError(exitFailed)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&check, "check", false, "write nothing; name the files that are not formatted, and end with 1 where there are any")
	return c
}
