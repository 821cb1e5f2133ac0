package gen

import (
	"strings"
	"testing"
)

const plantRecords = "example.com/plant/records"

// rewrites are signatures of function Core in flow.sum, before and after, and a
// file before and after. No file after: it cannot be changed safely.
var rewrites = []struct {
	name, asked, want, before, after string
}{
	{
		name:  "another type",
		asked: "Core(ctx context.Context, in records.A) (out records.B, err error)",
		want:  "Core(ctx context.Context, in records.C) (out []records.D, err error)",
		before: `package stages

import (
	"context"

	"example.com/plant/records"
)

// Core does it.
func Core(ctx context.Context, reading /* mine */ records.A) (result records.B, err error) { // here
	return records.B{}, nil // and there
}
`,
		after: `package stages

import (
	"context"

	"example.com/plant/records"
)

// Core does it.
func Core(ctx context.Context, reading /* mine */ records.C) (result []records.D, err error) { // here
	return records.B{}, nil // and there
}
`,
	},
	{
		name:  "own import names",
		asked: "Core(ctx context.Context, in records.A) (err error)",
		want:  `Core(ctx context.Context, in records.A, seen flow.Reader[records.B]) (out "net/netip".Addr, err error)`,
		before: `package stages

import r "example.com/plant/records"
import c "context"

func Core(_ c.Context, a r.A) error {
	var flow, netip int
	return nil
}
`,
		after: `package stages

import r "example.com/plant/records"
import c "context"
import "github.com/flowc-dev/flowc/flow"
import "net/netip"

func Core(_ c.Context, a r.A, seen flow.Reader[r.B]) (netip.Addr, error) {
	var flow, netip int
	return nil
}
`,
	},
	{
		name:  "parameters come and go",
		asked: "Core(ctx context.Context, in records.A, one flow.Reader[records.A], two flow.Reader[records.A], three flow.Writer[records.A]) (out records.B, err error)",
		want:  "Core(ctx context.Context, zero flow.Reader[records.Z], two flow.Reader[records.B], four flow.Writer[records.A]) (err error)",
		before: `package stages

import (
	"context"

	"example.com/plant/records"
	"github.com/flowc-dev/flowc/flow"
)

func Core(
	ctx context.Context,
	in records.A,
	a, b flow.Reader[records.A],
	w flow.Writer[records.A],
) (records.B, error) {
	return nil
}
`,
		after: `package stages

import (
	"context"

	"example.com/plant/records"
	"github.com/flowc-dev/flowc/flow"
)

func Core(
	ctx context.Context,
	zero flow.Reader[records.Z], b flow.Reader[records.B], four flow.Writer[records.A],
) error {
	return nil
}
`,
	},
	{
		name:   "what only the old types needed goes",
		asked:  "Core(ctx context.Context, at time.Time) (out json.RawMessage, err error)",
		want:   "Core(ctx context.Context) (out records.A, err error)",
		before: "package stages\r\n\r\nimport (\r\n\t\"context\"\r\n\t\"encoding/json\"\r\n\t\"time\"\r\n)\r\n\r\nfunc Core(ctx context.Context, due time.Time) (json.RawMessage, error) {\r\n\treturn nil, nil\r\n}\r\n",
		after:  "package stages\r\n\r\nimport (\r\n\t\"context\"\r\n\r\n\t\"example.com/plant/records\"\r\n)\r\n\r\nfunc Core(ctx context.Context) (records.A, error) {\r\n\treturn nil, nil\r\n}\r\n",
	},
	{
		name:  "cgo, build tags and directives",
		asked: "Core(ctx context.Context) (out string, err error)",
		want:  "Core(ctx context.Context) (out time.Duration, err error)",
		before: `//go:build linux

package stages // the stages

/*
#include <stdlib.h>
*/
import "C"

import "context"

//go:embed data.txt
var data string

func time2() {}

func Core(ctx context.Context) (string, error) { return data, nil }
`,
		after: `//go:build linux

package stages // the stages

/*
#include <stdlib.h>
*/
import "C"

import "context"
import "time"

//go:embed data.txt
var data string

func time2() {}

func Core(ctx context.Context) (time.Duration, error) { return data, nil }
`,
	},
	{
		name:  "a name that is taken",
		asked: "Core(ctx context.Context, in int) (err error)",
		want:  "Core(ctx context.Context, in int, total flow.Writer[records.A]) (err error)",
		before: `package stages

import "context"

var records = 3

func Core(ctx context.Context, in int) error {
	total := in
	return use(total)
}
`,
		after: `package stages

import "context"
import records2 "example.com/plant/records"
import "github.com/flowc-dev/flowc/flow"

var records = 3

func Core(ctx context.Context, in int, total2 flow.Writer[records2.A]) error {
	total := in
	return use(total)
}
`,
	},
	{
		name:   "types without names",
		asked:  "Core(ctx context.Context, in int) (err error)",
		want:   "Core(ctx context.Context, in int, due time.Time) (err error)",
		before: "package stages\n\nimport \"context\"\n\nfunc Core(context.Context, int) (error) { return nil }\n",
		after:  "package stages\n\nimport \"context\"\nimport \"time\"\n\nfunc Core(context.Context, int, time.Time) (error) { return nil }\n",
	},
	{
		name:   "a comment in the way",
		asked:  "Core(ctx context.Context, in int) (err error)",
		want:   "Core(ctx context.Context) (err error)",
		before: "package stages\n\nimport \"context\"\n\nfunc Core(ctx context.Context, in /* the number */ int) error { return nil }\n",
	},
	{
		name:   "another order",
		asked:  "Core(ctx context.Context, a flow.Reader[records.A], b flow.Reader[records.A]) (err error)",
		want:   "Core(ctx context.Context, b flow.Reader[records.A], a flow.Reader[records.A]) (err error)",
		before: "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, a, b flow.Reader[records.A]) error { return nil }\n",
		after:  "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, b flow.Reader[records.A], a flow.Reader[records.A]) error { return nil }\n",
	},
	{
		name:   "a store is read no more",
		asked:  "Core(ctx context.Context, a flow.Reader[records.A], aWriter flow.Writer[records.A]) (err error)",
		want:   "Core(ctx context.Context, a flow.Writer[records.A]) (err error)",
		before: "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, from flow.Reader[records.A], to flow.Writer[records.A]) error { return nil }\n",
		after:  "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, to flow.Writer[records.A]) error { return nil }\n",
	},
	{
		name:   "a store is read too",
		asked:  "Core(ctx context.Context, a flow.Writer[records.A]) (err error)",
		want:   "Core(ctx context.Context, a flow.Reader[records.A], aWriter flow.Writer[records.A]) (err error)",
		before: "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, to flow.Writer[records.A]) error { return nil }\n",
		after:  "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, a flow.Reader[records.A], to flow.Writer[records.A]) error { return nil }\n",
	},
	{
		name:   "a store is written no more",
		asked:  "Core(ctx context.Context, a flow.Reader[records.A], aWriter flow.Writer[records.A]) (err error)",
		want:   "Core(ctx context.Context, a flow.Reader[records.A]) (err error)",
		before: "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, from flow.Reader[records.A], to flow.Writer[records.A]) error { return nil }\n",
		after:  "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, from flow.Reader[records.A]) error { return nil }\n",
	},
	{
		name:   "a store is written instead",
		asked:  "Core(ctx context.Context, a flow.Reader[records.A]) (err error)",
		want:   "Core(ctx context.Context, a flow.Writer[records.A]) (err error)",
		before: "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, from flow.Reader[records.A]) error { return nil }\n",
		after:  "package stages\n\nimport (\n\t\"context\"\n\n\t\"example.com/plant/records\"\n\t\"github.com/flowc-dev/flowc/flow\"\n)\n\nfunc Core(ctx context.Context, from flow.Writer[records.A]) error { return nil }\n",
	},
	{
		name:   "a file that does not parse",
		asked:  "Core(ctx context.Context, in int) (err error)",
		want:   "Core(ctx context.Context, in string) (err error)",
		before: "package stages\n\nimport \"context\"\n\nfunc Core(ctx context.Context, in int) error { return nil }\n\nfunc oh( {\n",
	},
}

func TestRewrite(t *testing.T) {
	for _, test := range rewrites {
		t.Run(test.name, func(t *testing.T) {
			asked, ok1 := readSignature(test.asked, plantRecords)
			want, ok2 := readSignature(test.want, plantRecords)
			name, _, _ := strings.Cut(test.want, "(")
			if !ok1 || !ok2 || writeSignature(name, want, shortNames(plantRecords)) != test.want {
				t.Fatalf("%v %v: %s", ok1, ok2, writeSignature(name, want, shortNames(plantRecords)))
			}
			s := parseSource("stages/core.go", []byte(test.before))
			have, known := s.signature(s.function("Core"))
			if !known || !have.Fits(asked) {
				t.Fatalf("the file has another signature: %v", have)
			}
			user := &Stages{Functions: Functions{}, names: map[string]bool{}}
			user.add(declaredIn(s))
			after := ""
			if fresh := s.rewrite([]edit{{"Core", asked, want}}, user.names); fresh != nil {
				after = string(fresh.text)
			}
			if after != test.after {
				t.Errorf("got\n%s", strings.ReplaceAll(after, "\r", "\\r"))
			}
		})
	}
}
