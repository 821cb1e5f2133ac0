package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
)

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [code]",
		Short: "explain an error, with an example that is wrong and one that is right",
		Example: `  flowc explain           the codes, a line each
  flowc explain FLOW031   one of them`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeCodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listCodes(cmd)
			}
			x, ok := gen.Explain(codeOf(args[0]))
			if !ok {
				return fmt.Errorf("there is no error %s; flowc explain lists them", args[0])
			}
			page, err := x.Render()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), page)
			return err
		},
	}
}

// codeOf is a code as people write it: flow31, 031 and FLOW031 are one.
func codeOf(text string) string {
	number := strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(text), "FLOW"), "0")
	return "FLOW" + strings.Repeat("0", max(0, 3-len(number))) + number
}

func listCodes(cmd *cobra.Command) error {
	for _, code := range gen.ExplainedCodes() {
		x, _ := gen.Explain(code)
		if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s  %s\n", code, x.Title); err != nil {
			return err
		}
	}
	return nil
}

func completeCodes(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return gen.ExplainedCodes(), cobra.ShellCompDirectiveNoFileComp
}
