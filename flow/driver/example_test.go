package driver_test

import (
	"context"
	"fmt"
	"io"

	"github.com/flowc-dev/flowc/flow"
	"github.com/flowc-dev/flowc/flow/driver"
)

// Printer is a kind that writes a line for each value. Generated wiring makes one
// with [NewPrinter] and hands its Send to [flow.Do].
type Printer struct {
	*flow.Stage
	line *driver.Template
	to   io.Writer
}

// NewPrinter resolves the settings of a stage; line is a text with one {field}.
func NewPrinter(s *flow.Setup, o flow.StageOptions, line string, to func() io.Writer) *Printer {
	p := &Printer{
		Stage: flow.NewStage(s, o).Sending(),
		line:  driver.NewTemplate(s, o.Place(), "line", line, driver.Verbatim),
	}
	driver.AddPart(s, driver.Part{Name: o.Place(), Connect: func(context.Context) error {
		p.to = to()
		return nil
	}})
	return p
}

// Send writes the line of a value.
func (p *Printer) Send(_ context.Context, v string) error {
	line, err := p.line.Fill(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.to, line)
	return err
}

// A kind of one's own, as wiring uses it.
func Example() {
	open := func(s *flow.Setup) {
		read := flow.NewStage(s, flow.StageOptions{Name: "read"})
		tell := NewPrinter(s, flow.StageOptions{Name: "tell"}, "${GREETING:-hello} {name}", out)
		flow.Run(s, flow.PipelineOptions{Name: "greet"}, flow.Trigger{Once: true}, func(ctx context.Context) error {
			names, err := flow.Call(ctx, read, func(context.Context) (string, error) { return "Ada", nil })
			if err != nil {
				return err
			}
			_, err = flow.Do(ctx, tell.Stage, names, tell.Send)
			return err
		})
	}
	env := flow.Env{Lookup: func(name string) (string, bool) { return "welcome", name == "GREETING" }}
	fmt.Println(flow.Exec(context.Background(), flow.Program{Service: "s", Flows: []flow.Flow{{Name: "f", Open: open}}}, env))
	// Output:
	// welcome Ada
	// 0
}

func out() io.Writer { return printed{} }

// printed writes to what an example prints.
type printed struct{}

func (printed) Write(p []byte) (int, error) { return fmt.Print(string(p)) }
