package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/spec"
	"github.com/flowc-dev/flowc/templates"
)

func kindsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "kinds [name]",
		Short: "say what each built-in does, its options, defaults and an example",
		Long: `kinds lists the built-in kinds and the tables of a spec, or says all of one:
what it does, its options with their types and defaults, and an example.`,
		Example: `  flowc kinds                 all of them
  flowc kinds http.get        a kind
  flowc kinds store           a table
  flowc kinds -json           for tools`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeKinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return printKinds(cmd, asJSON)
			}
			p, err := pageOf(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd, p)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), p.Text())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, for tools")
	return c
}

func printKinds(cmd *cobra.Command, asJSON bool) error {
	kinds, tables := templates.KindPages(), templates.TablePages()
	if asJSON {
		return printJSON(cmd, struct {
			Kinds  []templates.Page `json:"kinds"`
			Tables []templates.Page `json:"tables"`
		}{kinds, tables})
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "Built-in kinds, the places where they may stand, and what they do:\n%s\nTables of a spec:\n%s\nflowc kinds NAME says all of one.\n",
		templates.Overview(kinds), templates.Overview(tables))
	return err
}

func printJSON(cmd *cobra.Command, v any) error {
	e := json.NewEncoder(cmd.OutOrStdout())
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// pageOf finds a page by the name of its kind or table.
func pageOf(name string) (templates.Page, error) {
	pages := append(templates.KindPages(), templates.TablePages()...)
	if i := slices.IndexFunc(pages, func(p templates.Page) bool { return p.Name == name }); i >= 0 {
		return pages[i], nil
	}
	var names, family []string
	for _, p := range pages {
		names = append(names, p.Name)
		if strings.HasPrefix(p.Name, name+".") {
			family = append(family, p.Name)
		}
	}
	help := "flowc kinds lists them"
	if near := spec.Nearest(name, names); near != "" {
		help = "did you mean " + near + "?"
	}
	if len(family) > 0 {
		help = "there is " + strings.Join(family, ", ")
	}
	return templates.Page{}, fmt.Errorf("there is no kind or table %q; %s", name, help)
}

// completeKinds names the kinds and tables for the completion of shells.
func completeKinds(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, p := range append(templates.KindPages(), templates.TablePages()...) {
			names = append(names, p.Name+"\t"+p.Summary)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
