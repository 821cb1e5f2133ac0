package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/flowc-dev/flowc/gen"
	"github.com/flowc-dev/flowc/spec"
)

// event is something that a generate did or found: a line for people, or one of
// JSON for tools.
type event struct {
	Event       string `json:"event,omitempty"`
	File        string `json:"file,omitempty"`
	Status      string `json:"status,omitempty"`
	Line        int    `json:"line,omitempty"`
	Column      int    `json:"column,omitempty"`
	EndLine     int    `json:"end_line,omitempty"`
	EndColumn   int    `json:"end_column,omitempty"`
	Function    string `json:"function,omitempty"`
	Declaration string `json:"declaration,omitempty"`
	Code        string `json:"code,omitempty"`
	Message     string `json:"message,omitempty"`
	Help        string `json:"help,omitempty"`
	Also        *event `json:"also,omitempty"` // a second place
	Diff        string `json:"diff,omitempty"`
}

// The events.
const (
	eventOutdated = "outdated"
	eventWrote    = "wrote"
	eventStub     = "stub"
	eventRemoved  = "removed"
	eventChanged  = "changed"
	eventUnused   = "unused"
	eventMismatch = "mismatch"
	eventModule   = "module"
	eventError    = "error"
)

// reportOptions say how a command speaks.
type reportOptions struct {
	quiet, json, annotations bool
	werror                   bool // a warning is an error
	watch                    bool // somebody waits for what is written
}

// flags adds those of every command that speaks of a spec.
func (o *reportOptions) flags(c *cobra.Command, json string) {
	f := c.Flags()
	f.BoolVarP(&o.quiet, "quiet", "q", false, "say nothing but errors")
	f.BoolVar(&o.json, "json", false, json)
	f.BoolVar(&o.werror, "werror", false, "end with 1 also where there are only warnings")
}

// reporter says what is wrong with a service, and what a generate did.
type reporter struct {
	service *gen.Service // nil until it is read
	dir     string       // of flow.toml, from the working directory
	options reportOptions
	out     io.Writer
	err     io.Writer
}

func newReporter(cmd *cobra.Command, o reportOptions) *reporter {
	return &reporter{options: o, out: cmd.OutOrStdout(), err: cmd.ErrOrStderr()}
}

// diagnostics says what is wrong; the error says that the command has failed by
// it.
func (r *reporter) diagnostics(diags spec.Diagnostics) error {
	failed := diags.HasErrors() || r.options.werror && len(diags) > 0
	if r.options.quiet && !r.options.werror {
		diags = slices.DeleteFunc(slices.Clone(diags), func(d spec.Diagnostic) bool { return d.Severity == spec.Warning })
	}
	if err := r.showDiagnostics(diags); err != nil {
		return err
	}
	if failed {
		return exitError(exitFailed)
	}
	return nil
}

func (r *reporter) showDiagnostics(diags spec.Diagnostics) error {
	switch {
	case r.options.annotations:
		return diags.Annotate(r.out, r.dir)
	case !r.options.json:
		return diags.Render(r.err, isTerminal(r.err))
	}
	for _, d := range diags {
		e := at(d.Severity.String(), d.Span, d.Message)
		e.Code, e.Help = d.Code, d.Help
		if d.Also != nil {
			also := at("", d.Also.Span, d.Also.Message)
			e.Also = &also
		}
		r.complain(e)
	}
	return nil
}

// isTerminal reports whether somebody looks at what is written, and wants colors:
// see no-color.org.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// at is an event of a place in a spec.
func at(what string, s spec.Span, message string) event {
	e := event{Event: what, Message: message}
	if !s.IsZero() {
		p, end := s.Source.Position(s.Start), s.Source.Position(s.End)
		e.File, e.Line, e.Column, e.EndLine, e.EndColumn = s.Source.Name, p.Line, p.Column, end.Line, end.Column
	}
	return e
}

// generated says what was written, a line each. What was written anew without
// being news to people is for tools, and for whoever watches.
func (r *reporter) generated(p *gen.Plan) {
	for _, e := range p.Entries {
		switch {
		case e.Status == gen.Stub:
			r.say(event{Event: eventStub, File: e.Path})
		case e.After == nil:
			r.say(event{Event: eventRemoved, File: e.Path})
		case r.options.json || r.options.watch:
			r.say(event{Event: eventWrote, File: e.Path})
		}
	}
	for _, c := range p.Changed {
		r.say(about(eventChanged, c.Function, c.Want))
	}
	for _, f := range p.Unused {
		r.say(about(eventUnused, f, ""))
	}
	r.mismatches(p)
	if missing := missingRequire(r.service); missing != "" {
		r.complain(event{Event: eventModule, Message: missing})
	}
}

// about is an event of a stage function.
func about(what string, f gen.Function, declaration string) event {
	return event{Event: what, File: f.File, Line: f.Line, Column: f.Column, Function: f.Name, Declaration: declaration}
}

// mismatches says which signatures the user has to write.
func (r *reporter) mismatches(p *gen.Plan) {
	for _, m := range p.Mismatches {
		r.complain(about(eventMismatch, m.Function, m.Want))
	}
}

// failed says why a generate failed, and that it wrote nothing then.
func (r *reporter) failed(err error) {
	message := err.Error()
	if !r.options.json && !errors.Is(err, gen.ErrCutOff) {
		message = "nothing was generated:\n" + message
	}
	r.complain(event{Event: eventError, Message: message})
}

// refused names the files that were refused, for tools, and shows how those that
// were edited differ from what flowc generates.
func (r *reporter) refused(p *gen.Plan, force bool) {
	for _, e := range p.Entries {
		if !e.Refused(force) {
			continue
		}
		said := event{Event: e.Status.String(), File: e.Path}
		if e.Status == gen.Edited && e.After != nil && !e.Conflicted() {
			said.Diff = string(unified(p.Service, e))
		}
		if said.Diff != "" || r.options.json {
			r.complain(said)
		}
	}
}

// say writes what went as it should.
func (r *reporter) say(e event) {
	if !r.options.quiet {
		r.write(r.out, e)
	}
}

// complain writes what the user has to see to.
func (r *reporter) complain(e event) {
	if r.options.json {
		r.write(r.out, e)
		return
	}
	r.write(r.err, e)
}

func (r *reporter) write(w io.Writer, e event) {
	if r.options.json {
		_ = json.NewEncoder(w).Encode(e) // of strings and numbers; who reads it may be gone
		return
	}
	fmt.Fprintln(w, r.text(e))
}

// text is an event for people.
func (r *reporter) text(e event) string {
	file := e.File
	if file != "" {
		file = r.service.Rel(file)
	}
	if e.Diff != "" {
		return strings.TrimSuffix(e.Diff, "\n")
	}
	place := fmt.Sprintf("%s:%d:%d", file, e.Line, e.Column)
	switch e.Event {
	case eventStub:
		return fmt.Sprintf("new stub %s: write the body of its function", file)
	case eventWrote:
		return "wrote " + file
	case eventRemoved:
		return "removed " + file
	case eventChanged:
		return fmt.Sprintf("%s: changed to %s", place, e.Declaration)
	case eventUnused:
		return fmt.Sprintf("%s: no stage names function %s any more; it is yours to delete, or to rename where its stage was renamed", place, e.Function)
	case eventMismatch:
		return fmt.Sprintf("%s: error: the spec asks for another signature; write\n  %s", place, e.Declaration)
	case eventModule:
		return "go.mod lacks what the generated code imports; run\n  " + e.Message
	case eventError:
		return "flowc: " + strings.ReplaceAll(e.Message, "\n", "\n  ")
	}
	return file + " " + e.Status
}
