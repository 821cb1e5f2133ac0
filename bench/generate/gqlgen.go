package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// gqlgen generates a server: a file of ten fields of type Query where flowc has
// a pipeline of ten stages, each with a function of the user's. An edit makes
// what one field gives a list.
func gqlgen() generator {
	return generator{
		name: "gqlgen", pkg: "github.com/99designs/gqlgen",
		write: writeSchema,
		command: func(program, dir string) *exec.Cmd {
			c := exec.Command(program, "generate")
			c.Dir = dir
			return c
		},
		check: func(dir string, edits int) error {
			want := "S0x0(ctx context.Context, in model.I0) (*model.R0, error)"
			if edits > 0 {
				want = "S0x0(ctx context.Context, in model.I0) ([]*model.R0, error)"
			}
			return contains(filepath.Join(dir, "graph", "p0.resolvers.go"), want)
		},
	}
}

const gqlgenConfig = `schema: [schema/*.graphql]
exec: {package: graph, layout: follow-schema, dir: graph}
model: {filename: graph/model/models_gen.go, package: model}
resolver: {package: graph, layout: follow-schema, dir: graph, filename_template: "{name}.resolvers.go"}
skip_mod_tidy: true
`

func writeSchema(dir string, stages, edits int) error {
	files := map[string]string{"gqlgen.yml": gqlgenConfig, "schema/root.graphql": "type Query { ok: Boolean! }\n"}
	for p := range stages / perPipeline {
		var b strings.Builder
		fmt.Fprintf(&b, "input I%d { id: String! value: Float! }\ntype R%d { id: String! value: Float! }\n", p, p)
		b.WriteString("extend type Query {\n")
		for s := range perPipeline {
			out := fmt.Sprintf("R%d!", p)
			if edits > 0 && p == 0 && s == 0 {
				out = "[" + out + "]!"
			}
			fmt.Fprintf(&b, "\ts%dx%d(in: I%d!): %s\n", p, s, p, out)
		}
		b.WriteString("}\n")
		files[fmt.Sprintf("schema/p%d.graphql", p)] = b.String()
	}
	if err := writeFiles(dir, files); err != nil {
		return err
	}
	return writeModule(dir)
}

// writeModule makes the folder a module that requires what this one does, so
// that it builds without asking anybody.
func writeModule(dir string) error {
	files := map[string]string{}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files[name] = string(text)
	}
	checkout, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	files["go.mod"] = strings.NewReplacer("module github.com/flowc-dev/flowc/bench\n", "module example.com/many\n", "=> ../\n", "=> "+checkout+"\n").Replace(files["go.mod"])
	return writeFiles(dir, files)
}
